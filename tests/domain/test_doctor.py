"""The doctor finds every broken invariant, and nothing in a sound database (RELIABILITY §3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, delete, insert, text, update
from sqlalchemy.orm import Session

from models.base.actor import Actor, Role
from models.base.clock import now, today
from models.base.db import database, transaction
from models.base.workflow import Status
from models.kinds import fault_contact_change, site_rename
from models.services import doctor, search_index
from models.services.editing import save_record
from models.services.opening import open_request
from models.services.transition import transition
from models.tables.account import Account
from models.tables.customer import Customer
from models.tables.event import Event
from models.tables.login import LoginSession
from models.tables.mail import Mail
from models.tables.record import Purpose, Record
from models.tables.request import Request
from models.tables.site import NameClaim, Site, SiteVersion
from tests.build import OPERATOR, build_account, build_record, build_site
from tests.files import add_upload


@pytest.fixture
def story(demo_db: Engine) -> None:
    """Demo data, an accepted rename, an open one, a file and a session: something for every invariant."""
    with transaction() as session:
        site = build_site(session)
        account = build_account(session, site.customer)
        session.add(LoginSession(token_hash="a" * 64, account_id=account.id))
        actor = Actor(Role.CUSTOMER, account.id, "豊洲 太郎", site.customer_id)
        first = _rename(session, site, actor, "豊洲")
        for target in (Status.REVIEWING, Status.ACCEPTED):
            transition(session, [first], target, OPERATOR).raise_if_refused()
        session.refresh(site)
        _rename(session, site, actor, "晴海")
        sheet = build_record(session, "contract_change", Status.RECEIVED)
        session.add(_opening(sheet))
        add_upload(session, sheet, Purpose.LETTER, b"%PDF-1.7", OPERATOR)
        sheet.request.state = "checking"
        site.customer.name = "豊洲商事"


def _rename(session: Session, site: Site, actor: Actor, location: str) -> Record:
    [record] = open_request(session, site, site_rename.KIND, {}, actor).records
    save_record(session, record, {"short_name": "豊洲商事", "location_name": location}, record.version, actor)
    transition(session, [record], Status.SUBMITTED, actor).raise_if_refused()
    return record


def _opening(record: Record) -> Event:
    return Event(
        action="opened",
        actor_role="system",
        actor_name="",
        record_id=record.id,
        request_id=record.request_id,
        to_status=record.status_code,
    )


def _wrong(session: Session) -> set[object]:
    return {look for look in doctor.INVARIANTS.values() if list(look(session))}


def test_a_sound_database_has_nothing_wrong(story: None) -> None:
    findings = doctor.examine(database())
    assert [str(finding) for finding in findings if finding.wrong] == []
    assert all(str(finding).startswith("✓") for finding in findings)
    assert len(findings) == len(doctor.INVARIANTS)


def _unlock(session: Session) -> None:
    session.execute(update(Site).values(open_rename_id=None))


def _act_meanwhile(session: Session) -> None:
    site = session.query(Site).where(Site.open_rename_id.is_not(None)).order_by(Site.id.desc()).first()
    assert site is not None
    other = open_request(session, site, fault_contact_change.KIND, {}, OPERATOR)
    session.execute(update(Event).where(Event.request_id == other.id).values(actor_role="customer"))


def _spoil_file(session: Session) -> None:
    session.execute(text("UPDATE blob SET content = :content"), {"content": b"%PDF-1.6"})


def _lose_a_step(session: Session) -> None:
    session.execute(delete(Event).where(Event.to_status == "reviewing", Event.from_status == "submitted"))


def _turn_side(session: Session) -> None:
    session.execute(text("UPDATE record SET side = 'customer' WHERE status = 'reviewing'"))


def _turn_state(session: Session) -> None:
    session.execute(update(Request).where(Request.state == "checking").values(state="unsubmitted"))


def _make_current(session: Session) -> None:
    record = session.query(Record).where(Record.status_code == "submitted").first()
    assert record is not None
    where = {"site_id": record.request.site_id, "type": record.type, "record_id": record.id}
    session.execute(insert(SiteVersion).values(effective_on=today() - timedelta(days=9), **where))


def _lose_a_mail(session: Session) -> None:
    last = session.query(Mail.id).where(Mail.record_id.is_not(None)).order_by(Mail.id.desc()).limit(1).scalar()
    session.execute(delete(Mail).where(Mail.id == last))


def _double_a_mail(session: Session) -> None:
    mail = session.query(Mail).where(Mail.record_id.is_not(None)).first()
    assert mail is not None
    copy: dict[str, object] = {"key": mail.key, "recipient": mail.recipient, "record_id": mail.record_id, "context": {}}
    session.execute(insert(Mail).values(message_id="<twice@localhost>", **copy))


def _stop_account(session: Session) -> None:
    session.execute(update(Account).values(disabled_at=now() - timedelta(hours=1)))


def _let_account_expire(session: Session) -> None:
    session.execute(update(Account).values(expires_on=today() - timedelta(days=1)))


def _lose_a_claim(session: Session) -> None:
    session.execute(delete(NameClaim).where(NameClaim.request_id.is_not(None)))


def _rename_unindexed(session: Session) -> None:
    session.execute(update(Customer).values(name="どこにもない社名"))


BREAKS: list[tuple[Callable[[Session], None], object]] = [
    (_unlock, doctor.sites_with_wrong_renames),
    (_act_meanwhile, doctor.acts_during_a_rename),
    (_spoil_file, doctor.broken_files),
    (_lose_a_step, doctor.broken_histories),
    (_turn_side, doctor.wrong_statuses),
    (_turn_state, doctor.wrong_states),
    (_make_current, doctor.wrong_current_values),
    (_lose_a_mail, doctor.wrong_mails),
    (_double_a_mail, doctor.wrong_mails),
    (_stop_account, doctor.uses_of_ended_accounts),
    (_let_account_expire, doctor.uses_of_ended_accounts),
    (_lose_a_claim, doctor.wrong_name_claims),
    (_rename_unindexed, search_index.wrong_entries),
]


def test_every_invariant_is_broken_once_and_found(story: None) -> None:
    found = set()
    for sabotage, look in BREAKS:
        session = database()
        session.rollback()
        session.connection(execution_options={"writes": True})
        sabotage(session)
        session.flush()
        session.expire_all()
        wrong = _wrong(session)
        assert look in wrong, sabotage.__name__
        found |= wrong
        session.rollback()
    assert found == set(doctor.INVARIANTS.values())
