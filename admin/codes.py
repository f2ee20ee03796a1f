"""What the codes in columns mean to an operator: the same declarations that the rules follow, by the column's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from models.base import text
from models.base.actor import ROLE_LABELS
from models.base.choices import Choice, choices
from models.base.db import Base
from models.base.fields import Spec, specs_of
from models.base.kind import KINDS
from models.base.numbers import number_in
from models.base.technical import Code, Reference
from models.base.values import Kind
from models.base.workflow import WORKFLOWS, Side, Status
from models.tables.help_text import explained
from models.tables.record import Record

SIDES = {Side.CUSTOMER: "お客様", Side.PROVIDER: "窓口", Side.NOBODY: "なし"}
INBOX, INBOX_LABEL = "inbox", "受付箱"  # the one place with saved views that is no table


def _types() -> dict[str, str]:
    return {kind.type_code(): kind.__label__ for kind in Record.__subclasses__()}


def _kinds() -> dict[str, str]:
    return {kind.code: kind.label for kind in KINDS.values()}


def _workflows() -> dict[str, str]:
    return {flow.code: flow.label for flow in WORKFLOWS.values()}


def _statuses() -> dict[str, str]:
    return {status.value: status.desk_label for status in Status}


def _sides() -> dict[str, str]:
    return {side.value: label for side, label in SIDES.items()}


def _roles() -> dict[str, str]:
    return {role.value: label for role, label in ROLE_LABELS.items()}


def _tables() -> dict[str, str]:
    return {mapper.class_.__tablename__: mapper.class_.__label__ for mapper in Base.registry.mappers}


def _places() -> dict[str, str]:
    return {INBOX: INBOX_LABEL, **_tables()}


def _record_fields() -> dict[str, str]:
    """The fields of all record types; those of one name have one label."""
    return {name: spec.full_label for kind in Record.__subclasses__() for name, spec in specs_of(kind).items()}


def _fields() -> dict[str, str]:
    return {field_key: label for field_key, (label, _) in explained().items()}


MEANINGS: dict[str, Callable[[], dict[str, str]]] = {
    "type": _types,
    "record_type": _types,
    "kind_code": _kinds,
    "workflow": _workflows,
    "workflow_code": _workflows,
    "status": _statuses,
    "status_code": _statuses,
    "from_status": _statuses,
    "to_status": _statuses,
    "side": _sides,
    "actor_role": _roles,
    "added_by_role": _roles,
    "table_name": _tables,
    "field_key": _fields,
    "field_name": _record_fields,
    "place": _places,
}


@dataclass(frozen=True)
class RowNumber(Reference):
    """A reference as an operator types it: the row's number, alone or as the suggestion 「12：株式会社…」 begins."""

    def normalise(self, typed: str) -> str:
        """The number alone."""
        return text.dashed_digits(text.clean(typed)).partition("：")[0].partition(":")[0]

    def problem(self, normalised: str) -> str | None:
        """No number of a row; whether there is such a row is asked later."""
        return None if number_in(normalised) else "番号を数字で入力するか、候補から選んでください"

    def parse(self, normalised: str) -> int:
        """The number."""
        return int(normalised)


@cache
def desk_specs(mapped: type[Base]) -> dict[str, Spec]:
    """The specs of a mapped class as the desk reads and types them, in order; the row's own number is not among them."""
    specs = specs_of(mapped)
    # What a class shares with others (the number's owner, a code and its label) says most and comes first.
    order = dict.fromkeys(name for base in reversed(mapped.__mro__) for name in vars(base) if name in specs)
    found = {name: specs[name] for name in [*order, *specs] if name != "id"}
    return {name: replace(spec, kind=_desk_kind(name, spec.kind)) for name, spec in found.items()}


def _desk_kind(name: str, kind: Kind) -> Kind:
    if isinstance(kind, Code) and name in MEANINGS:
        return Choice(choices(name, MEANINGS[name]()))
    if isinstance(kind, Reference):
        return RowNumber(kind.table, kind.on_delete)
    return kind


@cache
def mapped_by_table() -> Mapping[str, type[Base]]:
    """Every mapped class by the name of its table, in the order of their declaration, so that menus are always the same."""
    places = {name: place for place, name in enumerate(Base.metadata.tables)}
    found = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
    return {name: found[name] for name in sorted(found, key=places.__getitem__)}
