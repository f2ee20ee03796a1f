"""The portal's rules as SPEC §3 to §5 tells them, written a second time by hand: what the state machine compares the portal with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

# SPEC §4: source, who (C the customer, O the desk), target.
CONTRACT = """awaiting_stamp C submitted, submitted C withdrawn, submitted O reviewing, reviewing C withdrawn, reviewing O returned,
reviewing O received, withdrawn C submitted, returned C submitted, received O accepted"""
NAME = """submitted C withdrawn, submitted O reviewing, reviewing C withdrawn, reviewing O returned, reviewing O accepted,
withdrawn C submitted, returned C submitted"""
SENT = """draft C submitted, submitted C draft, submitted O reviewing, reviewing C withdrawal_requested, reviewing O returned,
reviewing O accepted, withdrawal_requested O draft, returned C submitted"""
TABLES = {
    "A": CONTRACT,
    "B": "draft C awaiting_stamp, " + CONTRACT,
    "C": "draft C submitted, " + NAME,
    "C-new": NAME,
    "D": "draft C submitted, " + NAME,
    "E": "submitted C withdrawn, submitted O reviewing, reviewing C withdrawn, reviewing O accepted, withdrawn C submitted",
    "F": SENT + ", accepted O shipped",
    "G": "preparing O draft, " + SENT,
    "H": "draft C submitted, submitted C draft, submitted O accepted",
    "I": SENT,
}
MOVES = {letter: {tuple(move.split()) for move in table.split(",")} for letter, table in TABLES.items()}
FIRST = {"A": "awaiting_stamp", "C-new": "submitted", "E": "submitted", "G": "preparing"}
STATUSES = sorted({status for moves in MOVES.values() for source, _, target in moves for status in (source, target)})
EDITABLE = {"draft", "awaiting_stamp", "returned", "withdrawn"}
CANCELLABLE = {"preparing", "draft", "awaiting_stamp", "withdrawn"}
TO_CUSTOMER = {"returned", "received", "accepted", "shipped", "reviewing", "cancelled"}
# SPEC §3: what each kind of request brings, besides what its options add.
BRINGS = {
    "new_installation": {"contract": "A", "site_name": "C-new", "billing": "E", "parameter_sheet": "G", "supplies": "H", "fault_contact": "I"},
    "site_rename": {"site_name": "C"},
    "contractor_change": {"contract": "B"},
    "billing_change": {"billing": "D"},
    "configuration_change": {"contract": "B", "parameter_sheet": "G"},
    "fault_contact_change": {"fault_contact": "I"},
}  # fmt: skip
ADDS = {
    ("contractor_change", "changes_billing"): {"billing": "D"},
    ("configuration_change", "one_time_payee"): {"billing": "D"},
    ("configuration_change", "changes_fault_contact"): {"fault_contact": "I"},
}
SELF_INSTALLED = {"shipping": "F"}  # ライトミニマム and ライトモバイル only
CUSTOMERS_FILES = {"contract": "stamped_form", "parameter_sheet": "sheet"}
DESKS_FILES = {"contract": "letter", "parameter_sheet": "blank_sheet"}


@dataclass
class BookSite:
    """A site: whose it is, whether it is in service, its open rename, and the accepted record of each type from its day on."""

    id: int
    customer: int
    in_service: bool
    open_rename: int | None = None
    name: str = ""
    accepted: list[tuple[date, int, str, int]] = field(default_factory=list)
    changed: set[int] = field(default_factory=set)

    def current(self, type_code: str, day: date) -> int | None:
        """The record that counts on that day."""
        begun = [entry for entry in self.accepted if entry[2] == type_code and entry[0] <= day]
        return max(begun)[3] if begun else None

    def is_changed(self, type_code: str, day: date) -> bool:
        """Whether an accepted change already counts: the new installation's own record, accepted late, does not undo it."""
        return self.current(type_code, day) in self.changed


@dataclass
class BookRecord:
    """A record; `is_stamped` tells of a stamped form that came after the last change of what the form prints."""

    id: int
    type: str
    letter: str
    request: BookRequest
    status: str
    files: set[str] = field(default_factory=set)
    is_stamped: bool = False
    name: str = ""
    effective_on: date | None = None
    told_desk: int = 0
    told_customer: int = 0

    @property
    def is_closed(self) -> bool:
        """Whether nothing is owed any more."""
        return self.status in {"accepted", "shipped", "cancelled"}

    @property
    def is_blocked(self) -> bool:
        """Whether another request of its site is an open rename (SPEC §5)."""
        return self.request.is_blocked

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
        return accepted[-1] == self.id if accepted else self.letter == "C-new"


@dataclass
class BookRequest:
    """A request with its records."""

    id: int
    kind: str
    site: BookSite
    records: list[BookRecord] = field(default_factory=list)

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


def records_of(kind: str, options: dict[str, object], is_self_installed: bool) -> dict[str, str]:
    """Which record types a request brings, with the letter of their workflow (SPEC §3)."""
    found = dict(BRINGS[kind])
    for (of_kind, option), added in ADDS.items():
        if of_kind == kind and options.get(option) in {True, "new"}:
            found |= added
    return found | (SELF_INSTALLED if kind == "new_installation" and is_self_installed else {})


def may_move(record: BookRecord, target: str, role: str, comment: str, is_complete: bool) -> bool:
    """Whether somebody may move the record there now (SPEC §4, §5)."""
    side = {"customer": "C", "operator": "O", "administrator": "O"}.get(role)
    if (record.status, side, target) not in MOVES[record.letter] or (side == "C" and record.is_blocked):
        return False
    if target == "submitted":
        has_file = {"contract": record.is_stamped, "parameter_sheet": "sheet" in record.files}.get(record.type, True)
        return has_file and (is_complete or record.type == "parameter_sheet")
    needs = {
        "awaiting_stamp": is_complete,
        "returned": bool(comment),
        "accepted": record.type != "contract" or "letter" in record.files,
        "draft": record.letter != "G" or "blank_sheet" in record.files,
    }
    return needs.get(target, True)


def may_cancel(request: BookRequest, role: str, reason: str) -> bool:
    """Whether a change may be cancelled now (SPEC §4, "Ours")."""
    if request.kind == "new_installation" or not request.is_open:
        return False
    if role == "customer":
        return not request.is_blocked and all(record.status in CANCELLABLE for record in request.records)
    return role in {"operator", "administrator"} and bool(reason)


def moved(record: BookRecord, target: str, is_by_customer: bool, day: date) -> None:
    """What a move brings about (SPEC §3, §5, §10)."""
    record.status = target
    site = record.request.site
    if is_by_customer:
        record.told_desk += target in {"submitted", "withdrawal_requested"}
    else:
        record.told_customer += target in TO_CUSTOMER or target == "draft"
    is_late = record.request.kind == "new_installation" and site.is_changed(record.type, day)
    if target == "accepted" and record.letter == "A":
        site.in_service = True
    is_one_time = record.type == "billing" and record.request.kind == "configuration_change"
    if target == "accepted" and not is_late and not is_one_time:
        from_on = max(record.effective_on or day, day) if record.type == "fault_contact" else day
        site.accepted.append((from_on, len(site.accepted), record.type, record.id))
        site.changed |= {record.id} if record.request.kind != "new_installation" else set()
        if record.letter == "C":
            site.name = record.name
    if not record.request.is_open and site.open_rename == record.request.id:
        site.open_rename = None
