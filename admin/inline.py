"""Editing in the list: the rows of a page with a control in each safe cell. What was typed is shown as old and new before it is saved.

Only cells that were changed count, so two people may work on a page at once; who changed the same cell later sees both values.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from admin import rights
from admin.codes import desk_specs
from admin.import_head import ID, keys_of
from admin.import_lines import MOST_EFFECTS, Lines, Outcome
from admin.importing import ImportingView
from admin.labels import Labels, name_rows
from admin.planned import lines_of
from admin.selection import SIZES, Selection, read_selection
from admin.typed_cells import as_sent
from models.base.db import Base, database, transaction
from models.base.fields import Spec, specs_of
from models.base.numbers import number_in
from models.base.technical import Code
from models.base.values import Whole
from models.tables.imports import LineResult
from models.tables.record import Record
from web.hooks import current_actor

MOST = SIZES[-1]
CONTROLS = frozenset({"line", "day", "tick"})
IN_BETWEEN = (
    "この画面を開いたあとに、ほかの人が「{}」に変更しました。"
    "入力した内容で上書きしてよければ、もう一度「変更を確認する」を押してください"
)
GONE = "番号{}の行は、この間にほかの人が削除したため保存できません。入力した内容：{}"


@cache
def inline_names(mapped: type[Base]) -> tuple[str, ...]:
    """The fields that are safe to type in a list: short, and neither what other rows or rules hang on (codes, references,
    statuses and other choices) nor what tells a row from the others."""
    if issubclass(mapped, Record):  # its rules are asked on its own page
        return ()
    keys, declared = {name for key in keys_of(mapped) for name in key}, specs_of(mapped)
    return tuple(
        name
        for name, spec in desk_specs(mapped).items()
        if spec.is_editable
        and spec.kind.control in CONTROLS
        and not isinstance(declared[name].kind, Code)
        and name not in keys
    )


@dataclass(frozen=True)
class TypedRow:
    """A row as it was sent: the marks of what its cells said when the page was opened, and what they say now."""

    opened: Mapping[str, str]
    sent: Mapping[str, str]

    @property
    def changed(self) -> dict[str, str]:
        """The cells in which something else was typed."""
        return {name: typed for name, typed in self.sent.items() if _mark(typed) != self.opened.get(name)}


@dataclass
class Sheet:
    """What the page shows besides the rows themselves: what was typed in which row, and what is wrong there."""

    typed: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    problems: dict[int, list[tuple[str, str]]] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)

    def at(self, row_id: int, name: str) -> list[str]:
        """The problems of a cell."""
        return [message for about, message in self.problems.get(row_id, ()) if about == name]


class InlineView(ImportingView):
    """Editing in the list, for those who may edit the table."""

    def inline_url(self, chosen: Selection) -> str | None:
        """Where the rows of a list's page are edited in place."""
        if not rights.may_edit(current_actor(), self.model) or not self._inline_specs():
            return None
        return f"{self.address()}inline/?{_query(chosen)}"

    @expose("/inline/", methods=("GET", "POST"))
    def inline_view(self) -> ResponseReturnValue:
        """The rows with their controls; then the plan of what was typed."""
        specs, chosen = self._begin(), self.selection()
        if request.method == "GET":
            return self._inline_page(chosen, _page_ids(chosen), Sheet())
        rows = _sent_rows(specs)
        sheet = self._collisions(specs, rows)
        is_outdated = bool(sheet.problems or sheet.gone)
        outcomes = self._tried(sheet.typed)
        for outcome in outcomes:
            found = [(one.field, one.message) for one in outcome.wrong]
            sheet.problems.setdefault(int(outcome.cells[ID]), []).extend(found)
        if is_outdated or any(sheet.problems.values()):
            return self._inline_page(chosen, list(rows), sheet), 409 if is_outdated else 422
        changing = [one for one in outcomes if one.result is LineResult.CHANGED]
        if not changing:
            flash("変更された項目はありません。", "info")
            return redirect(f"{self.address()}?{_query(chosen)}", 303)
        number = self.keep_plan(changing, list_query=_query(chosen))
        return redirect(f"{self.address()}import/{number}/", 303)

    @expose("/inline/<int:table_import_id>/")
    def inline_again_view(self, table_import_id: int) -> str:
        """The rows once more, with what was typed for a plan: for who sees there that something is not meant so."""
        self._begin()
        made = self.find_plan(database(), table_import_id)
        if not made.is_typed or made.operator_id != current_actor().id:
            abort(404)
        chosen = read_selection(self.model, MultiDict(parse_qsl(made.list_query or "", errors="replace")))
        lines = database().scalars(lines_of(made)).all()
        typed = {int(line.cells[ID]): {n: cell for n, cell in line.cells.items() if n != ID} for line in lines}
        ids = dict.fromkeys([*_page_ids(chosen), *typed])
        return self._inline_page(chosen, list(ids), Sheet(typed))

    def _begin(self) -> dict[str, Spec]:
        self.require_editing()
        specs = self._inline_specs()
        if not specs:
            abort(404)
        return specs

    def _inline_specs(self) -> dict[str, Spec]:
        specs, actor = desk_specs(self.model), current_actor()
        names = [name for name in inline_names(self.model) if rights.may_change_field(actor, specs[name])]
        return {name: specs[name] for name in names}

    def _rows(self, ids: Sequence[int]) -> dict[int, Any]:
        mapped: Any = self.model
        found = {row.id: row for row in database().scalars(select(mapped).where(mapped.id.in_(ids)))}
        return {row_id: found[row_id] for row_id in ids if row_id in found}

    def _collisions(self, specs: Mapping[str, Spec], rows: Mapping[int, TypedRow]) -> Sheet:
        """What was typed, and which of these cells or rows somebody else changed or took away since the page was opened."""
        stored = self._rows(list(rows))
        labels = Labels(database(), list(stored.values()), specs)
        sheet = Sheet({row_id: sent.changed for row_id, sent in rows.items() if row_id in stored and sent.changed})
        for row_id, sent in rows.items():
            if row_id in stored:
                found = _outdated(specs, labels, stored[row_id], sent)
                sheet.problems |= {row_id: found} if found else {}
            elif sent.changed:
                words = "、".join(f"{specs[name].full_label}「{typed}」" for name, typed in sent.changed.items())
                sheet.gone.append(GONE.format(row_id, words))
        return sheet

    def _tried(self, typed: Mapping[int, Mapping[str, str]]) -> list[Outcome]:
        """What the typed cells would do, each row checked as a line of a file is."""
        lines = [(number, {ID: str(row_id), **cells}) for number, (row_id, cells) in enumerate(typed.items(), 1)]
        with transaction(is_rehearsal=True) as session:
            return Lines(self, session, lines, MOST_EFFECTS).carry_out()

    def _inline_page(self, chosen: Selection, ids: Sequence[int], sheet: Sheet) -> str:
        rows, inline = self._rows(ids), self._inline_specs()
        shown = {name: desk_specs(self.model)[name] for name in chosen.shown}
        specs = shown if inline.keys() & shown.keys() else {**shown, **inline}
        labels, names = Labels(database(), list(rows.values()), specs), name_rows(database(), self.model, rows.values())
        lines = [_line(row, names[row.id], specs, inline, labels, sheet) for row in rows.values()]
        return self.page(
            "admin/inline.html",
            mapped=self.model,
            address=self.address(),
            here=f"{self.address()}inline/?{_query(chosen)}",
            back_url=f"{self.address()}?{_query(chosen)}",
            columns=[{"label": "番号"}, *({"label": _label(spec)} for spec in specs.values())],
            lines=lines,
            wrong=list(_summary(lines, sheet)),
        )


