"""各情報: the narrow row that every record type shares; its fields stand in the type's own table."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, UniqueConstraint, and_, event, literal, text
from sqlalchemy import inspect as inspect_row
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base.choices import Choices, one_of
from models.base.clock import now
from models.base.clock import today as this_day
from models.base.db import Base
from models.base.errors import Problem
from models.base.fields import Section, Sectioned, Spec, field, key, specs_of
from models.base.technical import Code, Moment, Reference
from models.base.values import Day, LongText, Whole
from models.base.workflow import WORKFLOWS, Side, Status, Workflow
from models.rules.offer import Masters, order_facts
from models.tables.operator import Operator
from models.tables.request import Request


class Purpose(Choices):
    """What a file is to its record."""

    STAMPED_FORM = "stamped_form", "押印済みの申込書"
    BLANK_SHEET = "blank_sheet", "パラメータシート（未記入）"
    SHEET = "sheet", "パラメータシート（記入済み）"
    LETTER = "letter", "利用承諾書"

    @property
    def is_from_customer(self) -> bool:
        """Whether the customer adds it; the desk adds the others."""
        return self in {Purpose.STAMPED_FORM, Purpose.SHEET}


def _index_of_open(*columns: str) -> Index:
    # Of a hundred records some three are open: what waits is found among them alone, and moves of the others do not touch it.
    still = text(f"side <> '{Side.NOBODY.value}'")
    return Index(None, *columns, sqlite_where=still, postgresql_where=still)


class Record(Sectioned, Base):
    """What all record types share. The status is moved by models.services.transition alone (SPEC §4)."""

    __tablename__ = "record"
    __label__ = "各情報"
    __purposes__: ClassVar[tuple[Purpose, ...]] = ()
    __table_args__ = (
        UniqueConstraint("request_id", "type"),
        Index(None, "type", "updated_at", "id"),
        _index_of_open("side", "due_on", "status_changed_at", "id"),
        _index_of_open("side", "status_changed_at", "id"),
        _index_of_open("side", "type", "status", "assignee_id", "due_on"),  # all that the inbox counts
        Index(None, "type", "status", "id"),
        CheckConstraint(one_of("status", Status), name="status_is_known"),
        CheckConstraint(one_of("side", Side), name="side_is_known"),
    )

    id: Mapped[int] = key("情報ID")
    request_id: Mapped[int] = field(Reference("request"), "申込", editable=False)
    type: Mapped[str] = field(Code(40), "情報の種類", editable=False)
    workflow_code: Mapped[str] = field(Code(40), "ワークフロー", editable=False, internal=True, name="workflow")
    status_code: Mapped[str] = field(Code(40), "ステータス", editable=False, name="status")
    side: Mapped[str] = field(Code(20), "対応する側", editable=False, internal=True)
    comment: Mapped[str] = field(LongText(), "コメント", editable=False, default="")
    due_on: Mapped[date | None] = field(Day(), "提出締切日")
    assignee_id: Mapped[int | None] = field(Reference("operator", "SET NULL"), "担当者", index=True)
    version: Mapped[int] = field(Whole(1), "版", editable=False, internal=True, default=1)
    status_changed_at: Mapped[datetime] = field(Moment(), "ステータス変更日時", editable=False, default=now)
    created_at: Mapped[datetime] = field(Moment(), "登録日時", editable=False, default=now)
    updated_at: Mapped[datetime] = field(Moment(), "更新日時", editable=False, default=now, onupdate=now)

    request: Mapped[Request] = relationship(back_populates="records")
    assignee: Mapped[Operator | None] = relationship()

    __mapper_args__ = {"polymorphic_on": "type"}  # noqa: RUF012 (SQLAlchemy reads it once)

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """The columns of the blocks, which the type checker cannot see."""

    def __init_subclass__(cls, **options: Any) -> None:
        """A type is named by its table: `shipping_record` holds records of type `shipping`."""
        cls.id = mapped_column(ForeignKey("record.id", ondelete="CASCADE"), primary_key=True)
        cls.__mapper_args__ = {"polymorphic_identity": cls.type_code()}
        super().__init_subclass__(**options)

    @classmethod
    def type_code(cls) -> str:
        """The type's code."""
        return cls.__tablename__.removesuffix("_record")

    @property
    def workflow(self) -> Workflow:
        """The moves that are allowed for this record."""
        return WORKFLOWS[self.workflow_code]

    @property
    def status(self) -> Status:
        """Where it stands."""
        return Status(self.status_code)

    @property
    def status_label(self) -> str:
        """The customer's word for where it stands."""
        return self.workflow.label_of(self.status)

    @property
    def waits_for(self) -> Side:
        """Who has to act next."""
        return Side(self.side)

    @property
    def is_editable(self) -> bool:
        """Whether the customer may edit its fields (SPEC §4)."""
        return self.status.is_editable

    @property
    def is_overdue(self) -> bool:
        """Whether the customer still owes it after the due date."""
        return self.waits_for is Side.CUSTOMER and self.due_on is not None and self.due_on < this_day()

    @property
    def title(self) -> str:
        """What the record is called in its request."""
        return self.__label__

    @property
    def control_number(self) -> str:
        """The number of its own that people quote, for the types that have one."""
        return ""

    def __str__(self) -> str:
        return f"{self.request.number} {self.title}"

    def facts(self) -> dict[str, Any]:
        """What conditions ask about the order: kind and options of the request, menu and plan of the site."""
        request = self.request
        return {**request.kind.facts(request.changes_asp), **order_facts(request.site.line_plan)}

    @classmethod
    def sections_for(cls, facts: Mapping[str, Any]) -> list[Section]:
        """The sections that these facts show, in order."""
        return [part for part in cls.__sections__ if part.is_shown(facts)]

    @classmethod
    def specs_for(cls, facts: Mapping[str, Any]) -> dict[str, Spec]:
        """The fields that these facts show, in order."""
        specs = specs_of(cls)
        return {name: specs[name] for part in cls.sections_for(facts) for name in part.names}

    def values(self) -> dict[str, Any]:
        """Its own fields' values."""
        return {name: getattr(self, name) for name in self.section_names()}

    def problems(self, values: Mapping[str, Any], today: date, masters: Masters) -> Iterator[Problem]:
        """Rules across fields and master data, beyond the fields' own conditions; a type that has some overrides it. Pure.

        Form and transition alike ask here. `values` are what is to be stored; the record itself still has what is stored.
        """
        yield from ()

    def notes(self, today: date, masters: Masters) -> Mapping[str, str]:
        """What a page says at fields beside their help, as it is today. Pure."""
        return {}

    def warnings(self, values: Mapping[str, Any], masters: Masters) -> Iterator[Problem]:
        """What is allowed but may not be meant; shown, never refused. Pure."""
        yield from ()

    def known(self, facts: Mapping[str, Any]) -> ChainMap[str, Any]:
        """Values and facts together, as conditions want them."""
        return ChainMap(self.values(), dict(facts))


def waiting_for(side: Side) -> ColumnElement[bool]:
    """What queries ask of records that wait for the customer or the desk, said as the indexes of what is open are."""
    return and_(Record.side == side.value, Record.side != literal(Side.NOBODY.value, literal_execute=True))


@event.listens_for(Record.status_code, "set", propagate=True)
def _refuse_assignment(record: Record, _value: str, _old: object, _initiator: object) -> None:
    if not inspect_row(record).transient:
        raise RuntimeError("a status is moved by models.services.transition, nowhere else")
