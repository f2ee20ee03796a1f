"""The first line of a file: which field each column gives, and which fields tell a row from all others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from admin.codes import desk_specs
from admin.whereabouts import place_labels
from models.base import text
from models.base.errors import Invalid, Problem
from models.base.fields import Spec

ID = "id"
NUMBER = "番号"


@dataclass(frozen=True)
class Head:
    """The first line: the field of each column (none: not taken), and the titles of those that are not taken."""

    names: tuple[str | None, ...]
    left_out: tuple[str, ...]


def importable(mapped: Any) -> dict[str, Spec]:
    """The fields that a file may give: those that a form of the table can have; never a status, never a secret."""
    of_sections = {name for part in getattr(mapped, "__sections__", ()) for name in part.names}
    specs = desk_specs(mapped)
    return {name: spec for name, spec in specs.items() if spec.is_editable or name in of_sections}


def read_head(mapped: Any, titles: Sequence[str]) -> Head:
    """Which field each column is, by its title or its name; raises Invalid (field `file`) for titles that the table does not have."""
    specs, taken, beside = desk_specs(mapped), importable(mapped), place_labels(mapped)
    known = {
        NUMBER: ID,
        ID: ID,
        **{spec.full_label: name for name, spec in specs.items()},
        **{name: name for name in specs},
    }
    names: list[str | None] = []
    left_out, wrong = [], []
    for title in (text.clean(one) for one in titles):
        name = known.get(title)
        is_beside = name is None and title in beside  # an export tells it, no row has it
        if title and name is None and not is_beside:
            wrong.append(f"「{title[:40]}」という列はこの表にありません。")
        elif name and name in names:
            wrong.append(f"「{title}」の列が2つあります。")
        is_taken = name == ID or name in taken
        names.append(name if is_taken else None)
        left_out += [title] if is_beside or (name and not is_taken) else []
    if not wrong and not any(name and name != ID for name in names):
        wrong.append("取り込める列がありません。1行目に項目名を入れてください。")
    if wrong:
        raise Invalid([Problem("file", "".join(wrong))])
    return Head(tuple(names), tuple(left_out))


def cells_of(head: Head, row: Sequence[str]) -> dict[str, str]:
    """A line's cells by field; what stands in no column that is taken is left out."""
    padded = [*row, *[""] * (len(head.names) - len(row))]
    return {name: cell for name, cell in zip(head.names, padded, strict=False) if name}


def keys_of(mapped: Any) -> Iterator[tuple[str, ...]]:
    """The columns that tell a row from all others, the shortest key first; only such as a file can give."""
    names = {one.columns[0]: one.key for one in sa.inspect(mapped).column_attrs}
    unique = [one for one in mapped.__table__.constraints if isinstance(one, sa.UniqueConstraint)]
    found = [tuple(names[column] for column in one.columns if column in names) for one in unique]
    taken = importable(mapped)
    yield from sorted(
        (key for key in found if key and all(name in taken for name in key)), key=lambda key: (len(key), key)
    )
