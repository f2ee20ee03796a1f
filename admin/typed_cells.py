"""A cell of a file as what a form would send: the words that lists and exports show are understood as they are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from admin.codes import RowNumber, mapped_by_table
from admin.filters import master_options
from models.base.choices import Choice, MasterChoice, MasterChoices
from models.base.db import database
from models.base.fields import Spec
from models.base.technical import Moment
from models.base.values import Day, Kind, Tick, Whole
from models.services.desk_work import operators_at_work
from models.services.spreadsheets import FORMULAS
from models.tables.operator import Operator

YES = {"はい", "1", "true", "yes", "y", "○", "〇", "済", "レ"}
NO = {"", "いいえ", "0", "false", "no", "n", "×", "－", "-"}
WEEKDAY = re.compile(r"[（(][月火水木金土日][）)]")
MOMENT = re.compile(r"(\d{4})\D(\d{1,2})\D(\d{1,2})日?\s*(\d{1,2}):(\d{2})")

Words = Mapping[str, Mapping[str, str]]


def words_of(specs: Mapping[str, Spec]) -> Words:
    """For each field that is chosen: the code of each word."""
    tables: dict[str, dict[str, str]] = {}
    found = {}
    for name, spec in specs.items():
        if isinstance(spec.kind, MasterChoice | MasterChoices):
            table = spec.kind.table
            if table not in tables:
                tables[table] = _master_words(table)
            found[name] = tables[table]
        elif isinstance(spec.kind, Choice):
            found[name] = {label: code for code, label in spec.kind.options()}
        elif isinstance(spec.kind, RowNumber) and spec.kind.table == Operator.__tablename__:
            found[name] = _operator_words()
    return found


def _operator_words() -> dict[str, str]:
    """Operators by their names, as lists and exports show them; a name that several share tells none of them."""
    people = operators_at_work(database())
    shared = Counter(str(one) for one in people)
    return {str(one): str(one.id) for one in people if shared[str(one)] == 1}


def _master_words(table: str) -> dict[str, str]:
    """The rows of a master table as forms and as lists name them; a short name that several rows share tells none of them."""
    full = {label: code for code, label in master_options(table)}
    mapped: Any = mapped_by_table()[table]
    rows = [(str(row), row.code) for row in database().scalars(select(mapped))]
    shared = Counter(label for label, _ in rows)
    return {**full, **{label: code for label, code in rows if shared[label] == 1}}


def plain(cell: str) -> str:
    """A cell's text without the mark that an export set so that a spreadsheet takes it for a text."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULAS) else cell


def typed_from(name: str, kind: Kind, cell: str, words: Words) -> Any:
    """What a form would send for the text of a cell; raises ValueError with what is wrong where no form could send it."""
    text = plain(cell).strip()
    if isinstance(kind, Tick):
        return _ticked(text)
    if isinstance(kind, MasterChoices):
        return [_code(part.strip(), words[name]) for part in re.split("[、,]", text) if part.strip()]
    if isinstance(kind, Choice | MasterChoice):
        return _code(text, words[name]) if text else ""
    if isinstance(kind, RowNumber):
        return _number(kind, text, words.get(name, {}))
    if isinstance(kind, Day):
        return WEEKDAY.sub("", text)
    if isinstance(kind, Moment):
        return _moment(text)
    return text.removesuffix(kind.unit.strip()).strip() if isinstance(kind, Whole) else text


def _code(text: str, words: Mapping[str, str]) -> str:
    if text not in words and text not in words.values():
        raise ValueError(f"「{text[:20]}」は一覧にないか、同じ名前がいくつかあります。コードでも入力できます")
    return words.get(text, text)


def _number(kind: RowNumber, text: str, words: Mapping[str, str]) -> str:
    if text in words or not text:
        return words.get(text, text)
    if kind.problem(kind.normalise(text)):
        by_name = f"「{text[:20]}」という名前は見つからないか、同じ名前がいくつかあります。番号でも入力できます"
        raise ValueError(by_name if words else "番号を数字で入力してください")
    return text


def _ticked(text: str) -> str:
    if text.lower() in YES:
        return "1"
    if text.lower() in NO:
        return ""
    raise ValueError("「はい」か「いいえ」で入力してください")


def _moment(text: str) -> str:
    found = MOMENT.fullmatch(WEEKDAY.sub("", text))
    if found is None:
        return text
    year, month, day, hour, minute = found.groups()
    return f"{year}-{int(month):02}-{int(day):02}T{int(hour):02}:{minute}"


def as_sent(kind: Kind, value: Any) -> Any:
    """What a form sends for a value as it stands."""
    if isinstance(kind, Tick):
        return "1" if value else ""
    return list(value or ()) if isinstance(kind, MasterChoices) else kind.write(value)


def how_to_write(name: str, spec: Spec, words: Words) -> str:
    """How a field is written in a file, for whoever prepares one."""
    if name in words:
        first = list({code: word for word, code in reversed(list(words[name].items()))}.values())[::-1]
        return "、".join(first[:8]) + ("…" if len(first) > 8 else "")
    if isinstance(spec.kind, Tick):
        return "はい、いいえ"
    if isinstance(spec.kind, Day):
        return "2026-12-01、2026/12/1 など"
    if spec.kind.control == "reference":
        return "番号"
    if isinstance(spec.kind, Whole):
        return f"数字{f'（{spec.kind.unit.strip()}）' if spec.kind.unit else ''}"
    return f"{limit}文字まで" if (limit := getattr(spec.kind, "limit", 0)) else ""
