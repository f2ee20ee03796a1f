"""What the customer's pages read, always through the customer's own sites: another's number is like a missing one (RELIABILITY check 9)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Date, FromClause, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, raiseload, selectin_polymorphic, selectinload

from models.base.actor import Actor
from models.base.clock import today
from models.base.db import among
from models.base.errors import NotFound
from models.base.workflow import Status
from models.records.site_name import SiteNameRecord
from models.rules.names import full_name
from models.tables.document import Document, DocumentKind
from models.tables.event import MOVES, Action, Event
from models.tables.master import LinePlan
from models.tables.record import Purpose, Record
from models.tables.request import Request
from models.tables.site import Site, SiteVersion
from models.tables.upload import Upload

SITES, NAMES = Site.__table__, SiteNameRecord.__table__
SITE_NAME = (NAMES.c.short_name, NAMES.c.location_name)
MISSING = "お探しのページは見つかりません。"


def own_sites(session: Session, actor: Actor) -> Sequence[Site]:
    """The sites of the actor's company with their plans, oldest first."""
    found = select(Site).where(Site.customer_id == actor.customer_id).order_by(Site.id)
    return session.scalars(found.options(joinedload(Site.line_plan).joinedload(LinePlan.menu))).all()


def own_site(session: Session, actor: Actor, site_id: int) -> Site:
    """One of them; raises NotFound."""
    site = session.scalar(select(Site).where(Site.id == site_id, Site.customer_id == actor.customer_id))
    if site is None:
        raise NotFound(MISSING)
    return site


def own_requests(session: Session, actor: Actor) -> Sequence[Request]:
    """The company's requests with their sites and records, newest first; the records' own fields are not read."""
    found = select(Request).join(Request.site).where(Site.customer_id == actor.customer_id).order_by(Request.id.desc())
    ways = (contains_eager(Request.site), selectinload(Request.records), raiseload("*", sql_only=True))
    return session.scalars(found.options(*ways)).all()


def own_request(session: Session, actor: Actor, request_id: int) -> Request:
    """One of them; raises NotFound."""
    request = session.scalar(
        select(Request).join(Request.site).where(Request.id == request_id, Site.customer_id == actor.customer_id)
    )
    if request is None:
        raise NotFound(MISSING)
    return request


def own_record(session: Session, actor: Actor, record_id: int, lock: bool = False) -> Record:
    """A record of the company, locked for writing if asked; raises NotFound."""
    found = _own_record()
    if lock:
        found = found.with_for_update(of=Record.__table__).execution_options(populate_existing=True)
    record: Record | None = session.scalar(found, {"record": record_id, "customer": actor.customer_id})
    if record is None:
        raise NotFound(MISSING)
    return record


@cache
def _own_record() -> Select[Any]:
    site = contains_eager(Record.request).contains_eager(Request.site)
    ways = (selectin_polymorphic(Record, Record.__subclasses__()), site.joinedload(Site.line_plan))
    found = select(Record).join(Record.request).join(Request.site).options(*ways)
    return found.where(Record.id == bindparam("record"), Site.customer_id == bindparam("customer"))


def own_upload(session: Session, actor: Actor, upload_id: int) -> Upload:
    """A file of the company's records; the letter only once its record is accepted; raises NotFound."""
    found = select(Upload).join(Upload.record).join(Record.request).join(Request.site)
    is_open = _is_open(Upload.purpose, Purpose.LETTER.value)
    upload = session.scalar(found.where(Upload.id == upload_id, Site.customer_id == actor.customer_id, is_open))
    if upload is None:
        raise NotFound(MISSING)
    return upload


def own_document(session: Session, actor: Actor, document_id: int) -> Document:
    """A document of the company's records; the letter only once its record is accepted; raises NotFound."""
    found = select(Document).join(Document.record).join(Record.request).join(Request.site)
    is_open = _is_open(Document.kind, DocumentKind.ACCEPTANCE_LETTER.value)
    document = session.scalar(found.where(Document.id == document_id, Site.customer_id == actor.customer_id, is_open))
    if document is None:
        raise NotFound(MISSING)
    return document


def _is_open(kind: Any, letter: str) -> ColumnElement[bool]:
    return or_(kind != letter, Record.__table__.c.status == Status.ACCEPTED.value)


def holds_letter_back(record: Record, actor: Actor) -> bool:
    """Whether the letter, issued or added as a file, is not the actor's yet: a customer gets it once the record is accepted (SPEC §4)."""
    return actor.is_customer and record.status is not Status.ACCEPTED