def _mark(text: str) -> str:
    """What a cell says, in short: a page of long texts sent twice over would be more than a form may be."""
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def _query(chosen: Selection) -> str:
    """The list's query, its page included."""
    return chosen.query(spot=chosen.spot)


def _page_ids(chosen: Selection) -> list[int]:
    return [row[0] for row in chosen.page_rows(database()).rows]


def _sent_rows(specs: Mapping[str, Spec]) -> dict[int, TypedRow]:
    ids = list(filter(None, map(number_in, request.form.getlist("ids"))))
    return {row_id: _sent_row(row_id, specs) for row_id in dict.fromkeys(ids[:MOST])}


def _sent_row(row_id: int, specs: Mapping[str, Spec]) -> TypedRow:
    """A row as it was sent; a cell that the page did not show counts as it was."""
    try:
        opened = json.loads(request.form.get(f"opened-{row_id}", ""))
    except ValueError:
        opened = {}
    was = {name: str(opened[name]) for name in specs if name in opened} if isinstance(opened, dict) else {}
    return TypedRow(was, {name: request.form.get(f"{name}-{row_id}", "") for name in was})


def _outdated(specs: Mapping[str, Spec], labels: Labels, row: Any, sent: TypedRow) -> list[tuple[str, str]]:
    """The changed cells that say something else by now than when the page was opened, and than what was typed."""
    found = []
    for name, typed in sent.changed.items():
        stored = as_sent(specs[name].kind, getattr(row, name))
        if _mark(stored) not in {sent.opened.get(name), _mark(typed)}:
            found.append((name, IN_BETWEEN.format(labels.show(specs[name], getattr(row, name)) or "（なし）")))
    return found


def _label(spec: Spec) -> str:
    """A column's head, with the unit in which numbers are typed."""
    unit = spec.kind.unit.strip() if isinstance(spec.kind, Whole) else ""
    return f"{spec.full_label}（{unit}）" if unit else spec.full_label


def _line(
    row: Any, name: str, specs: Mapping[str, Spec], inline: Mapping[str, Spec], labels: Labels, sheet: Sheet
) -> dict[str, Any]:
    stored = {one: as_sent(specs[one].kind, getattr(row, one)) for one in inline if one in specs}
    values = {**stored, **sheet.typed.get(row.id, {})}
    return {
        "id": row.id,
        "name": name,
        "opened": json.dumps({one: _mark(text) for one, text in stored.items()}),
        "problems": [message for about, message in sheet.problems.get(row.id, ()) if about not in stored],
        "cells": [
            {
                "name": f"{one}-{row.id}" if one in stored else None,
                "label": _label(spec),
                "control": spec.kind.control,
                "is_text": spec.kind.control == "line" and not isinstance(spec.kind, Whole),
                "hints": spec.kind.hints,
                "text": labels.show(spec, getattr(row, one)),
                "value": values.get(one),
                "is_changed": one in stored and values[one] != stored[one],
                "problems": sheet.at(row.id, one),
            }
            for one, spec in specs.items()
        ],
    }


def _summary(lines: Sequence[Mapping[str, Any]], sheet: Sheet) -> Iterator[tuple[str, str | None]]:
    """Every problem with the place that it speaks of."""
    yield from ((one, None) for one in sheet.gone)
    for line in lines:
        yield from ((f"番号{line['id']}：{message}", f"#row-{line['id']}") for message in line["problems"])
        for cell in line["cells"]:
            for message in cell["problems"]:
                yield f"番号{line['id']}の{cell['label']}：{message}", f"#{cell['name']}"
