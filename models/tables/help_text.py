"""説明文: what stands beside a field of a customer's form in place of the declared help, in the desk's words (UX "Operators")."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Mapped

from models.base.db import Area, Base
from models.base.errors import Invalid, Problem
from models.base.fields import Sectioned, Spec, field, key, specs_of
from models.base.kind import KINDS
from models.base.subjects import Subject
from models.base.technical import Code
from models.base.values import Text
from models.tables.account import AccountRequest
from models.tables.record import Record
from models.tables.request import Request


class HelpText(Base):
    """The help of one field. The declaration's own is the default: it stands wherever there is no row, or an empty text."""

    __tablename__ = "help_text"
    __label__ = "入力欄の説明文"
    __area__ = Area.MASTER
    __subject__ = Subject.FORMS

    id: Mapped[int] = key("説明文ID")
    field_key: Mapped[str] = field(Code(120), "項目", required=True, unique=True)
    text: Mapped[str] = field(
        Text(200),
        "説明文",
        default="",
        help="お客様の入力欄に表示します。空欄にするか、この行を削除すると、標準の説明文に戻ります。",
    )

    def __str__(self) -> str:
        return label_of(self.field_key)


@cache
def explained() -> Mapping[str, tuple[str, Spec]]:
    """Every field that customers fill in, by the key of its spec: what it is called (with its table) and its spec."""
    found: dict[str, tuple[str, Spec]] = {}
    classes: tuple[type[Base], ...] = (*Record.__subclasses__(), AccountRequest, Request)
    for mapped in classes:
        if issubclass(mapped, Sectioned):
            asked = mapped.section_names()
        else:  # a request's answers are asked when it is opened, kind by kind
            asked = sorted({name for kind in KINDS.values() for name in kind.options})
        specs = specs_of(mapped)
        found |= {specs[name].key: (f"{mapped.__label__}／{specs[name].full_label}", specs[name]) for name in asked}
    return found


def label_of(field_key: str) -> str:
    """What a field is called; the key itself where this version no longer has it."""
    label, _ = explained().get(field_key, (field_key, None))
    return label


def default_of(field_key: str) -> str:
    """The declared help of a field."""
    _, spec = explained().get(field_key, ("", None))
    return spec.help if spec else ""


@event.listens_for(HelpText, "before_insert")
def _check(_mapper: object, _connection: object, row: Any) -> None:
    if row.field_key not in explained():
        raise Invalid([Problem("field_key", "お客様が入力する項目を選択してください")])