def tells_of_held_letter() -> ColumnElement[bool]:
    """Whether an event, read together with its record, tells of a letter that is not the customer's yet."""
    letter = exists().where(Upload.id == Event.row_id, ~_is_open(Upload.purpose, Purpose.LETTER.value))
    return and_(Event.action == Action.UPLOADED.value, letter)


def timeline(session: Session, record: Record, actor: Actor) -> Sequence[Event]:
    """The record's moves and files, as far as the actor may know of them, oldest first."""
    found = select(Event).join(Record, Record.id == Event.record_id)
    found = found.where(Event.record_id == record.id, Event.action.in_((*MOVES, Action.UPLOADED)))
    if holds_letter_back(record, actor):
        found = found.where(~tells_of_held_letter())
    return session.scalars(found.order_by(Event.at, Event.id)).all()


def files_of(session: Session, record: Record, actor: Actor) -> Sequence[Upload]:
    """Every version of every file of the record that the actor may have, newest first; never the bytes."""
    found = select(Upload).where(Upload.record_id == record.id)
    if holds_letter_back(record, actor):
        found = found.where(Upload.purpose != Purpose.LETTER.value)
    return session.scalars(found.order_by(Upload.id.desc())).all()


def counting_ids(files: Sequence[Upload]) -> set[int]:
    """Of files that came more than once, newest first as files_of() gives them: the newest of each purpose, which counts (SPEC §4)."""
    newest: dict[str, int] = {}
    repeated: set[str] = set()
    for one in files:
        if newest.setdefault(one.purpose, one.id) != one.id:
            repeated.add(one.purpose)
    return {newest[purpose] for purpose in repeated}


def current_record(session: Session, site: Site, type_code: str) -> Record | None:
    """The accepted record that holds the site's values of a type today (DESIGN §5)."""
    newest = select(SiteVersion.record_id).where(
        SiteVersion.site_id == site.id, SiteVersion.type == type_code, SiteVersion.effective_on <= today()
    )
    record_id = session.scalar(newest.order_by(SiteVersion.effective_on.desc(), SiteVersion.id.desc()).limit(1))
    return session.get(Record, record_id) if record_id else None


def site_label(session: Session, site: Site) -> str:
    """The site's name as it is now: the accepted one, or the one its new installation came with."""
    return site_labels(session, [site.id])[site.id]


def site_labels(session: Session, site_ids: Iterable[int]) -> dict[int, str]:
    """The same for many sites with one query, however many they are."""
    ids = list(site_ids)
    asked = _named_sites().where(among(session, SITES.c.id, ids))
    names = {site_id: name_shown(site_id, *name) for site_id, *name in session.execute(asked, {"today": today()})}
    return {site_id: names.get(site_id) or name_shown(site_id) for site_id in ids}


def name_shown(site_id: int, short_name: str | None = None, location_name: str | None = None) -> str:
    """How a site is called whose SITE_NAME was read; one without a name by its number."""
    is_named = short_name or location_name
    return full_name(short_name or "", location_name or "") if is_named else f"拠点 {site_id}"


@cache
def _named_sites() -> Select[Any]:
    return select(SITES.c.id, *SITE_NAME).select_from(with_site_name(SITES))


def with_site_name(sites: FromClause) -> FromClause:
    """SITES, alone or joined to what leads there, with SITE_NAME: their names as they are on the day of the parameter `today`.

    The newest version that has begun names a site, or else its first request. Of tables, not of classes: many pages ask this.
    """
    versions, requests, records = SiteVersion.__table__, Request.__table__, Record.__table__
    is_named = or_(NAMES.c.short_name != "", NAMES.c.location_name != "")
    begun = select(versions.c.record_id).select_from(versions.join(NAMES, NAMES.c.id == versions.c.record_id))
    begun = begun.where(
        versions.c.site_id == SITES.c.id,
        versions.c.type == SiteNameRecord.type_code(),
        versions.c.effective_on <= bindparam("today", type_=Date),
        is_named,
    )
    newest = begun.order_by(versions.c.effective_on.desc(), versions.c.id.desc()).limit(1).correlate(SITES)
    asked = NAMES.join(records, records.c.id == NAMES.c.id).join(requests, requests.c.id == records.c.request_id)
    first = select(func.min(NAMES.c.id)).select_from(asked).where(requests.c.site_id == SITES.c.id, is_named)
    naming = func.coalesce(newest.scalar_subquery(), first.correlate(SITES).scalar_subquery())
    return sites.join(NAMES, NAMES.c.id == naming, isouter=True)
