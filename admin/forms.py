"""A row as a form: made from the specs for each request, checked by them, and safe against overwriting what another saved."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_wtf import FlaskForm
from sqlalchemy import inspect as inspect_mapping
from sqlalchemy.orm import Session
from wtforms import HiddenField
from wtforms.widgets import DateTimeLocalInput

from admin.codes import RowNumber, mapped_by_table
from admin.filters import master_options
from admin.labels import row_labels
from models.base.choices import MasterChoice, MasterChoices
from models.base.db import database
from models.base.errors import Invalid, Problem
from models.base.fields import Spec, problems_of, unasked
from models.forms import fill, form_class, mark_required, read
from models.services.audit import read_back
from models.services.help_texts import helps_of
from models.tables.event import Action

Specs = Mapping[str, Spec]


class RowForm(FlaskForm):
    """A form that knows which state of the row it was opened with."""

    seen = HiddenField()


def make_form(specs: Specs, values: Mapping[str, Any], seen: str, facts: Mapping[str, Any]) -> Any:
    """The form of a row: with what was sent, else with `values`."""
    tables = {spec.kind.table for spec in specs.values() if isinstance(spec.kind, MasterChoice | MasterChoices)}
    options = {table: master_options(table) for table in tables}
    form = form_class(specs, RowForm, options, with_fixed=True, helps=helps_of(database()))()
    if not form.is_submitted():
        fill(form, specs, values)
        form.seen.data = seen
    mark_required(form, specs, {**values, **facts})
    for name, spec in specs.items():
        if spec.kind.control == "moment":
            form[name].widget = DateTimeLocalInput()
        elif isinstance(spec.kind, RowNumber):
            _suggest(form[name], spec.kind)
    return form


def _suggest(bound: Any, kind: RowNumber) -> None:
    # The browser offers rows while typing (static/js/desk.js); without the script the number is typed.
    address = url_for(f"{kind.table}.lookup_view")
    bound.render_kw = {
        **(bound.render_kw or {}),
        "list": f"{bound.id}-rows",
        "data-lookup": address,
        "autocomplete": "off",
    }
    bound.description = bound.description or "番号を入力するか、名前の一部を入力して候補から選びます。"


def reference_names(session: Session, specs: Specs, form: Any) -> dict[str, str]:
    """What the numbers now typed in the form are called, by field."""
    found = {}
    for name, spec in specs.items():
        if isinstance(spec.kind, RowNumber):
            typed = spec.kind.normalise(str(form[name].data or ""))
            if typed and not spec.kind.problem(typed):
                row_id = spec.kind.parse(typed)
                found[name] = row_labels(session, mapped_by_table()[spec.kind.table], [row_id]).get(row_id, "")
    return found


def mark_of(specs: Specs, row: Any) -> str:
    """What a row says in these fields, in short: another mark means that somebody saved in between."""
    written = "\x1f".join(f"{name}={spec.kind.write(getattr(row, name))}" for name, spec in specs.items())
    return hashlib.sha256(written.encode()).hexdigest()[:32]


def default_values(mapped: Any) -> dict[str, Any]:
    """What a new row starts with."""
    columns = {one.key: one.columns[0] for one in inspect_mapping(mapped).column_attrs}
    return {
        name: column.default.arg
        for name, column in columns.items()
        if column.default is not None and column.default.is_scalar
    }


def read_row(
    session: Session,
    mapped: Any,
    specs: Specs,
    form: Any,
    row_id: int | None,
    facts: Mapping[str, Any],
    is_complete: bool = True,
) -> dict[str, Any]:
    """The typed values, ready to be stored, without what other answers leave no question for; raises Invalid with all that is wrong."""
    values, problems = read(form, specs, facts)
    values |= dict.fromkeys(unasked(specs, {**facts, **values}))
    unread = {problem.field for problem in problems}
    problems += [one for one in problems_of(specs, {**values, **facts}, is_complete) if one.field not in unread]
    values = {name: value for name, value in _filled(mapped, values) if name not in unread}
    known = {problem.field for problem in problems}
    found = [
        *_missing(mapped, specs, values),
        *_unknown_rows(session, specs, values),
        *_taken(session, mapped, values, row_id),
    ]
    problems += [one for one in found if one.field not in known]
    if problems:
        raise Invalid(problems)
    return values


def changed(row: Any, specs: Specs, values: Mapping[str, Any]) -> dict[str, Any]:
    """What differs from what the form showed: a moment shown to the minute keeps its seconds, an old text its spelling."""
    return {
        name: value
        for name, value in values.items()
        if row.id is None or specs[name].kind.write(getattr(row, name)) != specs[name].kind.write(value)
    }


def _column(mapped: Any, name: str) -> Any:
    return inspect_mapping(mapped).column_attrs[name].columns[0]


def _filled(mapped: Any, values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        column = _column(mapped, name)
        if value is not None or column.nullable:
            yield name, value
        elif isinstance(column.type, sa.String):
            yield name, ""
        elif column.default is None or not column.default.is_scalar:
            yield name, None
        else:
            yield name, column.default.arg


def _missing(mapped: Any, specs: Specs, values: Mapping[str, Any]) -> Iterator[Problem]:
    for name, value in values.items():
        if value is None and not _column(mapped, name).nullable:
            yield Problem(name, f"{specs[name].full_label}を入力してください")


def _unknown_rows(session: Session, specs: Specs, values: Mapping[str, Any]) -> Iterator[Problem]:
    for name, value in values.items():
        kind = specs[name].kind
        if isinstance(kind, RowNumber) and value is not None:
            target: Any = mapped_by_table()[kind.table]
            if session.scalar(sa.select(target.id).where(target.id == value)) is None:
                yield Problem(name, f"{specs[name].full_label}に、番号{value}のデータはありません")


def _taken(session: Session, mapped: Any, values: Mapping[str, Any], row_id: int | None) -> Iterator[Problem]:
    """Unique values that another row has; what two operators type at once is left to the database."""
    names = {one.columns[0]: one.key for one in inspect_mapping(mapped).column_attrs}
    for constraint in mapped.__table__.constraints:
        if not isinstance(constraint, sa.UniqueConstraint):
            continue
        parts = {names[column]: values.get(names[column]) for column in constraint.columns}
        if any(value in (None, "") for value in parts.values()):
            continue
        same = sa.select(mapped.id).where(*(getattr(mapped, name) == value for name, value in parts.items()))
        if session.scalar(same.where(mapped.id != (row_id or 0)).limit(1)) is not None:
            yield Problem(next(iter(parts)), "同じ内容のデータがすでに登録されています")


def as_typed(specs: Specs, event: Any) -> dict[str, Any]:
    """The values of a row before an event (for a deleted row: its last ones), as far as the form has them."""
    found = {}
    for name, pair in (event.changes or {}).items():
        if name in specs and isinstance(pair, list) and len(pair) == 2:
            stored = pair[1] if event.action == Action.DELETED else pair[0]
            found[name] = read_back(specs[name].kind, stored)
    return found
