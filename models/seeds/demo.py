"""Demo data (SPEC §13): customers, sites and requests in every kind and status, one login for each role and story."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.base.actor import SYSTEM
from models.base.clock import now, today
from models.base.kind import KINDS, RequestKind
from models.base.workflow import WORKFLOWS, Status
from models.kinds import new_installation
from models.records.site_name import SiteNameRecord
from models.rules.names import claim_name
from models.seeds.reference_files import load_reference_files
from models.services.audit import signed
from models.services.effects import refresh_states
from models.services.passwords import hashed
from models.services.transition import template_comment
from models.tables.account import Account
from models.tables.customer import Customer
from models.tables.event import Action, Event
from models.tables.master import LinePlan
from models.tables.operator import Operator
from models.tables.record import Record
from models.tables.request import OneTimePayee, Request
from models.tables.site import NameClaim, Site, SiteVersion

# Published on purpose: demo data exists only on the machine it is tried on.
PASSWORD = "demo-password-2026"  # nosec B105
LOGINS = (
    ("お客様（拠点名変更・故障連絡先変更）", "demo-customer", PASSWORD),
    ("お客様（すべての種類とステータス）", "demo-all", PASSWORD),
    ("窓口 閲覧者", "demo-viewer", PASSWORD),
    ("窓口 担当者", "demo-operator", PASSWORD),
    ("窓口 管理者", "demo-admin", PASSWORD),
)


def load_demo(session: Session) -> bool:
    """Fills an empty database; False where there is a customer already."""
    if session.scalar(select(Customer.id).limit(1)):
        return False
    _operators(session)
    load_reference_files(session)
    plans = {plan.code: plan for plan in session.scalars(select(LinePlan))}
    story = add_customer(session, "海風物産", "demo-customer")
    for location in ("本社", "第2倉庫"):
        add_site_in_service(session, story, "海風物産", location, plans["basic_ether_100m"])
    everything = add_customer(session, "山並商事", "demo-all")
    for number, kind in enumerate(KINDS.values(), 1):
        for status in _statuses_of(kind):
            site = add_site_in_service(session, everything, f"山並{number}", status.value, plans["light_minimum"])
            if kind.is_change:
                _request(session, site, kind, status, name=(f"山並{number}改", status.value[:12]))
    for status in (Status.SUBMITTED, Status.REVIEWING):
        site = Site(customer_id=everything.id, line_plan=plans["light_minimum"])
        session.add(site)
        session.flush()
        _request(session, site, new_installation.KIND, status, name=("山並新設", status.value))
    return True


def _operators(session: Session) -> None:
    for user_name, name, role in (
        ("demo-viewer", "閲覧 みなみ", "viewer"),
        ("demo-operator", "窓口 あおい", "operator"),
        ("demo-admin", "管理 つかさ", "administrator"),
    ):
        mail = f"{user_name}@example.jp"
        session.add(Operator(user_name=user_name, name=name, mail=mail, role=role, password_hash=hashed(PASSWORD)))
    session.flush()


def add_customer(session: Session, name: str, user_name: str) -> Customer:
    """A company with a login that has been used."""
    made = Customer(name=f"株式会社{name}")
    session.add(made)
    session.flush()
    login = {"user_name": user_name, "person_name": f"{name} 担当", "mail": f"{user_name}@example.jp"}
    session.add(Account(customer_id=made.id, password_hash=hashed(PASSWORD), activated_at=now(), **login))
    session.flush()
    return made


def _statuses_of(kind: RequestKind) -> list[Status]:
    found = {status for include in kind.includes for status in include.workflow.statuses}
    return [status for status in Status if status in found]


def add_site_in_service(session: Session, customer: Customer, short: str, location: str, plan: LinePlan) -> Site:
    """A site of the company whose new installation is finished."""
    site = Site(customer_id=customer.id, line_plan=plan, in_service_on=today())
    session.add(site)
    session.flush()
    _request(session, site, new_installation.KIND, Status.ACCEPTED, name=(short, location[:12]))
    return site


def _request(
    session: Session, site: Site, kind: RequestKind, status: Status, name: tuple[str, str] | None = None
) -> Request:
    day = today()
    options = {"one_time_payee": OneTimePayee.CURRENT} if "one_time_payee" in kind.options else {}
    title = kind.title.format(year=day.year, month=day.month, day=day.day)
    made = Request(site=site, kind_code=kind.code, title=title, opened_by="デモ", **options)
    session.add(made)
    session.flush()
    for include in kind.includes_for(made):
        _record(session, made, include.record, include.workflow.code, status, name)
    refresh_states(session, {made.id})
    if kind.is_exclusive and made.is_open:
        site.open_rename_id = made.id
    session.flush()
    return made


def _record(
    session: Session,
    request: Request,
    record_type: type[Record],
    code: str,
    wanted: Status,
    name: tuple[str, str] | None,
) -> None:

    workflow = WORKFLOWS[code]
    status = wanted if wanted in workflow.statuses else workflow.first
    record = record_type(
        request=request,
        workflow_code=code,
        status_code=status.value,
        side=workflow.side(status).value,
        comment=template_comment(session, code, status),
    )
    if isinstance(record, SiteNameRecord) and name:
        record.short_name, record.location_name = name
    session.add(record)
    session.flush()
    if isinstance(record, SiteNameRecord) and name:
        _claim(session, request, status, claim_name(*name))
    owner = {"table_name": "record", "row_id": record.id, "record_id": record.id, "request_id": request.id}
    session.add(Event(action=Action.OPENED, to_status=status.value, comment=record.comment, **owner, **signed(SYSTEM)))
    if status is Status.ACCEPTED:
        session.add(SiteVersion(site_id=request.site_id, type=record.type, record_id=record.id, effective_on=today()))


def _claim(session: Session, request: Request, status: Status, name: str) -> None:
    """An open rename holds its name beside the site's own; an accepted one has taken that name's place."""
    is_rename = request.kind.is_exclusive
    if is_rename and status.is_closed:
        session.execute(delete(NameClaim).where(NameClaim.site_id == request.site_id))
    holder = request.id if is_rename and not status.is_closed else None
    session.add(NameClaim(name=name, site_id=request.site_id, request_id=holder))
