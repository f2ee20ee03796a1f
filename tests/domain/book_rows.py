"""What the book of the portal's rules keeps of sites, requests and records (tests.domain.by_the_book)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

EDITABLE = {"draft", "awaiting_stamp", "returned", "withdrawn"}
CLOSED = {"accepted", "shipped", "cancelled"}
# SPEC §3: one field of each record type that a site keeps from what was accepted; services only where their change was ticked.
KEPT = {
    "contract": ("representative", "service_codes"),
    "site_name": ("short_name", "location_name"),
    "billing": ("monthly_person_name",),
    "fault_contact": ("first_person_name",),
}


@dataclass
class Before:
    """How a record stood before the desk moved it: what comes back when the move is taken back (SPEC §11)."""

    at: datetime
    status: str
    comment: str | None
    told: int
    acts: int


@dataclass
class BookSite:
    """A site: whose it is, its plan, whether it is in service, its open rename, and the accepted records of each type from their days on."""

    id: int
    customer: int
    in_service: bool
    plan: str = ""
    open_rename: int | None = None
    name: str = ""
    ordered: BookRecord | None = None
    accepted: list[tuple[date, int, str, BookRecord]] = field(default_factory=list)
    accepted_so_far: int = 0
    # What its customer did, by record, in order.
    acts: list[int] = field(default_factory=list)

    def counting(self, type_code: str, day: date) -> list[BookRecord]:
        """The accepted records that have begun to count on that day, the newest first."""
        begun = [entry[:2] + entry[3:] for entry in self.accepted if entry[2] == type_code and entry[0] <= day]
        return [entry[2] for entry in sorted(begun, key=lambda entry: entry[:2], reverse=True)]

    def current(self, type_code: str, day: date) -> int | None:
        """The record that counts on that day."""
        return next((record.id for record in self.counting(type_code, day)), None)

    def value(self, type_code: str, name: str, day: date) -> object:
        """What counts of a field on that day: what the newest accepted record says that asked for it."""
        asking = [record for record in self.counting(type_code, day) if name in record.kept]
        return asking[0].values.get(name) if asking else None

    def is_changed(self, type_code: str, day: date) -> bool:
        """Whether an accepted change already counts: the new installation's own record, accepted late, does not undo it."""
        return any(record.request.is_change for record in self.counting(type_code, day))


@dataclass(repr=False)
class BookRecord:
    """A record; `is_stamped` tells of a stamped form that came after the last change of what the form prints.

    `comment` is what somebody typed with the last move, None where the template speaks; `values` are those of the fields that a site keeps.
    """

    id: int
    type: str
    letter: str
    request: BookRequest
    status: str
    comment: str | None = None
    files: set[str] = field(default_factory=set)
    is_stamped: bool = False
    name: str = ""
    effective_on: date | None = None
    told_desk: int = 0
    told_customer: int = 0
    values: dict[str, object] = field(default_factory=dict)
    before: Before | None = None

    def __repr__(self) -> str:
        return f"{self.type} {self.id} ({self.letter}, {self.status}) of {self.request.kind} {self.request.id}"

    @property
    def is_editable(self) -> bool:
        """Whether the customer may write into it."""
        return self.status in EDITABLE and not self.is_blocked

    @property
    def is_closed(self) -> bool:
        """Whether nothing is owed any more."""
        return self.status in CLOSED

    @property
    def is_blocked(self) -> bool:
        """Whether another request of its site is an open rename (SPEC §5)."""
        return self.request.is_blocked

    @property
    def is_one_time(self) -> bool:
        """Whether it is the bill of something that is done once."""
        return self.type == "billing" and self.request.kind == "configuration_change"

    @property
    def kept(self) -> tuple[str, ...]:
        """The fields that it asks for and that a site keeps."""
        if self.is_one_time:
            return ()
        asks_services = not self.request.is_change or self.request.changes_asp
        return tuple(name for name in KEPT.get(self.type, ()) if name != "service_codes" or asks_services)

    @property
    def is_open_rename(self) -> bool:
        """Whether its name is held beside the site's own."""
        return self.letter == "C" and self.request.is_open

    @property
    def holds_a_name(self) -> bool:
        """Whether its name is taken for others: an open rename's, or the site's own as it is called now."""
        if self.type != "site_name" or self.is_open_rename:
            return self.type == "site_name"
        accepted = [entry[3] for entry in self.request.site.accepted if entry[2] == "site_name"]
        return accepted[-1] is self if accepted else self.letter == "C-new"


@dataclass(repr=False)
class BookRequest:
    """A request with its records."""

    id: int
    kind: str
    site: BookSite
    changes_asp: bool = False
    closed_at: datetime | None = None
    records: list[BookRecord] = field(default_factory=list)

    @property
    def is_change(self) -> bool:
        """Whether its site was there before."""
        return self.kind != "new_installation"

    @property
    def is_blocked(self) -> bool:
        """Whether the customer has to finish a rename first (SPEC §5)."""
        return self.site.open_rename not in {None, self.id}

    @property
    def is_open(self) -> bool:
        """Whether something of it is still to be done."""
        return not all(record.is_closed for record in self.records)

    @property
    def state(self) -> str:
        """各情報完了ステータス (SPEC §3)."""
        if all(record.status == "cancelled" for record in self.records):
            return "cancelled"
        if not self.is_open:
            return "finished"
        return "unsubmitted" if any(record.status in EDITABLE for record in self.records) else "checking"
