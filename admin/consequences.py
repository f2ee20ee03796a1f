"""What a change of master data affects, shown before it is saved: who uses the row, what is still open, from when it counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from admin.labels import Labels
from admin.references import referring
from models.base.choices import MasterChoice
from models.base.clock import today
from models.base.db import Area
from models.base.fields import Spec, specs_of
from models.services.audit import kind_of
from models.services.reach import Changes, drafts_with, open_among, sentences
from models.services.validity import taken_over_from

UNSTAMPED = {"csrf_token", "seen"}


@dataclass(frozen=True)
class Effect:
    """One thing that follows; `url` leads to what it speaks of."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class Pending:
    """A change that was typed and is not saved yet: field by field, with its effects; `stamp` tells whether it is the one that was shown."""

    changes: list[dict[str, Any]]
    effects: list[Effect]
    stamp: str


def stamp_of(form: Any) -> str:
    """What stands in a form, in short; once it was read, its texts are the normalised ones that the page shows again."""
    typed = sorted((one.short_name, repr(one.data)) for one in form if one.short_name not in UNSTAMPED)
    return sha256(repr(typed).encode()).hexdigest()[:32]


def is_confirmed(form: Any) -> bool:
    """Whether what is sent now is what was shown with its effects."""
    return request.form.get("confirmed") == stamp_of(form)


def effects_of(session: Session, row: Any, changes: Changes) -> list[Effect]:
    """Everything that follows from the changes of a row of master data; nothing for other tables."""
    if row.__area__ is not Area.MASTER:
        return []
    said = [Effect(text) for text in sentences(row, changes)]
    return [*said, *_users(session, row), *_drafts(session, row)]


def _users(session: Session, row: Any) -> Iterator[Effect]:
    for one in referring(session, row) if row.id else ():
        open_ones = open_among(session, one.mapped, one.condition)
        more = f"（うち手続き中 {open_ones:,}件）" if open_ones is not None else ""
        url = f"{request.script_root}/{one.mapped.__tablename__}/?{one.query}" if one.query else ""
        yield Effect(f"{one.label}で使われています：{one.amount}{more}", url)


def _drafts(session: Session, row: Any) -> Iterator[Effect]:
    code = _code_of(row)
    if code and (count := drafts_with(session, code[0], code[1])):
        yield Effect(f"いま入力中の新設申込で選ばれています：{count:,}件")


def _code_of(row: Any) -> tuple[str, str] | None:
    """The master row that orders choose: the row itself, or the one whose price it is."""
    if isinstance(getattr(row, "code", None), str):
        return row.__tablename__, row.code
    chosen = ((name, spec.kind) for name, spec in specs_of(kind_of(row)).items() if isinstance(spec.kind, MasterChoice))
    return next(((kind.table, getattr(row, name)) for name, kind in chosen), None)


def pending(session: Session, row: Any, specs: Mapping[str, Spec], before: dict[str, Any], form: Any) -> Pending | None:
    """A change that was just written in a rehearsal, if it has effects that have to be seen first."""
    differing = {
        name: spec
        for name, spec in specs.items()
        if spec.kind.write(before.get(name)) != spec.kind.write(getattr(row, name))
    }
    changes = {name: (before.get(name), getattr(row, name)) for name in differing}
    effects = effects_of(session, row, changes) if changes else []
    if not effects:
        return None
    counting = before or _counting_now(session, row, differing)
    new = {name: getattr(row, name) for name in differing}
    sides = [SimpleNamespace(**{name: side.get(name) for name in differing}) for side in (counting, new)]
    labels = Labels(session, sides, differing)
    rows = [
        {
            "label": spec.full_label,
            "old": labels.show(spec, counting.get(name)) if counting else "",
            "new": labels.show(spec, new[name]),
            "is_changed": counting.get(name) != new[name],
        }
        for name, spec in differing.items()
    ]
    return Pending(rows, effects, stamp_of(form))


def _counting_now(session: Session, row: Any, names: Iterable[str]) -> dict[str, Any]:
    """What counts today about the same thing as a new row: a price from another day on is read beside the one of now."""
    other = taken_over_from(session, row, today())
    return {name: getattr(other, name) for name in names} if other else {}
