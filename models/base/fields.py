"""A field is a column that carries what it means; a block is a group of fields declared once and used often."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy import inspect as inspect_mapping
from sqlalchemy.orm import MappedColumn, mapped_column

from models.base.actor import Role
from models.base.conditions import Condition, Values, WhenAny, WhenBoth, is_given
from models.base.errors import Problem
from models.base.technical import Key
from models.base.values import Kind, Tick


@dataclass(frozen=True)
class Spec:
    """What a column means. `required` holds when a record is submitted: a draft may be empty (DESIGN §4).

    `is_fixed`: chosen when applying; afterwards the customer sees it and the desk alone changes it. `readers`, `changers`: the
    roles of the desk that see it, and that change it once the row is there; none given means all that the table is open to.
    `is_internal`: what the portal keeps for itself; people seldom look at it. `key` says where it stands (`shipping_record.floor`),
    once its class is mapped.
    """

    kind: Kind
    label: str
    required: bool | Condition = False
    allowed: Condition | None = None
    help: str = ""
    autocomplete: str = ""
    is_editable: bool = True
    group: str = ""
    is_fixed: bool = False
    readers: frozenset[Role] | None = None
    changers: frozenset[Role] | None = None
    is_internal: bool = False
    key: str = ""

    @property
    def full_label(self) -> str:
        """The label with its block's, so that an error names one field only (「担当者②の電話番号」)."""
        return f"{self.group}の{self.label}" if self.group else self.label

    @property
    def required_note(self) -> str:
        """When a conditional field is required, in words."""
        return self.required.note if isinstance(self.required, Condition) else ""

    def is_required(self, values: Values) -> bool:
        """Whether it must be given with these values and facts."""
        return self.required.holds(values) if isinstance(self.required, Condition) else self.required

    def is_allowed(self, values: Values) -> bool:
        """Whether it may be given with these values and facts."""
        return self.allowed is None or self.allowed.holds(values)


def declare(
    kind: Kind,
    label: str,
    *,
    required: bool | Condition = False,
    only_when: Condition | None = None,
    allowed_when: Condition | None = None,
    help: str = "",  # noqa: A002 (declarations read best so)
    autocomplete: str = "",
    editable: bool = True,
    fixed: bool = False,
) -> Spec:
    """A spec. `only_when`: required with, refused without; `allowed_when`: optional with, refused without."""
    return Spec(
        kind, label, only_when or required, only_when or allowed_when, help, autocomplete, editable, is_fixed=fixed
    )


def column_of(spec: Spec, **options: Any) -> MappedColumn[Any]:
    """The column of a spec; `options` are SQLAlchemy's.

    A value that is set over one not loaded yet loads it first (`active_history`): whoever asks what a change replaced, history and
    guards alike, is told the truth.
    """
    target = spec.kind.foreign_key()
    keys = [ForeignKey(target, ondelete=getattr(spec.kind, "on_delete", "RESTRICT"))] if target else []
    return mapped_column(spec.kind.column(), *keys, info={"spec": spec}, active_history=True, **options)


def field(kind: Kind, label: str, **options: Any) -> MappedColumn[Any]:
    """A column with its meaning; takes declare()'s options, `readers`, `changers`, `internal`, and mapped_column()'s."""
    names = {"required", "only_when", "allowed_when", "help", "autocomplete", "editable", "fixed"}
    roles = {name: options.pop(name) for name in {"readers", "changers"} & set(options)}
    is_internal = options.pop("internal", False)
    meaning = {name: options.pop(name) for name in names & set(options)}
    return column_of(replace(declare(kind, label, **meaning), is_internal=is_internal, **roles), **options)


def key(label: str) -> MappedColumn[Any]:
    """A table's own number, given by the database."""
    return field(Key(), label, editable=False, primary_key=True)


class Group:
    """The base of a group of fields: `name = declare(...)`, in order."""

    @classmethod
    def specs(cls) -> dict[str, Spec]:
        """The group's fields by name, in the order written."""
        return {
            name: value
            for part in reversed(cls.__mro__)
            for name, value in vars(part).items()
            if isinstance(value, Spec)
        }


@dataclass(frozen=True)
class Block:
    """A group under a prefix. `optional`: all or nothing. `only_when`: required with, refused without."""

    group: type[Group]
    prefix: str = ""
    label: str = ""
    optional: bool = False
    only_when: Condition | None = None

    def name_of(self, name: str) -> str:
        """The column of one of the group's fields."""
        return f"{self.prefix}_{name}" if self.prefix else name

    def specs(self) -> dict[str, Spec]:
        """The columns' specs by column name."""
        return _specs_of_block(self)

    def adapted(self, spec: Spec, names: tuple[str, ...]) -> Spec:
        """A spec of the group as it is under this prefix; `names` are all columns of the block."""
        required, allowed = spec.required, spec.allowed
        required = required.prefixed(self.prefix) if isinstance(required, Condition) else required
        allowed = allowed.prefixed(self.prefix) if allowed else None
        if required and self.optional:
            required = _narrowed(WhenAny("", "入力する場合は必須", names), required)
        if self.only_when:
            required = _narrowed(self.only_when, required) if required else False
            allowed = WhenBoth("", "", self.only_when, allowed) if allowed else self.only_when
        return replace(spec, required=required, allowed=allowed, group=self.label)


