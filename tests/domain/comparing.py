"""Whether the portal's rows say what the book of its rules says."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.base.clock import JAPAN, today
from models.base.workflow import Status
from models.services.comments import template_comment
from models.services.current import current_values
from models.services.doctor import INVARIANTS
from models.services.expiry import is_expired
from models.services.queries import current_record
from models.services.search_index import wrong_entries
from models.tables.account import Account
from models.tables.document import Document
from models.tables.mail import Mail, MailKey
from models.tables.record import Record
from models.tables.request import Request
from models.tables.site import Site
from tests.domain import by_the_book as book
from tests.domain.book_rows import KEPT, BookRecord, BookRequest, BookSite

TO_DESK = {MailKey.DESK_SUBMISSION, MailKey.DESK_WITHDRAWAL}
TO_CUSTOMER = {MailKey.STATUS_CHANGED, MailKey.SHEET_READY}
TYPES = {record_type.type_code(): record_type for record_type in Record.__subclasses__()}


@dataclass
class Compared:
    """What has been compared: the costly comparisons are made when something was done since, or another day has begun."""

    is_stale: bool = True
    on: date | None = None
    papers: dict[int, Any] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)


class Book(Protocol):
    """What is compared with."""

    sites: list[BookSite]
    requests: list[BookRequest]
    seen: dict[int, datetime]
    compared: Compared

    def records(self) -> list[BookRecord]:
        """Every record."""


def compare(session: Session, noted: Book) -> None:
    """Statuses, states, locks, current values, papers, mails and accounts are those of the book; asserts."""
    _compare_statuses(session, noted)
    if not noted.compared.is_stale and noted.compared.on == today():
        return
    noted.compared.is_stale, noted.compared.on = False, today()
    for site in noted.sites:
        _compare_site(session, site)
    _compare_comments(session, noted)
    _compare_mails(session, noted)
    _compare_papers(session, noted.compared.papers)
    _compare_accounts(session, noted)
    wrong = [row for look in INVARIANTS.values() if look is not wrong_entries for row in look(session)]
    assert wrong == [], wrong


def compare_searches(session: Session) -> None:
    """Searches find every row by what it says; asserts. This reads every table, so it is asked at the end of a story."""
    assert list(wrong_entries(session)) == []


def _compare_statuses(session: Session, noted: Book) -> None:
    table = Record.__table__.c
    stored = {row.id: row.status for row in session.execute(select(table.id, table.status))}
    assert stored == {record.id: record.status for record in noted.records()}
    states = {row.id: row.state for row in session.execute(select(Request.id, Request.state))}
    assert states == {request.id: request.state for request in noted.requests}


def _compare_site(session: Session, site: BookSite) -> None:
    row = session.get_one(Site, site.id)
    assert (row.open_rename_id, row.is_in_service) == (site.open_rename, site.in_service)
    for code, record_type in TYPES.items():
        current = current_record(session, row, code)
        assert (current.id if current else None) == site.current(code, today()), code
        if site.counting(code, today()):
            values = current_values(session, row, record_type)
            for name in KEPT.get(code, ()):
                assert values.get(name) == site.value(code, name, today()), name


def _compare_comments(session: Session, noted: Book) -> None:
    """What somebody typed, else what the desk's template says at (workflow, status) (SPEC §4)."""
    table = Record.__table__.c
    found = session.execute(select(table.id, table.workflow, table.comment))
    stored = {row.id: (row.workflow, row.comment) for row in found}
    for record in noted.records():
        code, comment = stored[record.id]
        key, texts = (code, record.status), noted.compared.texts
        if key not in texts:
            texts[key] = template_comment(session, code, Status(record.status))
        assert comment == (texts[key] if record.comment is None else record.comment), record.type


def _compare_mails(session: Session, noted: Book) -> None:
    """Each move told whom it had to tell, once; a move that was taken back told nobody (SPEC §10)."""
    counts: dict[tuple[int, bool], int] = {}
    found = select(Mail.record_id, Mail.key, func.count()).where(Mail.record_id.is_not(None), Mail.dropped_at.is_(None))
    for record_id, key, count in session.execute(found.group_by(Mail.record_id, Mail.key)):
        assert key in TO_DESK | TO_CUSTOMER
        owner = (record_id or 0, key in TO_DESK)
        counts[owner] = counts.get(owner, 0) + count
    for record in noted.records():
        told = (counts.get((record.id, True), 0), counts.get((record.id, False), 0))
        assert told == (record.told_desk, record.told_customer), record.type


def _compare_papers(session: Session, known: dict[int, Any]) -> None:
    """What was issued once says for ever what it said then (SPEC §9)."""
    for number, fingerprint, snapshot in session.execute(
        select(Document.id, Document.fingerprint, Document.snapshot).order_by(Document.id)
    ):
        assert known.setdefault(number, (fingerprint, snapshot)) == (fingerprint, snapshot), number


def _compare_accounts(session: Session, noted: Book) -> None:
    for account in session.scalars(select(Account)):
        seen = noted.seen[account.customer_id].astimezone(JAPAN).date()
        own = [request for request in noted.requests if request.site.customer == account.customer_id]
        assert is_expired(session, account) == book.is_expired(seen, own, today())
