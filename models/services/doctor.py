"""What must be true in any database, after any fault (RELIABILITY §3, invariants): one function each, which names the rows that are wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from models.base.actor import Role
from models.base.clock import JAPAN
from models.base.kind import exclusive_codes
from models.base.workflow import WORKFLOWS, Status
from models.services import search_index
from models.services.effects import state_of
from models.services.examining import expected_mails, moves_of, names_of_sites
from models.tables.account import Account
from models.tables.event import Action, Event
from models.tables.login import LoginSession
from models.tables.mail import Mail
from models.tables.record import Record
from models.tables.request import Request
from models.tables.site import NameClaim, Site, SiteVersion
from models.tables.upload import Blob, Upload

SHOWN = 5


@dataclass(frozen=True)
class Finding:
    """What one invariant's examination said; `wrong` names the rows that break it, and is empty when all is well."""

    label: str
    wrong: list[str]

    def __str__(self) -> str:
        if not self.wrong:
            return f"✓ {self.label}"
        more = f" 他{len(self.wrong) - SHOWN}件" if len(self.wrong) > SHOWN else ""
        return f"✗ {self.label}: {'、'.join(self.wrong[:SHOWN])}{more}"


def examine(session: Session) -> list[Finding]:
    """Examines every invariant; reads only. Big databases take a while: every file's bytes are hashed."""
    return [Finding(label, list(look(session))) for label, look in INVARIANTS.items()]


def sites_with_wrong_renames(session: Session) -> Iterator[str]:
    """At most one open rename a site, and the site's lock names it (SPEC §5)."""
    is_open = (Request.site_id == Site.id) & Request.kind_code.in_(exclusive_codes()) & Request.closed_at.is_(None)
    found = select(Site.id, Site.open_rename_id, func.count(Request.id), func.max(Request.id)).outerjoin(
        Request, is_open
    )
    for site_id, lock, count, rename_id in session.execute(found.group_by(Site.id, Site.open_rename_id)):
        if count > 1 or lock != rename_id:
            yield f"site {site_id} (lock {lock}, open renames {count})"


def acts_during_a_rename(session: Session) -> Iterator[str]:
    """While a rename was open, nothing else of its site was accepted from the customer (SPEC §5)."""
    rename, other = aliased(Request), aliased(Request)
    begun = (
        select(Event.request_id, func.min(Event.at).label("at"))
        .where(Event.action == Action.OPENED)
        .group_by(Event.request_id)
        .subquery()
    )
    found = (
        select(Event.id, Event.action, other.id)
        .join(other, Event.request_id == other.id)
        .join(rename, (rename.site_id == other.site_id) & (rename.id != other.id))
        .join(begun, begun.c.request_id == rename.id)
        .where(
            rename.kind_code.in_(exclusive_codes()),
            Event.actor_role == Role.CUSTOMER,
            Event.action.in_([Action.OPENED, Action.MOVED, Action.EDITED, Action.UPLOADED, Action.CANCELLED]),
            Event.at > begun.c.at,
            rename.closed_at.is_(None) | (Event.at < rename.closed_at),
        )
    )
    for event_id, action, request_id in session.execute(found):
        yield f"event {event_id} ({action}, request {request_id})"


def broken_files(session: Session) -> Iterator[str]:
    """Every file has its bytes, of the size and SHA-256 that stand beside them (SPEC §9)."""
    for blob_id, digest, size in session.execute(select(Blob.id, Blob.sha256, Blob.size).order_by(Blob.id)).all():
        content = session.scalar(select(Blob.content).where(Blob.id == blob_id)) or b""
        if len(content) != size or hashlib.sha256(content).hexdigest() != digest:
            yield f"blob {blob_id}"
    sizes = select(Upload.id).outerjoin(Blob, Upload.blob_id == Blob.id)
    for upload_id in session.scalars(sizes.where(Blob.id.is_(None) | (Blob.size != Upload.size))):
        yield f"upload {upload_id}"


def broken_histories(session: Session) -> Iterator[str]:
    """A record stands where its last event led, its history begins with its opening, and no step is missing."""
    at: dict[int, str] = {}
    for move in moves_of(session):
        if move.source != at.get(move.record_id):
            yield f"record {move.record_id} (event {move.event_id} starts at {move.source or 'nothing'})"
        at[move.record_id] = move.target
    for record_id, status in session.execute(select(Record.id, Record.status_code).order_by(Record.id)):
        if at.get(record_id) != status:
            yield f"record {record_id} ({status}, but its history says {at.get(record_id)})"


def wrong_statuses(session: Session) -> Iterator[str]:
    """A record's status belongs to its workflow, and it waits for whom the workflow says (SPEC §4)."""
    for record_id, code, status, side in session.execute(
        select(Record.id, Record.workflow_code, Record.status_code, Record.side).order_by(Record.id)
    ):
        known = WORKFLOWS[code].statuses if code in WORKFLOWS else ()
        if status != Status.CANCELLED and status not in known:
            yield f"record {record_id} ({status} in {code})"
        elif side != WORKFLOWS[code].side(Status(status)).value:
            yield f"record {record_id} (waits for {side})"


