"""What people do in the demo, as they would: fill in, put a seal on, hand in, check, return, accept (SPEC §4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from models.base.actor import Actor, Role
from models.base.kind import RequestKind
from models.base.workflow import Need, Status, Workflow
from models.kinds.application import PAGES
from models.records.contract import ContractRecord
from models.seeds.papers import filled_sheet, stamped_form
from models.seeds.samples import Persona, complete_values, typed_form
from models.services import documents
from models.services.applying import quoted_now, submit_application
from models.services.audit import act_as, actor_of
from models.services.drafting import begin_draft, read_draft, save_page
from models.services.editing import save_record
from models.services.files import read, store_upload
from models.services.masters import masters_on
from models.services.opening import open_request
from models.services.sheet_acts import make_blank
from models.services.sheets import newest
from models.services.transition import transition
from models.tables.account import Account
from models.tables.document import DocumentKind
from models.tables.record import Purpose, Record
from models.tables.request import Request
from models.tables.site import Site

ADDRESS = "192.0.2.10"  # of those that belong to documentation
RETURNED_BECAUSE = {
    "contract": "印影が薄く、社名を読み取れません。押印し直した申込書をもう一度追加してください。",
    "site_name": "同じビルにほかの拠点があります。ロケーション名に階数を付けてください。",
    "billing": "ご担当者様の部署名が以前の届け出と違います。ご確認のうえ、もう一度提出してください。",
    "parameter_sheet": "デフォルトゲートウェイが空欄です。記入して、もう一度追加してください。",
    "shipping": "到着希望日はお届けできない日です。別の日を選んで、もう一度提出してください。",
    "fault_contact": "第1連絡先の電話番号につながりませんでした。番号をご確認ください。",
}
REMARKED = {
    "site_name": {"location_name": "階数を付けてください（例：本社3F）。"},
    "shipping": {"arrival_on": "この日は休業日のためお届けできません。"},
    "fault_contact": {"first_phone": "この番号にはつながりませんでした。"},
}
FILES = {Need.SHEET: Purpose.SHEET, Need.BLANK_SHEET: Purpose.BLANK_SHEET, Need.STAMPED_FORM: Purpose.STAMPED_FORM}


@dataclass(frozen=True)
class Cast:
    """Who acts for one site: the customer and the operator, and what the customer types."""

    customer: Actor
    operator: Actor
    persona: Persona


def customer_actor(account: Account) -> Actor:
    """The customer who has this login."""
    return Actor(Role.CUSTOMER, account.id, account.person_name, account.customer_id, ADDRESS)


@contextmanager
def acting(session: Session, actor: Actor) -> Iterator[None]:
    """Inside, what is written is signed by the actor and held to the actor's rules."""
    before = actor_of(session)
    act_as(actor)
    try:
        yield
        session.flush()
    finally:
        act_as(before)


def apply(session: Session, persona: Persona, plan_code: str, **given: Any) -> Request:
    """A visitor fills in the eight pages and submits them."""
    draft, _token = begin_draft(session, f"{ADDRESS}/{persona.texts['location_name']}")
    typed = typed_form(plan_code, masters_on(session), persona, **given)
    for page in PAGES:
        save_page(session, draft, page.number, typed, is_done=page.number < len(PAGES))
    seen = quoted_now(read_draft(session, draft)).fingerprint
    request = submit_application(session, draft, seen, Actor(Role.CUSTOMER, address=ADDRESS))
    session.delete(draft)
    session.flush()
    return request


def open_change(session: Session, cast: Cast, site: Site, kind: RequestKind, options: dict[str, Any]) -> Request:
    """A customer opens a change of a site."""
    with acting(session, cast.customer):
        return open_request(session, site, kind, options, cast.customer)


def fill(session: Session, cast: Cast, record: Record, **given: Any) -> None:
    """The customer fills in the record's fields, where it has some and may be edited; `given` goes before what the persona says."""
    masters = masters_on(session)
    facts = {**record.facts(), **masters.facts}
    specs = record.specs_for(facts)
    if not specs or not record.is_editable:
        return
    known = {name: value for name, value in given.items() if name in specs}
    values = complete_values(type(record), facts, masters, cast.persona, **known)
    with acting(session, cast.customer):
        save_record(session, record, values, record.version, cast.customer)


