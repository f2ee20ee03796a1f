"""The portal's rules as SPEC §3 to §5 tells them, written a second time by hand: what the state machine compares the portal with."""

from __future__ import annotations

from collections.abc import Callable, Set
from datetime import date, datetime, timedelta

from tests.domain.book_rows import Before, BookRecord, BookRequest

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
SELF_INSTALLED = {"shipping": "F"}
SELF_INSTALLED_PLANS = {"light_minimum", "light_mobile"}  # ライトミニマム and ライトモバイル only
CUSTOMERS_FILES = {"contract": "stamped_form", "parameter_sheet": "sheet"}
DESKS_FILES = {"contract": "letter", "parameter_sheet": "blank_sheet"}
FORM_STATUSES = {"awaiting_stamp", "returned", "withdrawn"}  # while the customer may put a seal on a form
LETTER_STATUSES = {"received", "accepted"}
MENUS = {"basic_ether_100m": "basic", "light_best_effort": "light", **{code: code for code in SELF_INSTALLED_PLANS}}
TAKE_BACK, A_SECOND = timedelta(minutes=2), timedelta(seconds=1)
IDLE_DAYS, GRACE_DAYS = 31, 30  # SPEC §8


def records_of(kind: str, options: dict[str, object], plan: str) -> dict[str, str]:
    """Which record types a request brings, with the letter of their workflow (SPEC §3)."""
    found = dict(BRINGS[kind])
    for (of_kind, option), added in ADDS.items():
        if of_kind == kind and options.get(option) in {True, "new"}:
            found |= added
    return found | (SELF_INSTALLED if kind == "new_installation" and plan in SELF_INSTALLED_PLANS else {})


def may_move(record: BookRecord, target: str, role: str, comment: str, is_complete: Callable[[], bool]) -> bool:
    """Whether somebody may move the record there now (SPEC §4, §5)."""
    side = {"customer": "C", "operator": "O", "administrator": "O"}.get(role)
    if (record.status, side, target) not in MOVES[record.letter] or (side == "C" and record.is_blocked):
        return False
    if target == "submitted":
        has_file = {"contract": record.is_stamped, "parameter_sheet": "sheet" in record.files}.get(record.type, True)
        return has_file and (record.type == "parameter_sheet" or is_complete())
    if target == "awaiting_stamp":
        return is_complete()
    needs = {
        "returned": bool(comment),
        "accepted": record.type != "contract" or "letter" in record.files,
        "draft": record.letter != "G" or "blank_sheet" in record.files,
    }
    return needs.get(target, True)


def may_cancel(request: BookRequest, role: str, reason: str) -> bool:
    """Whether a change may be cancelled now (SPEC §4, "Ours")."""
    if not request.is_change or not request.is_open:
        return False
    if role == "customer":
        return not request.is_blocked and all(record.status in CANCELLABLE for record in request.records)
    return role in {"operator", "administrator"} and bool(reason)


def may_issue(record: BookRecord, is_letter: bool, role: str, is_complete: bool) -> bool:
    """Whether somebody may have a form or letter made now (SPEC §4, §9)."""
    if record.type != "contract" or role == "viewer":
        return False
    if is_letter:
        return role != "customer" and record.status in LETTER_STATUSES
    return record.status in FORM_STATUSES and is_complete and not (role == "customer" and record.is_blocked)


def may_take_back(record: BookRecord, role: str, at: datetime, names: Set[str]) -> bool:
    """Whether the desk may take its last move back: in time, before the customer built on it, while the old name is free (SPEC §11)."""
    before, site = record.before, record.request.site
    if before is None or role not in {"operator", "administrator"} or at >= before.at + TAKE_BACK:
        return False
    since = site.acts[before.acts :]
    if record.id in since or (since and record.status == "accepted"):
        return False
    return not (record.letter == "C" and record.status == "accepted" and _name_before(record) in names)


def is_expired(seen: date, requests: list[BookRequest], day: date) -> bool:
    """Whether an account is over: a month without login, or all done and the days of grace past (SPEC §8)."""
    last = [seen + timedelta(days=IDLE_DAYS)]
    closed = [request.closed_at for request in requests if request.closed_at]
    if len(closed) == len(requests):
        last.append((max(closed) + timedelta(hours=9)).date() + timedelta(days=GRACE_DAYS))
    return min(last) < day


def moved(record: BookRecord, target: str, is_by_customer: bool, day: date, at: datetime, comment: str = "") -> None:
    """What a move brings about (SPEC §3, §5, §10)."""
    site, is_edge = record.request.site, (record.status, "O", target) in MOVES[record.letter]
    stood = Before(at, record.status, record.comment, record.told_customer, len(site.acts))
    record.before = stood if is_edge and not is_by_customer else None
    record.status, record.comment = target, comment or None
    if is_by_customer:
        site.acts.append(record.id)
        record.told_desk += target in {"submitted", "withdrawal_requested"}
    else:
        record.told_customer += target in TO_CUSTOMER or target == "draft"
    if target == "accepted":
        _accept(record, day)
    settle(record.request, at)


def _accept(record: BookRecord, day: date) -> None:
    site = record.request.site
    if record.letter == "A":
        site.in_service = True
    is_late = not record.request.is_change and site.is_changed(record.type, day)
    if not is_late and not record.is_one_time:
        from_on = max(record.effective_on or day, day) if record.type == "fault_contact" else day
        site.accepted_so_far += 1
        site.accepted.append((from_on, site.accepted_so_far, record.type, record))
        if record.letter == "C":
            site.name = record.name


def taken_back(record: BookRecord, at: datetime) -> None:
    """Everything is as before the move, and nobody is told of it."""
    before, site = record.before, record.request.site
    assert before is not None
    if record.status == "accepted":
        site.name = _name_before(record) if record.letter == "C" else site.name
        site.accepted = [entry for entry in site.accepted if entry[3] is not record]
        site.in_service = site.in_service and record.letter != "A"
    record.status, record.comment, record.told_customer = before.status, before.comment, before.told
    record.before = None
    settle(record.request, at)
    if record.is_open_rename:
        site.open_rename = record.request.id


def _name_before(record: BookRecord) -> str:
    """What the site is called without this rename: as the one before it said, or as it was ordered."""
    site = record.request.site
    others = [entry[3].name for entry in site.accepted if entry[2] == "site_name" and entry[3] is not record]
    return others[-1] if others else site.ordered.name if site.ordered else ""


def settle(request: BookRequest, at: datetime) -> None:
    """A request closes with its last record, and a rename that ends frees its site."""
    request.closed_at = None if request.is_open else request.closed_at or at
    if not request.is_open and request.site.open_rename == request.id:
        request.site.open_rename = None
