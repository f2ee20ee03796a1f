"""Where the parameters stand on the sheet: made from the same declaration for writing, checking and comparing (SPEC §6)."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from models.base.choices import Choice
from models.base.fields import Spec
from models.base.values import Kind
from models.rules.lan import SECTIONS, specs_in

PAGE, HIDDEN = "パラメータシート", "version"
VERSION = "1"
LABELS, INPUTS, HELPS = "B", "C", "D"
FIRST_ROW = 8
MARK_CELL, NUMBER_CELL = f"{HIDDEN}!A1", f"{HIDDEN}!A2"
ADDRESS = re.compile(r"(?P<page>.+)!(?P<column>[A-Z]+)(?P<row>\d+)")


@dataclass(frozen=True)
class Line:
    """A row of the sheet: the heading of a section, or one parameter."""

    row: int
    title: str
    name: str = ""
    spec: Spec | None = None
    answer: str = ""

    @property
    def input_cell(self) -> str:
        """Where it is filled in, as people say it: C12."""
        return f"{INPUTS}{self.row}"

    @property
    def is_parameter(self) -> bool:
        """Whether it asks for something."""
        return self.spec is not None


NO_ANSWERS: Mapping[str, str] = {}


def lines_for(facts: Mapping[str, Any], answers: Mapping[str, str] = NO_ANSWERS) -> list[Line]:
    """The rows of the sheet of an order with these facts, from the first to the last; `answers` are known ones by their rows' titles."""
    found: list[Line] = []
    for section in SECTIONS:
        found.append(Line(FIRST_ROW + len(found), section.title))
        for name, spec in specs_in(section, facts).items():
            title = spec.full_label
            found.append(Line(FIRST_ROW + len(found), title, name, spec, answers.get(title, "")))
    return found


def answers_on(cells: Mapping[str, str]) -> dict[str, str]:
    """What was filled in on a sheet that the portal made, by the titles of its rows; nothing of any other sheet."""
    if MARK_CELL not in cells:
        return {}
    start = f"{PAGE}!{LABELS}"
    rows = {title: cell.removeprefix(start) for cell, title in cells.items() if cell.startswith(start)}
    answers = {title: cells.get(f"{PAGE}!{INPUTS}{row}", "") for title, row in rows.items() if is_asked(row)}
    return {title: answer for title, answer in answers.items() if answer}


def without_answers(cells: Mapping[str, str]) -> dict[str, str]:
    """A sheet that the portal made, as if nothing had been filled in; any other sheet as it is."""
    start = f"{PAGE}!{INPUTS}"
    is_ours = MARK_CELL in cells
    return {
        cell: text
        for cell, text in cells.items()
        if not (is_ours and cell.startswith(start) and is_asked(cell.removeprefix(start)))
    }


def is_asked(row: str) -> bool:
    """Whether something can be filled in in this row: the head is above."""
    return row.isdecimal() and int(row) >= FIRST_ROW


def words_of(kind: Kind) -> list[str]:
    """What can be picked in the cell, for a choice."""
    return [label for _, label in kind.options()] if isinstance(kind, Choice) else []


def typed_of(kind: Kind, cell: str) -> str:
    """What stands in a cell, as a form would have it: a choice by its code."""
    codes = {label: code for code, label in kind.options()} if isinstance(kind, Choice) else {}
    return codes.get(cell.strip(), cell)


@dataclass(frozen=True)
class CellChange:
    """One cell that two sheets differ in, with the words beside it."""

    cell: str
    label: str
    before: str
    after: str

    @property
    def name(self) -> str:
        """The words and the cell, as people find it on the sheet."""
        return f"{self.label}（{self.cell}）" if self.label else self.cell


def changes_between(before: Mapping[str, str], after: Mapping[str, str]) -> list[CellChange]:
    """Cell by cell, row by row, what a later sheet says otherwise than an earlier one."""
    both = {**before, **after}
    places = {cell: _place(cell) for cell in both if not cell.startswith(f"{HIDDEN}!")}
    rows = _rows(both, places)
    differing = [cell for cell in places if before.get(cell, "") != after.get(cell, "")]
    return [
        CellChange(
            cell.removeprefix(f"{PAGE}!"), _label_of(places[cell], rows), before.get(cell, ""), after.get(cell, "")
        )
        for cell in sorted(differing, key=lambda one: (places[one].page, places[one].row, places[one].column))
    ]


class _Place(NamedTuple):
    page: str
    row: int
    column: int


Rows = Mapping[tuple[str, int], Sequence[tuple[int, str]]]


def _rows(cells: Mapping[str, str], places: Mapping[str, _Place]) -> Rows:
    """The texts of each row from left to right."""
    rows: dict[tuple[str, int], list[tuple[int, str]]] = defaultdict(list)
    for cell, place in places.items():
        rows[place.page, place.row].append((place.column, cells[cell]))
    return {row: sorted(texts) for row, texts in rows.items()}


def _label_of(place: _Place, rows: Rows) -> str:
    """The nearest words to the left of a cell in its row, whoever made the sheet; empty where there are none."""
    texts = rows[place.page, place.row]
    index = bisect_left(texts, (place.column, ""))
    return texts[index - 1][1] if index else ""


def _place(cell: str) -> _Place:
    found = ADDRESS.fullmatch(cell)
    if found is None:
        return _Place(cell, 0, 0)
    column = 0
    for letter in found["column"]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return _Place(found["page"], int(found["row"]), column)
