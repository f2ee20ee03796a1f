"""「受け付けました」 is said only of bytes that were read back: where the database keeps others, nothing is said to be there."""

from __future__ import annotations

from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, text

from models.base.db import database, transaction
from models.base.workflow import Status
from models.seeds.masters import load_masters
from models.services.files import keep, store_upload
from models.services.guarded import run_guarded
from models.services.incoming import Incoming
from models.services.scans import PNG
from models.services.sheet_acts import make_blank
from models.tables.record import Purpose
from models.tables.upload import Blob, Upload
from tests import papers
from tests.build import OPERATOR, build_record, customer_of
from tests.identity import add_account, portal_app, sign_in
from tests.portal.test_files import Customer, waiting_record
from tests.sheets import build_sheet_record

DAMAGE = {
    "sqlite": [
        "CREATE TRIGGER damage AFTER INSERT ON blob BEGIN UPDATE blob SET content = x'00' WHERE id = NEW.id; END"
    ],
    "postgresql": [
        "CREATE FUNCTION damage() RETURNS trigger AS $$ BEGIN NEW.content := '\\x00'; RETURN NEW; END $$ LANGUAGE plpgsql",
        "CREATE TRIGGER damage BEFORE INSERT ON blob FOR EACH ROW EXECUTE FUNCTION damage()",
    ],
}


@pytest.fixture
def damaged(db: Engine) -> None:
    """A store that keeps other bytes than it is given."""
    with transaction() as session:
        load_masters(session)
    with db.begin() as connection:
        for statement in DAMAGE[db.dialect.name]:
            connection.execute(text(statement))


def kept() -> tuple[int, int]:
    database.remove()
    return database().scalar(select(func.count(Upload.id))) or 0, database().scalar(select(func.count(Blob.id))) or 0


@pytest.mark.usefixtures("damaged")
def test_a_file_that_was_damaged_on_its_way_is_not_said_to_be_received() -> None:
    add_account()
    record_id, number = waiting_record()
    client = portal_app().test_client()
    sign_in(client)
    customer = Customer(client, record_id, number)
    answer = customer.send(papers.scan_png(number))
    assert answer.status_code == 500
    assert "受け付けました" not in answer.text
    assert "受け付けました" not in customer.client.get(customer.page).text
    assert kept() == (0, 0)


@pytest.mark.usefixtures("damaged")
def test_nothing_of_any_kind_is_stored_that_cannot_be_read_back() -> None:
    with transaction() as session:
        contract, sheet = (
            build_record(session, "contract_change", Status.AWAITING_STAMP),
            build_sheet_record(session, Status.PREPARING),
        )
        scan = Incoming(papers.scan_png(), PNG, page_count=1)
        for store in (
            lambda: store_upload(session, contract, Purpose.STAMPED_FORM, "a.png", scan, customer_of(contract)),
            lambda: make_blank(session, sheet, OPERATOR),
            lambda: keep(session, b"a reference file, or an issued document"),
        ):
            with pytest.raises(RuntimeError, match="differ"):
                store()
        session.rollback()
    assert kept() == (0, 0)


def test_others_write_while_a_file_is_looked_at(db: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction() as session:
        load_masters(session)
    add_account()
    record_id, number = waiting_record()
    add_account(user_name="jiro")
    app = portal_app()
    client, other = app.test_client(), app.test_client()
    sign_in(client)
    customer, answers = Customer(client, record_id, number), list[int]()
    is_looked_at, is_served = Event(), Event()

    def look(*given: Any, **options: Any) -> Any:
        is_looked_at.set()
        assert is_served.wait(60)
        return run_guarded(*given, **options)

    monkeypatch.setattr("models.services.incoming.run_guarded", look)
    sending = Thread(target=lambda: answers.append(customer.send(papers.scan_png(number)).status_code))
    sending.start()
    assert is_looked_at.wait(60)
    sign_in(other, "jiro")
    assert other.get("/home").status_code == 200
    is_served.set()
    sending.join()
    assert answers == [303]
    assert kept() == (1, 1)
