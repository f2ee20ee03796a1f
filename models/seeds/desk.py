"""What lies on the desk in the demo: requests for accounts, who looks after what, and notes among operators."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base.actor import SYSTEM, Actor
from models.base.workflow import Side
from models.seeds.people import HANAOKA, SHIRASAGI, TSUBASA, Firm
from models.seeds.telling import Calendar, Story
from models.services.accounts import receive_account_request
from models.services.desk_work import add_note, assign
from models.tables.account import AccountRequest, AccountRequestState
from models.tables.record import Record, waiting_for

NOTES = (
    "電話で確認済み。来週はじめに資料が届く予定です。",
    "前回の申込でも同じ点を差し戻しています。電話番号を念入りに確認してください。",
    "工事会社の空き状況を確認中です。",
)
EVERY = 3  # of the records that wait for the desk, one in so many has somebody who looks after it


def ask_for_account(session: Session, firm: Firm, turn: int = 0) -> AccountRequest:
    """A company asks for an account, with a first and a second contact."""
    texts = firm.persona(firm.seat, turn).texts
    names = ("department", "person_name", "phone", "mail")
    contacts = {f"contact_{number}_{name}": texts[f"contact_{number}_{name}"] for number in (1, 2) for name in names}
    company = {name: texts[name] for name in ("company_type", "type_position", "company_name")}
    return receive_account_request(session, {**company, **contacts}, SYSTEM)


def account_requests(session: Session, calendar: Calendar) -> Story:
    """Three companies ask: one is no customer and was declined, two wait."""
    yield calendar.moment(9.4)
    ask_for_account(session, TSUBASA).state = AccountRequestState.DECLINED
    yield calendar.moment(2.3)
    ask_for_account(session, HANAOKA, turn=1)
    yield calendar.moment(1.6)
    ask_for_account(session, SHIRASAGI)


def notes_and_assignees(session: Session, calendar: Calendar, operators: list[Actor]) -> Story:
    """Operators have taken some of the records that wait for the desk, and left notes."""
    yield calendar.moment(1.01)
    waiting = session.scalars(select(Record).where(waiting_for(Side.PROVIDER)).order_by(Record.id)).all()
    for number, record in enumerate(waiting[::EVERY]):
        operator = operators[number % len(operators)]
        assign(session, record, operator.id, operator)
        if number < len(NOTES):
            add_note(session, record, NOTES[number], operator)
