"""The lines of a file as rows of a table: each goes through the table's own form, so that a file is checked as typing is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from time import monotonic
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from wtforms import Form

from admin import rights
from admin.codes import desk_specs
from admin.consequences import effects_of
from admin.filters import master_options
from admin.forms import default_values
from admin.import_head import ID, NUMBER, importable, keys_of
from admin.labels import Labels, row_labels
from admin.typed_cells import Words, as_sent, typed_from, words_of
from admin.writing import TAKEN, WritingView
from models.base.choices import MasterChoice, MasterChoices
from models.base.db import among
from models.base.errors import Conflict, DomainError, Invalid, Problem
from models.base.fields import Spec, read_typed
from models.base.numbers import key_in
from models.base.technical import Reference
from models.forms import form_class
from models.services.saving import welcome
from models.tables.imports import LineResult
from web.hooks import current_actor

NEEDS_NUMBER = "この表には新しく追加できません。変更する行の番号を「番号」の列に入れてください。"
EMPTY_FOR_NEW = "新しく追加する行では空欄にしてください。"
RIGHT_NUMBER = "書き出したファイルの「番号」をお確かめください。"
NOT_ASKED = "この行では変更できない項目です。列を外すか、元の内容に戻してください。"
# A request is to be over in half a minute: reading a file takes ten seconds at most, doing what was tried out twice as long as that.
SECONDS = 10
TOO_LONG = (
    "このファイルは変更が多く、一度に確認できません（{}行目まで確認しました。まだ何も変更していません）。"
    "{:,}行くらいずつのファイルに分けて取り込んでください。"
)
MOST_EFFECTS = 100  # lines of a plan that say what their change affects: each costs some questions
QUOTED = 20  # characters of a cell in what is said about it
TWICE = "{}行目と同じデータです。どちらか一方だけにしてください。"


@dataclass
class Outcome:
    """What a line comes to."""

    line: int
    cells: dict[str, str]
    result: LineResult = LineResult.SAME
    row_id: int | None = None
    label: str = ""
    changes: list[list[str]] = field(default_factory=list)
    problems: list[list[str]] = field(default_factory=list)
    wrong: list[Problem] = field(default_factory=list)  # the same by the fields' names
    effects: list[str] = field(default_factory=list)


class Lines:
    """One pass over the lines of a file, inside an act: each line is saved, or its savepoint is undone and its problems are kept."""

    def __init__(
        self,
        view: WritingView,
        session: Session,
        lines: Sequence[tuple[int, dict[str, str]]],
        most_effects: int = 0,
        seconds: float = inf,
    ) -> None:
        self.view, self.session, self.lines = view, session, lines
        self.effects_left, self.ends_at = most_effects, monotonic() + seconds
        self.words: Words = words_of(importable(view.model))
        tables = {
            spec.kind.table
            for spec in importable(view.model).values()
            if isinstance(spec.kind, MasterChoice | MasterChoices)
        }
        self.options = {table: master_options(table) for table in tables}
        self.seen: dict[int, int] = {}
        self.forms: dict[tuple[str, ...], type[Any]] = {}
        self.labels = Labels(session, [], {})
        self.rows: Sequence[Any] = ()
        names = {name for _, cells in lines for name in cells}
        self.given = {name: spec for name, spec in desk_specs(view.model).items() if name in names}

    def carry_out(self) -> list[Outcome]:
        """Every line's outcome, in the file's order; raises Invalid (field `file`) where they take longer than allowed."""
        self._lock()
        outcomes: list[Outcome] = []
        for number, cells in self.lines:
            if monotonic() > self.ends_at:
                raise Invalid([Problem("file", TOO_LONG.format(number - 1, max(len(outcomes), 1)))])
            outcomes.append(self._line(number, cells))
        names = row_labels(self.session, self.view.model, {one.row_id for one in outcomes if one.row_id})
        for outcome in outcomes:
            outcome.label = names.get(outcome.row_id or 0, "")
        return outcomes

    def _lock(self) -> None:
        """Loads and locks the rows that lines name by number, in one question and in the order of their numbers."""
        ids = sorted({number for _, cells in self.lines if (number := key_in(cells.get(ID, "")))})
        if ids:
            mapped: Any = self.view.model
            asked = sa.select(mapped).where(among(self.session, mapped.id, ids)).order_by(mapped.id)
            # Who only refers to these rows need not wait; they are held, so that they are not read again.
            self.rows = self.session.scalars(asked.with_for_update(key_share=True)).all()
            self._learn(self.rows, self.given)

    def _learn(self, rows: Sequence[Any], specs: Mapping[str, Spec]) -> None:
        """Reads what the values of these rows are called, as far as that is not known yet."""
        named = {name: spec for name, spec in specs.items() if isinstance(spec.kind, Reference | MasterChoice)}
        self.labels.learn({name: {getattr(row, name) for row in rows} for name in named}, named)

    def _line(self, number: int, cells: dict[str, str]) -> Outcome:
        outcome = Outcome(number, cells)
        try:
            row = self._row(outcome)
            if row.id is not None and self._says_what_is_there(row, cells):
                return outcome
            with self.session.begin_nested():
                self._save(row, outcome)
        except Invalid as wrong:
            self._fail(outcome, wrong.problems)
        except IntegrityError:
            self._fail(outcome, [Problem("", TAKEN)])
        except Conflict:
            self._fail(outcome, [Problem("", "ほかの人が先に保存しました。")])
        except DomainError as refused:
            self._fail(outcome, [Problem("", str(refused))])
        return outcome

    def _says_what_is_there(self, row: Any, cells: Mapping[str, str]) -> bool:
        """Whether nothing of a line is to be looked at: most lines of a file that was exported, edited and sent back."""
        self._learn([row], self.given)
        return all(self.labels.show(spec, getattr(row, name)) == cells.get(name) for name, spec in self.given.items())

    def _fail(self, outcome: Outcome, problems: Sequence[Problem]) -> None:
        specs = desk_specs(self.view.model)
        outcome.result, outcome.changes, outcome.wrong = LineResult.WRONG, [], list(problems)
        outcome.problems = [[_title(specs, one.field), _said(outcome.cells, one)] for one in problems]

    def _save(self, row: Any, outcome: Outcome) -> None:
        specs = self.view.form_specs(row)
        before = {name: getattr(row, name) for name in specs} if row.id else {}
        form, problems = self._form(row, specs, outcome.cells, before)
        if row.id is None:
            self.seen[self._add(row, form, problems)] = outcome.line
        else:
            self._attempt(row, form, problems)
            self.session.flush()
        after = {name: getattr(row, name) for name in specs}
        differing = self._differing(specs, before, after)
        outcome.changes = self._changes(differing, before, after)
        if not before:
            outcome.result, outcome.row_id = LineResult.CREATED, row.id
        else:
            outcome.result = LineResult.CHANGED if outcome.changes else LineResult.SAME
        if outcome.changes and self.effects_left:
            self.effects_left -= 1
            pairs = {name: (before.get(name), after[name]) for name in differing}
            outcome.effects = [one.text for one in effects_of(self.session, row, pairs)]

    def _add(self, row: Any, form: Any, problems: list[Problem]) -> int:
        with self.session.no_autoflush:
            self._attempt(row, form, problems)
        self.session.add(row)
        self.session.flush()
        welcome(self.session, row, current_actor())
        row_id: int = row.id
        return row_id

    def _attempt(self, row: Any, form: Any, problems: list[Problem]) -> None:
        """Saves as the form does; what no form could have sent is wrong besides."""
        try:
            self.view.save(self.session, row, form)
        except Invalid as wrong:
            problems += [one for one in wrong.problems if one.field not in {known.field for known in problems}]
        if problems:
            raise Invalid(problems)

    def _row(self, outcome: Outcome) -> Any:
        """The row that a line means: by its number, else by a key of the table; a new one where there is none."""
        mapped: Any = self.view.model
        typed = outcome.cells.get(ID, "").strip()
        row = None
        if typed:
            row_id = key_in(typed)
            row = self.session.get(mapped, row_id) if row_id else None
            if row is None:
                raise Invalid([Problem(ID, self._no_such_row(typed))])
        else:
            row = self._by_key(outcome.cells)
        if row is None:
            if not rights.may_create(current_actor(), mapped):
                raise Invalid([Problem(ID, NEEDS_NUMBER)])
            return mapped()
        if first := self.seen.get(row.id):
            raise Invalid([Problem(ID if typed else "", TWICE.format(first))])
        self.seen[row.id], outcome.row_id = outcome.line, row.id
        return row

    def _no_such_row(self, typed: str) -> str:
        may_create = rights.may_create(current_actor(), self.view.model)
        return f"番号「{typed[:QUOTED]}」のデータはありません。{EMPTY_FOR_NEW if may_create else RIGHT_NUMBER}"

    def _by_key(self, cells: Mapping[str, str]) -> Any:
        mapped: Any = self.view.model
        for names in keys_of(mapped):
            values = {name: self._value(name, cells[name]) for name in names if cells.get(name, "").strip()}
            if len(values) == len(names) and None not in values.values():
                is_it = (getattr(mapped, name) == value for name, value in values.items())
                return self.session.scalar(sa.select(mapped).where(*is_it).with_for_update(key_share=True))
        return None

    def _value(self, name: str, cell: str) -> Any:
        spec = desk_specs(self.view.model)[name]
        try:
            return read_typed(spec.kind, typed_from(name, spec.kind, cell, self.words))[0]
        except ValueError:  # said at its field when the line is saved
            return None

    def _form(
        self, row: Any, specs: Mapping[str, Spec], cells: Mapping[str, str], before: Mapping[str, Any]
    ) -> tuple[Any, list[Problem]]:
        """The row's form as somebody would send it who typed these cells, and what could not be typed."""
        values = before or default_values(self.view.model)
        sent: MultiDict[str, str] = MultiDict()
        problems = list(self._not_taken(row, specs, cells))
        for name, spec in specs.items():
            cell = cells.get(name)
            try:
                is_kept = cell is None or (before and cell == self.labels.show(spec, before[name]))
                typed = (
                    as_sent(spec.kind, values.get(name))
                    if is_kept
                    else typed_from(name, spec.kind, cell or "", self.words)
                )
            except ValueError as wrong:
                problems.append(Problem(name, str(wrong)))
                typed = ""
            for one in typed if isinstance(typed, list) else [typed] if typed else []:
                sent.add(name, one)
        return self._form_class(specs)(sent), problems

    def _not_taken(self, row: Any, specs: Mapping[str, Spec], cells: Mapping[str, str]) -> Iterator[Problem]:
        """Cells of fields that this row's form does not have, unless they say what is there."""
        known = desk_specs(self.view.model)
        for name in (name for name, cell in cells.items() if name not in specs and name != ID and cell.strip()):
            if cells[name] != self.labels.show(known[name], getattr(row, name)):
                yield Problem(name, NOT_ASKED)

    def _form_class(self, specs: Mapping[str, Spec]) -> type[Any]:
        names = tuple(specs)
        if names not in self.forms:
            self.forms[names] = form_class(specs, Form, self.options)
        return self.forms[names]

    def _changes(
        self, differing: Mapping[str, Spec], before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> list[list[str]]:
        """What a line changes, in words: title, old, new."""
        sides = [SimpleNamespace(**{name: side.get(name) for name in differing}) for side in (before, after)]
        self._learn(sides, differing)
        show = self.labels.show
        return [
            [spec.full_label, show(spec, before[name]) if before else "", show(spec, after[name])]
            for name, spec in differing.items()
        ]

    @staticmethod
    def _differing(specs: Mapping[str, Spec], before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Spec]:
        return {
            name: spec
            for name, spec in specs.items()
            if spec.kind.write(before.get(name)) != spec.kind.write(after[name])
        }


def _said(cells: Mapping[str, str], problem: Problem) -> str:
    """What is wrong, with what the cell says, so that it is found in the file: `「とても高い」：…`."""
    found = " ".join(cells.get(problem.field, "").split())
    if not found or f"「{found[:QUOTED]}" in problem.message:
        return problem.message
    return f"「{found if len(found) <= QUOTED else f'{found[:QUOTED]}…'}」：{problem.message}"


def _title(specs: Mapping[str, Spec], name: str) -> str:
    return NUMBER if name == ID else specs[name].full_label if name in specs else ""
