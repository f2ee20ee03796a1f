"""Every address that a mail names leads to its page, and those to the desk lead to the desk (SPEC §10)."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from models.base.actor import SYSTEM, Actor, Role
from models.base.db import database, transaction
from models.base.workflow import Status
from models.services import addresses
from models.services.accounts import receive_account_request
from models.services.applying import quoted_now, submit_application
from models.services.drafting import read_draft
from models.services.transition import transition
from models.tables.mail import Mail, MailKey
from models.tables.record import Record
from tests.build import build_draft, complete_values
from tests.faces import whole_desk, whole_portal
from tests.world import build_world, sign_in_as

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)  # the same addresses on both
REQUESTED = {
    "company_type": "kabushiki",
    "type_position": "before",
    "company_name": "豊洲商事",
    "contact_1_person_name": "豊洲花子",
    "contact_1_phone": "0312345678",
    "contact_1_mail": "hanako@example.jp",
}


@pytest.fixture
def world(db: Engine) -> None:
    build_world()


def opened(client: FlaskClient, address: str, face: str = "") -> str:
    """The page behind an address, as that face's browser sees it."""
    path = urlsplit(address).path
    assert path.startswith(face)
    answer = client.get(path.removeprefix(face))
    assert answer.status_code == 200, address
    return answer.text


def address_in(key: MailKey) -> str:
    database.remove()
    mail = database().scalars(select(Mail).where(Mail.key == key).order_by(Mail.id.desc())).first()
    assert mail is not None
    return str(mail.context["url"])


def test_mails_to_the_desk_lead_to_what_they_tell_of_at_the_desk(world: None) -> None:
    numbers = {
        MailKey.DESK_SUBMISSION: submitted(),
        MailKey.DESK_APPLICATION: applied(),
        MailKey.DESK_ACCOUNT_REQUEST: asked_for_an_account(),
    }
    operator = sign_in_as(whole_desk(), "desk-viewer")
    for key, number in numbers.items():
        assert number in opened(operator, address_in(key), "/admin"), key


def submitted() -> str:
    with transaction() as session:
        record = session.scalars(select(Record).where(Record.type == "supplies")).first()
        assert record is not None
        for name, value in complete_values(session, record).items():
            setattr(record, name, value)
        session.flush()
        customer = Actor(Role.CUSTOMER, 1, "花子", record.request.site.customer_id)
        transition(session, [record], Status.SUBMITTED, customer).raise_if_refused()
        return record.request.number


def applied() -> str:
    with transaction() as session:
        draft, _token = build_draft(session, "basic_ether_100m")
        seen = quoted_now(read_draft(session, draft)).fingerprint
        return submit_application(session, draft, seen, SYSTEM).number


def asked_for_an_account() -> str:
    with transaction() as session:
        return receive_account_request(session, REQUESTED, SYSTEM).number


def test_customers_are_led_to_their_own_pages(world: None) -> None:
    customer = sign_in_as(whole_portal(), "company-1")
    record_id = database().scalars(select(Record.id).order_by(Record.id)).first() or 0
    for address in (addresses.home_address(), addresses.record_address(record_id)):
        opened(customer, address)
    opened(whole_portal().test_client(), addresses.login_address())
    assert whole_portal().test_client().get(urlsplit(addresses.receipt_address()).path).location == "/apply/1"
