"""What the tables of an area are about: the headings of the desk's menu, in this order; a table names its own."""

from __future__ import annotations

from models.base.choices import Choices


class Subject(Choices):
    """The subjects of master data; within one, tables stand in the order of their declarations."""

    OFFER = "offer", "メニューとプラン"
    PRICES = "prices", "料金"
    DATES = "dates", "工事・納期・期限"
    GUIDANCE = "guidance", "案内と資料"
    TEXTS = "texts", "文面とメール"
    FORMS = "forms", "入力欄"
    OTHER = "other", "その他"
