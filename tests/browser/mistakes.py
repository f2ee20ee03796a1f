"""Each kind of mistake that a clerk makes on the application form, once, with what the page has to say to it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from models.base.clock import today

Mistake = tuple[dict[str, Any], dict[str, str]]


def mended(page: int, right: dict[str, Any]) -> dict[str, Any]:
    """What has to be typed anew after the mistakes of a page; all of it where there are none."""
    wrong = {name for typed, _ in mistakes(page, right) for name in typed}
    return {name: right.get(name, "") for name in wrong} if wrong else right


def mistakes(page: int, right: dict[str, Any]) -> list[Mistake]:
    """What is typed instead of the right answers, and what is then said at which field."""
    made: dict[int, Any] = {1: _contractor, 2: _contacts, 3: _services, 5: _place, 7: _billing}
    return _days(right) if page == 4 else made[page]() if page in made else []


def _contractor() -> list[Mistake]:
    typed = {
        "company_kana": "豊洲商事",
        "company_name": "あ" * 25,
        "corporate_number": "7000012050003",
        "postal_code": "12345",
        "street_number": "三丁目",
        "phone": "12",
        "start_year": str(today().year),
        "start_month": "1",
    }
    told = {
        "company_kana": "半角カナ・英数字48文字以内",
        "company_name": "24文字以内で入力してください（現在25文字）",
        "corporate_number": "法人番号が正しくありません",
        "postal_code": "郵便番号は7桁の数字",
        "street_number": "番地は半角の数字と「-」",
        "phone": "電話番号は10〜12桁の数字",
        "start_month": "以降を選択してください",
    }
    return [(typed, told)]


def _contacts() -> list[Mistake]:
    half = {"contact_2_person_name": "豊洲　次郎", "contact_1_mail": "hanako@", "short_name": "あ" * 13}
    told = {
        "contact_1_mail": "メールアドレスの形式",
        "contact_2_phone": "担当者②の電話番号を入力してください",
        "contact_2_mail": "担当者②のメールアドレスを入力してください",
        "short_name": "12文字以内で入力してください（現在13文字）",
    }
    taken = {"contact_2_person_name": "", "short_name": "海風物産", "location_name": "第2倉庫"}
    return [(half, told), (taken, {"short_name": "この拠点名はすでに使われています"})]


def _services() -> list[Mistake]:
    many = ["anser_dataport", "anser_dataport_c", "sds", "front_gate", "zedi"]
    return [({"service_codes": many}, {"service_codes": "選べるASPサービスは4つまでです（現在5つ）"})]


def _days(right: dict[str, str]) -> list[Mistake]:
    last = date.fromisoformat(right["router_third_on"])
    typed = {
        "survey_first_on": (today() + timedelta(days=39)).isoformat(),
        "line_second_on": right["line_first_on"],
        "router_third_on": (last + timedelta(days=5 - last.weekday())).isoformat(),
    }
    told = {
        "survey_first_on": "以降の日付を入力してください",
        "line_second_on": "第1希望日と違う日付にしてください",
        "router_third_on": "土日、祝日、休業日を除いた日付",
    }
    return [(typed, told)]


def _place() -> list[Mistake]:
    typed = {"place_floor": "屋上", "place_phone": "0355", "entry_permit": "needed"}
    told = {
        "place_floor": "数字と「B」の2文字以内",
        "place_phone": "電話番号は10〜12桁の数字",
        "permit_deadline": "入館申請期限を入力してください",
        "permit_contact": "入館連絡方法を入力してください",
        "permit_form": "指定様式の有無を選択してください",
        "permit_details": "入館申請に必要な情報を入力してください",
    }
    return [(typed, told)]


def _billing() -> list[Mistake]:
    typed = {"payment_method": "direct_debit", "monthly_person_name": "", "remarks": "あ" * 501}
    told = {
        "bank_name": "自動口座振替先金融機関名を入力してください",
        "monthly_person_name": "担当者名を入力してください",
        "remarks": "500文字以内で入力してください（現在501文字）",
    }
    return [(typed, told)]