def step(session: Session, cast: Cast, record: Record, target: Status, **given: Any) -> None:
    """Whose move it is fulfils what it needs and makes it."""
    edge = record.workflow.edge(record.status, target)
    if edge is None:
        raise LookupError(f"no way from {record.status} to {target}")
    actor = cast.customer if Role.CUSTOMER in edge.roles else cast.operator
    if actor.is_customer and not isinstance(record, ContractRecord):
        fill(session, cast, record, **given)
    for need in record.workflow.needs.get(target, ()):
        _meet(session, cast, record, need)
    is_return = target is Status.RETURNED
    comment, pinned = (RETURNED_BECAUSE[record.type], REMARKED.get(record.type, {})) if is_return else (None, {})
    with acting(session, actor):
        transition(session, [record], target, actor, comment, pinned).raise_if_refused()
        if target is Status.AWAITING_STAMP:
            _issue_form(session, record, actor)


def way(workflow: Workflow, *stations: Status) -> list[Status]:
    """The shortest way from the first status through these; empty where the first status is the only station."""
    found: list[Status] = []
    for station in stations:
        found += _shortest(workflow, found[-1] if found else workflow.first, station)
    return found


def _shortest(workflow: Workflow, source: Status, target: Status) -> list[Status]:
    ways: list[list[Status]] = [[]]
    seen = {source}
    while ways:
        steps = ways.pop(0)
        at = steps[-1] if steps else source
        if at is target:
            return steps
        onward = [edge.target for edge in workflow.edges.values() if edge.source is at]
        ways += [[*steps, status] for status in onward if status not in seen]
        seen.update(onward)
    raise LookupError(f"{workflow.code} has no way from {source} to {target}")


def interleaved(ways: Sequence[tuple[Record, list[Status]]]) -> list[tuple[Record, Status]]:
    """The steps of several records as a desk and a customer take them: each record's own in order, all of them in turns."""
    longest = max((len(steps) for _, steps in ways), default=0)
    return [(record, steps[place]) for place in range(longest) for record, steps in ways if place < len(steps)]


def _meet(session: Session, cast: Cast, record: Record, need: Need) -> None:
    if need is Need.LETTER:
        with acting(session, cast.operator):
            documents.issue(session, record, DocumentKind.ACCEPTANCE_LETTER, cast.operator)
    purpose = FILES.get(need)
    # What was returned or withdrawn is sent anew; the sheet that the desk prepared is not.
    if purpose is None or (purpose is Purpose.BLANK_SHEET and newest(session, record, purpose)):
        return
    actor = cast.operator if purpose is Purpose.BLANK_SHEET else cast.customer
    with acting(session, actor):
        if purpose is Purpose.STAMPED_FORM:
            _send_form(session, record, actor)
        elif purpose is Purpose.BLANK_SHEET:
            make_blank(session, record, actor)
        else:
            _send_sheet(session, record, actor)


def _send_sheet(session: Session, record: Record, actor: Actor) -> None:
    blank = newest(session, record, Purpose.BLANK_SHEET)
    if blank is None:
        raise LookupError(f"record {record.id} has no blank sheet")
    store_upload(session, record, Purpose.SHEET, blank.name, filled_sheet(read(session, blank), record.facts()), actor)


def _issue_form(session: Session, record: Record, actor: Actor) -> None:
    kind = documents.form_of(record)
    if kind is not None:
        documents.issue(session, record, kind, actor)


def _send_form(session: Session, record: Record, actor: Actor) -> None:
    _issue_form(session, record, actor)
    kind, number = documents.form_of(record), record.request.number
    if kind is None:
        raise LookupError(f"{record.type} has no form")
    scan = stamped_form(kind.label, number, record.request.site.customer.name)
    store_upload(session, record, Purpose.STAMPED_FORM, f"押印済み{kind.label}_{number}.pdf", scan, actor)