def wrong_states(session: Session) -> Iterator[str]:
    """各情報完了ステータス follows from the records, and a request is closed exactly when all of them are (SPEC §3)."""
    rows: dict[int, list[tuple[Status, str]]] = {}
    for request_id, status, side in session.execute(select(Record.request_id, Record.status_code, Record.side)):
        rows.setdefault(request_id, []).append((Status(status), side))
    for request_id, state in session.execute(select(Request.id, Request.state).order_by(Request.id)):
        if request_id not in rows or state_of(rows[request_id]).value != state:
            yield f"request {request_id} ({state})"


def wrong_current_values(session: Session) -> Iterator[str]:
    """The site's current values are those of records of its own that were accepted (SPEC §3)."""
    accepted = select(Event.record_id).where(Event.to_status == Status.ACCEPTED.value, Event.record_id.is_not(None))
    found = select(SiteVersion.id).join(Record, SiteVersion.record_id == Record.id).join(Record.request)
    wrong = (
        (Request.site_id != SiteVersion.site_id)
        | (Record.type != SiteVersion.type)
        | SiteVersion.record_id.not_in(accepted)
    )
    for version_id in session.scalars(found.where(wrong).order_by(SiteVersion.id)):
        yield f"site_version {version_id}"


def wrong_mails(session: Session) -> Iterator[str]:
    """Every move that notifies wrote its mail once to each recipient, and no mail tells of a move that was not (SPEC §10)."""
    expected = expected_mails(session)
    found = select(Mail.record_id, Mail.key, Mail.recipient, func.count()).where(Mail.record_id.is_not(None))
    written: dict[tuple[int, str], dict[str, int]] = {}
    for record_id, key, recipient, count in session.execute(found.group_by(Mail.record_id, Mail.key, Mail.recipient)):
        if record_id is not None:
            written.setdefault((record_id, key), {})[recipient] = count
    for (record_id, key), wanted in expected.items():
        counts = written.get((record_id, key), {})
        if sum(counts.values()) < wanted.least or any(count > wanted.most for count in counts.values()):
            yield f"record {record_id} ({key}: {sum(counts.values())} mails for {wanted.most} moves)"


def uses_of_ended_accounts(session: Session) -> Iterator[str]:
    """Nobody signed in to an account after its time was over (SPEC §8)."""
    found = select(LoginSession.id, LoginSession.created_at, Account.id, Account.disabled_at, Account.expires_on)
    limited = Account.disabled_at.is_not(None) | Account.expires_on.is_not(None)
    for session_id, begun_at, account_id, disabled_at, expires_on in session.execute(
        found.join(Account, LoginSession.account_id == Account.id).where(limited).order_by(LoginSession.id)
    ):
        is_disabled = disabled_at is not None and begun_at > disabled_at
        if is_disabled or (expires_on is not None and begun_at.astimezone(JAPAN).date() > expires_on):
            yield f"login_session {session_id} of account {account_id}"


def wrong_name_claims(session: Session) -> Iterator[str]:
    """A site's name and that of its open rename are claimed, and nothing else is (SPEC §5)."""
    names = names_of_sites(session)
    claims = {
        (site_id, request_id): name
        for site_id, request_id, name in session.execute(
            select(NameClaim.site_id, NameClaim.request_id, NameClaim.name)
        )
    }
    for owner in sorted(set(names) | set(claims), key=lambda one: (one[0], one[1] or 0)):
        if names.get(owner) != claims.get(owner):
            yield f"site {owner[0]} ({names.get(owner) or 'no name'} / claimed: {claims.get(owner) or 'none'})"


Look = Callable[[Session], Iterator[str]]
INVARIANTS: dict[str, Look] = {
    "手続き中の拠点名変更は拠点に1つまで (one open rename a site)": sites_with_wrong_renames,
    "拠点名変更中に他の申込は受け付けていない (nothing else accepted during a rename)": acts_during_a_rename,
    "ファイルの大きさとSHA-256は記録どおり (files have their bytes)": broken_files,
    "ステータスは履歴と一致し欠けがない (status = last event, no gap)": broken_histories,
    "ステータスと対応する側はワークフローどおり (status and side are the workflow's)": wrong_statuses,
    "申込の状態は各情報と一致 (a request's state follows from its records)": wrong_states,
    "拠点の現在の内容は承諾された情報 (current values were accepted)": wrong_current_values,
    "通知すべき変更ごとにメールが1通 (one mail for each move that notifies)": wrong_mails,
    "期限切れのアカウントは使われていない (no use of an ended account)": uses_of_ended_accounts,
    "拠点名の重複防止の記録は実際の名前どおり (name claims match the names)": wrong_name_claims,
    "検索の索引は各行の内容どおり (searches find every row by what it says)": search_index.wrong_entries,
}