@cache
def _specs_of_block(block: Block) -> dict[str, Spec]:
    # Asked for at every form and move, and always the same.
    specs = block.group.specs()
    names = tuple(block.name_of(name) for name in specs)
    return {block.name_of(name): block.adapted(spec, names) for name, spec in specs.items()}


def _narrowed(outer: Condition, required: bool | Condition) -> Condition:
    return outer if required is True or required is False else WhenBoth("", outer.note, outer, required)


@dataclass(frozen=True)
class Section:
    """Some fields of a page under one heading; shown only when the facts of the order fulfil `condition`."""

    title: str
    parts: tuple[Block | str, ...]
    condition: Condition | None = None
    note: str = ""

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Its blocks."""
        return tuple(part for part in self.parts if isinstance(part, Block))

    @property
    def is_optional(self) -> bool:
        """Whether nothing of it need be given: it consists of blocks that are all or nothing."""
        return all(isinstance(part, Block) and part.optional for part in self.parts)

    @cached_property
    def names(self) -> list[str]:
        """Its columns, in order."""
        found: list[str] = []
        for part in self.parts:
            found += part.specs() if isinstance(part, Block) else part.split()
        return found

    def is_shown(self, facts: Values) -> bool:
        """Whether these facts show it."""
        return self.condition is None or self.condition.holds(facts)


def section(title: str, *parts: Block | str, when: Condition | None = None, note: str = "") -> Section:
    """`section("送付先", ADDRESS, "floor", note="…")`."""
    return Section(title, parts, when, note)


class Sectioned:
    """A mapped class whose fields stand in sections; the blocks in them become its columns."""

    __sections__: ClassVar[tuple[Section, ...]] = ()

    def __init_subclass__(cls, **options: Any) -> None:
        """Maps the blocks' columns before the class itself is mapped."""
        for part in vars(cls).get("__sections__", ()):
            for block in part.blocks:
                for name, spec in block.specs().items():
                    setattr(cls, name, column_of(spec, nullable=True))
        super().__init_subclass__(**options)

    @classmethod
    def section_names(cls) -> list[str]:
        """The fields that stand in its sections, in order."""
        return [name for part in cls.__sections__ for name in part.names]


@cache
def specs_of(mapped: Any) -> dict[str, Spec]:
    """The specs of a mapped class by attribute, in the order declared."""
    attributes: Any = inspect_mapping(mapped).column_attrs
    found = {attribute.key: attribute.columns[0].info.get("spec") for attribute in attributes}
    table = mapped.__tablename__
    return {name: replace(spec, key=f"{table}.{name}") for name, spec in found.items() if spec is not None}


def add_checks(table: Any) -> None:
    """The kinds' rules as CHECK constraints: what must never be false is kept by the database."""
    for column in table.columns:
        spec = column.info.get("spec")
        rule = spec.kind.check(column.name) if spec else None
        if rule:
            table.append_constraint(CheckConstraint(rule, name=f"{column.name}_is_known"))


def problems_of(specs: Mapping[str, Spec], values: Values, is_complete: bool) -> Iterator[Problem]:
    """What is wrong with stored or typed values; `is_complete` asks for the required ones too (SPEC §4).

    `values` are column values and facts together. Rules across fields beyond conditions are the record's own `problems()`.
    """
    for name, spec in specs.items():
        value = values.get(name)
        if is_given(value):
            yield from (Problem(name, message) for message in _wrong(spec, value, values))
        elif is_complete and spec.is_required(values):
            verb = "選択" if spec.kind.control in {"choice", "master", "masters", "reference"} else "入力"
            text = (
                f"{spec.full_label}にチェックを入れてください"
                if isinstance(spec.kind, Tick)
                else f"{spec.full_label}を{verb}してください"
            )
            yield Problem(name, text)


def unasked(specs: Mapping[str, Spec], values: Values) -> list[str]:
    """Fields that say something although other answers leave no question for it (a payee that was unticked again).

    What is not asked is not kept: who stores values empties these first. `values` are column values and facts together.
    """
    left = dict(values)
    found: set[str] = set()
    # What one of them says may be what another one is asked for.
    while more := {name for name, spec in specs.items() if is_given(left.get(name)) and not spec.is_allowed(left)}:
        found |= more
        left |= dict.fromkeys(more)
    return [name for name in specs if name in found]


def read_typed(kind: Kind, typed: object) -> tuple[Any, str | None]:
    """The value of what was typed (or ticked, or chosen, as a text or a list), and what is wrong with it; one of them is None."""
    if kind.control == "tick":
        return (typed if isinstance(typed, bool) else kind.parse(str(typed or "").strip())), None
    text = kind.normalise(",".join(map(str, typed)) if isinstance(typed, list | tuple) else str(typed or ""))
    if not text:
        return None, None
    problem = kind.problem(text)
    return (None, problem) if problem else (kind.parse(text), None)


def _wrong(spec: Spec, value: Any, values: Values) -> Iterator[str]:
    if not spec.is_allowed(values):
        note = (spec.allowed.note if spec.allowed else "") or "該当する場合"
        yield f"{spec.full_label}は{note}だけ入力できます。空欄にしてください"
    message = spec.kind.problem(spec.kind.normalise(spec.kind.write(value)))
    if message:
        yield message
