"""What an act of the desk on many rows is: lists, bulk plans and the worker know no more of it than this (SPEC §11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base.actor import WRITERS, Actor, Role
from models.base.db import Base
from models.services.outbox import Letter

NOT_ALLOWED = "この操作を行う権限がありません。"


class Ask(Enum):
    """Whether an act wants words from the operator."""

    NOTHING = "nothing"
    MAYBE = "maybe"
    ALWAYS = "always"


@dataclass(frozen=True)
class Order:
    """Who orders an act, and what the operator gave for it. `comment` is None while the act is only planned."""

    actor: Actor
    comment: str | None = None
    assignee_id: int | None = None


Reasons = Mapping[int, str]


@dataclass(frozen=True)
class Act:
    """One act on rows of one table. The code names it in addresses and stored plans, the label on buttons."""

    mapped: type[Base]
    code: str
    label: str
    roles: frozenset[Role] = WRITERS

    asks_comment: ClassVar[Ask] = Ask.NOTHING
    comment_label: ClassVar[str] = "コメント"
    asks_assignee: ClassVar[bool] = False
    asks_proof: ClassVar[bool] = False  # whether it is done only by who has given the password lately
    consequences: ClassVar[tuple[str, ...]] = ()  # what it brings about, said before it is confirmed

    def is_open_to(self, actor: Actor) -> bool:
        """Whether the actor's role may do it at all."""
        return actor.role in self.roles

    def load(self, session: Session, ids: Sequence[int]) -> list[Any]:
        """Rows as a plan reads them; a number without a row is left out."""
        mapped: Any = self.mapped
        return list(session.scalars(select(mapped).where(mapped.id.in_(ids)).order_by(mapped.id)))

    def lock(self, session: Session, ids: Sequence[int]) -> list[Any]:
        """The same rows as they are now, locked until the transaction ends."""
        mapped: Any = self.mapped
        found = select(mapped).where(mapped.id.in_(ids)).order_by(mapped.id).with_for_update(of=mapped.__table__)
        return list(session.scalars(found.execution_options(populate_existing=True)))

    def name_of(self, row: Any) -> str:
        """What plans and reports call a row."""
        return str(row)

    def refusals(self, session: Session, rows: Sequence[Any], order: Order) -> Reasons:
        """Why the act is refused, in Japanese, by the row's number. Reads only: plans ask here."""
        raise NotImplementedError

    def carry_out(self, session: Session, rows: Sequence[Any], order: Order) -> Reasons:
        """Does it to locked rows; gives the reasons of those that stayed as they were."""
        raise NotImplementedError

    def letters(self, session: Session, rows: Sequence[Any], order: Order) -> list[Letter]:
        """The mails that go out with it."""
        return []

    def letter_count(self, session: Session, rows: Sequence[Any], order: Order) -> int:
        """How many these are; acts on thousands of rows know it without writing them."""
        return len(self.letters(session, rows, order))

    def templates(self, session: Session, rows: Sequence[Any]) -> dict[str, str]:
        """The texts that stand in for a comment that is not typed, by the name of what they are for."""
        return {}
