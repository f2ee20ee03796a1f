"""Who acts: the same value is asked by every refusal and stands in every event."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Who somebody is to the portal (SPEC §1)."""

    CUSTOMER = "customer"
    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"

    @property
    def label(self) -> str:
        """The role in Japanese."""
        return ROLE_LABELS[self]


ROLE_LABELS = {
    Role.CUSTOMER: "お客様",
    Role.VIEWER: "閲覧者",
    Role.OPERATOR: "担当者",
    Role.ADMINISTRATOR: "管理者",
    Role.SYSTEM: "システム",
}

DESK = frozenset({Role.VIEWER, Role.OPERATOR, Role.ADMINISTRATOR})
WRITERS = frozenset({Role.OPERATOR, Role.ADMINISTRATOR})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})


@dataclass(frozen=True)
class Actor:
    """A person (or the system) at one request: `id` is the account's or operator's row, `customer_id` only a customer's."""

    role: Role
    id: int | None = None
    name: str = ""
    customer_id: int | None = None
    address: str = ""
    trace_id: str = ""

    @property
    def is_customer(self) -> bool:
        """Whether the rules for customers (and the rename guard) hold for this actor."""
        return self.role is Role.CUSTOMER

    @property
    def may_write(self) -> bool:
        """Whether this is an operator who may change application data (SPEC §1)."""
        return self.role in WRITERS

    @property
    def is_administrator(self) -> bool:
        """Whether this actor may change master data and operators, correct a status and delete (SPEC §1)."""
        return self.role is Role.ADMINISTRATOR


SYSTEM = Actor(Role.SYSTEM, name="システム")
