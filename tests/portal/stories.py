"""What the stories of records share: a company with a site in service or an order just placed, and the desk on the other side."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import select

from models.base.actor import SYSTEM
from models.base.db import database, transaction
from models.base.workflow import Status
from models.seeds.demo import add_customer, add_site_in_service
from models.services.applying import quoted_now, submit_application
from models.services.documents import issue
from models.services.drafting import read_draft
from models.services.transition import transition
from models.tables.document import DocumentKind
from models.tables.master import LinePlan
from models.tables.record import Record
from models.tables.request import Request
from models.tables.site import Site
from tests.build import OPERATOR, build_account, build_draft, complete_values

USER = "shiomi"


def order(plan_code: str, **given: Any) -> int:
    """An application that was just submitted, by a company with a login; gives the request's number."""
    with transaction() as session:
        draft, _token = build_draft(session, plan_code, **given)
        seen = quoted_now(read_draft(session, draft)).fingerprint
        request = submit_application(session, draft, seen, SYSTEM)
        build_account(session, request.site.customer, user_name=USER, activated_at=request.created_at)
        number = request.id
    database.remove()
    return number


def site_in_service(plan_code: str) -> int:
    """A site whose installation was finished long ago, of a company with a login; gives its number."""
    with transaction() as session:
        plan = session.scalars(select(LinePlan).where(LinePlan.code == plan_code)).one()
        number = add_site_in_service(session, add_customer(session, "汐見商会", USER), "汐見", "本社", plan).id
    database.remove()
    return number


def record_of(request_id: int, type_code: str) -> Any:
    """A record of the request as it is stored."""
    database.remove()
    found = select(Record).where(Record.request_id == request_id, Record.type == type_code)
    return database().scalars(found).one()


def request_of(page: str) -> int:
    """The request whose page is shown."""
    found = re.search(r"申込番号 (\d{8})", page)
    assert found, page
    return int(found[1])


def desk(record_id: int, *targets: Status, comment: str | None = None) -> None:
    """The desk's moves in their order; the comment goes with the last one."""
    for target in targets:
        with transaction() as session:
            record = session.get_one(Record, record_id)
            said = comment if target is targets[-1] else None
            transition(session, [record], target, OPERATOR, said).raise_if_refused()
    database.remove()


def issue_letter(record_id: int) -> None:
    """The desk issues the letter of acceptance."""
    with transaction() as session:
        issue(session, session.get_one(Record, record_id), DocumentKind.ACCEPTANCE_LETTER, OPERATOR)
    database.remove()


def typed(request_id: int, type_code: str, **given: Any) -> dict[str, Any]:
    """What a customer types to complete the record; boxes that are not ticked are not there."""
    record = record_of(request_id, type_code)
    values = complete_values(database(), record, **given)
    specs = record.specs_for(record.facts())
    words = {name: _typed(specs[name], value) for name, value in values.items()}
    database.remove()
    return words


def _typed(spec: Any, value: Any) -> Any:
    if spec.kind.control == "tick":
        return "y" if value else None
    return list(value or ()) if spec.kind.control == "masters" else spec.kind.write(value)


def site(site_id: int) -> Site:
    """The site as it is stored."""
    database.remove()
    return database().get_one(Site, site_id)


def state_of(request_id: int) -> str:
    """各情報完了ステータス in words."""
    database.remove()
    return database().get_one(Request, request_id).state_label
