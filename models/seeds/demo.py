"""Demo data (SPEC §13): companies, sites and requests in every kind and status, one login for each role and story."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.base.actor import Actor, Role
from models.base.clock import now, telling
from models.base.japanese import FullWidth
from models.base.workflow import Status
from models.kinds import configuration_change, fault_contact_change, site_rename
from models.rules.workdays import add_business_days
from models.seeds import people
from models.seeds.desk import account_requests, ask_for_account, notes_and_assignees
from models.seeds.life import Cast, customer_actor
from models.seeds.people import AOBA, HANAOKA, HOKUTO, SHIRASAGI, UMIKAZE, YAMANAMI, Firm, Place, corporate_number
from models.seeds.plots import BUSY, RENAMED, all_changes, hokuto_installation, installations
from models.seeds.reference_files import load_reference_files
from models.seeds.samples import TOYOSU, Persona
from models.seeds.service import put_in_service
from models.seeds.stories import Change, Installation, Teller
from models.seeds.telling import Calendar, Story, tell
from models.services.letters import blanked
from models.services.passwords import hashed
from models.services.updates import mark_seen
from models.tables.account import Account, AccountRequestState
from models.tables.customer import Customer
from models.tables.event import Event
from models.tables.mail import Mail
from models.tables.master import LinePlan
from models.tables.operator import Operator
from models.tables.request import Request
from models.tables.site import Site

# Published on purpose: demo data exists only on the machine it is tried on.
PASSWORD = "demo-password-2026"  # nosec B105
LOGINS = (
    ("お客様（拠点名変更・故障連絡先変更を試す）", "demo-customer", PASSWORD),
    ("お客様（新設申込の手続き中、締切が近い）", "demo-new", PASSWORD),
    ("お客様（拠点名変更の手続き中で、ほかの申込はできない）", "demo-rename", PASSWORD),
    ("お客様（すべての種類とステータス）", "demo-all", PASSWORD),
    ("お客様（アカウントの期限切れ）", "demo-expired", PASSWORD),
    ("窓口 閲覧者", "demo-viewer", PASSWORD),
    ("窓口 担当者", "demo-operator", PASSWORD),
    ("窓口 管理者", "demo-admin", PASSWORD),
)
RECENTLY = timedelta(days=5)
A_WHILE = timedelta(days=30)
MAILBOX_DAYS = 4  # older mails have gone out
UNREAD_DAYS = 5  # what the desk did before that has been looked at
OPERATORS = (
    ("demo-viewer", "閲覧 みなみ", Role.VIEWER),
    ("demo-operator", "窓口 あおい", Role.OPERATOR),
    ("demo-admin", "管理 つかさ", Role.ADMINISTRATOR),
)


def load_demo(session: Session) -> bool:
    """Fills an empty database; False where there is a customer already."""
    if session.scalar(select(Customer.id).limit(1)):
        return False
    load_reference_files(session)
    cast = _Cast(session, Calendar(now()), _operators(session))
    tell(cast.stories())
    _mark_as_sent(session, cast.calendar.moment(MAILBOX_DAYS))
    _mark_as_seen(session, cast.calendar.moment(UNREAD_DAYS))
    return True


def _operators(session: Session) -> list[Actor]:
    found = []
    for user_name, name, role in OPERATORS:
        mail = f"{user_name}@example.jp"
        made = Operator(user_name=user_name, name=name, mail=mail, role=role.value, password_hash=hashed(PASSWORD))
        session.add(made)
        session.flush()
        found.append(Actor(role, made.id, name))
    return [actor for actor in found if actor.may_write]


class _Cast:
    """Everybody in the demo, and what befell them."""

    def __init__(self, session: Session, calendar: Calendar, operators: list[Actor]) -> None:
        self.session, self.calendar, self.operators = session, calendar, operators
        self.teller = Teller(session, calendar)

    def stories(self) -> list[Story]:
        """All stories; what was in service long before is there at once."""
        quiet = [self._quiet_company(), self._everything(), self._rename_in_the_way()]
        self._expired_account()
        return [
            *(story for stories in quiet for story in stories),
            self._first_line(),
            self.teller.installation(
                self._persona(HANAOKA, HANAOKA.seat), self.operators[0], None, Installation("light_mobile", 2.6, 2.5)
            ),
            account_requests(self.session, self.calendar),
            self._asked_for_account(),
            notes_and_assignees(self.session, self.calendar, self.operators),
        ]

    def _quiet_company(self) -> list[Story]:
        account = self._account(UMIKAZE, "demo-customer")
        sites = [
            self._in_service(UMIKAZE, account, place, "basic_ether_100m", days)
            for place, days in ((people.KAIGAN, 640), (people.ARIAKE, 430))
        ]
        done = Change(fault_contact_change.KIND, 25, 21, {"fault_contact": (Status.ACCEPTED,)})
        return [self._change(UMIKAZE, account, people.ARIAKE, sites[1], done, 1)]

    def _everything(self) -> list[Story]:
        account = self._account(YAMANAMI, "demo-all")
        sites = {
            place: self._in_service(YAMANAMI, account, place, plan, days) for place, plan, days in (*BUSY, *RENAMED)
        }
        changes = [
            self._change(YAMANAMI, account, place, sites[place], change, turn)
            for turn, (place, change) in enumerate(all_changes())
        ]
        orders = [
            self.teller.installation(self._persona(YAMANAMI, place, turn), self._operator(turn), account, order)
            for turn, (place, order) in enumerate(installations())
        ]
        return changes + orders

    def _rename_in_the_way(self) -> list[Story]:
        account = self._account(AOBA, "demo-rename", issued=timedelta(days=20))
        site = self._in_service(AOBA, account, people.SAITAMA, "light_best_effort", 320)
        self._in_service(AOBA, account, people.UTSUNOMIYA, "light_minimum", 140)
        frozen = Change(
            configuration_change.KIND, 9, 6, {"contract": (Status.AWAITING_STAMP,)}, {"one_time_payee": "current"}
        )
        rename = Change(site_rename.KIND, 4, 2.2, {"site_name": (Status.REVIEWING,)}, {}, {"location_name": "大宮支店"})
        return [self._change(AOBA, account, people.SAITAMA, site, change, 0) for change in (frozen, rename)]

    def _asked_for_account(self) -> Story:
        account = self.session.scalars(select(Account).where(Account.user_name == "demo-rename")).one()
        yield account.issued_at - timedelta(hours=3)
        asked = ask_for_account(self.session, AOBA)
        asked.state, asked.customer, account.account_request = AccountRequestState.ISSUED, account.customer, asked

    def _expired_account(self) -> None:
        account = self._account(SHIRASAGI, "demo-expired", issued=timedelta(days=75))
        self._in_service(SHIRASAGI, account, people.SHIZUOKA, "light_ether_1m", 480)

    def _first_line(self) -> Story:
        def issue_account(session: Session, request: Request) -> Account:
            used_at = self.calendar.loaded_at - RECENTLY
            return _add_account(session, request.site.customer, "demo-new", HOKUTO.people[0].name, now(), used_at)

        order = replace(hokuto_installation(), issue_account=issue_account)
        return self.teller.installation(self._persona(HOKUTO, people.KANAZAWA), self.operators[0], None, order)

    def _change(self, firm: Firm, account: Account, place: Place, site: Site, change: Change, turn: int) -> Story:
        cast = Cast(customer_actor(account), self._operator(turn), self._persona(firm, place, turn))
        return self.teller.change(cast, site, change)

    def _operator(self, turn: int) -> Actor:
        return self.operators[1 if turn % 4 == 3 else 0]

    def _persona(self, firm: Firm, place: Place, turn: int = 0) -> Persona:
        today = self.calendar.day(0)
        return firm.persona(
            place,
            turn,
            applies_from=_first_of_month(today),
            wanted_on=add_business_days(today, 14 + turn % 5),
            arrival_on=add_business_days(today, 9 + turn % 5),
        )

    def _account(self, firm: Firm, user_name: str, issued: timedelta = RECENTLY) -> Account:
        number = corporate_number(firm.number)
        with telling(self.calendar.moment(700)):
            customer = Customer(name=_company_name(firm), corporate_number=number)
            self.session.add(customer)
            self.session.flush()
        issued_at = self.calendar.loaded_at - issued
        return _add_account(self.session, customer, user_name, firm.people[0].name, issued_at, issued_at)

    def _in_service(self, firm: Firm, account: Account, place: Place, plan_code: str, days: int) -> Site:
        plan = self.session.scalars(select(LinePlan).where(LinePlan.code == plan_code)).one()
        return put_in_service(self.session, account.customer, firm.persona(place), plan, self.calendar.moment(days))


def _first_of_month(day: date) -> date:
    """The first day of the month after next: a change of payee takes its time."""
    return (day.replace(day=1) + timedelta(days=63)).replace(day=1)


def _company_name(firm: Firm) -> str:
    label = {"yugen": "有限会社", "godo": "合同会社"}.get(firm.answers.get("company_type", ""), "株式会社")
    return f"{firm.name}{label}" if firm.answers.get("type_position") == "after" else f"{label}{firm.name}"


def _add_account(
    session: Session, customer: Customer, user_name: str, person_name: str, issued_at: datetime, used_at: datetime
) -> Account:
    login = {"user_name": user_name, "person_name": person_name, "mail": f"{user_name}@example.jp"}
    used = {"password_hash": hashed(PASSWORD), "activated_at": issued_at, "last_login_at": used_at}
    made = Account(customer=customer, issued_at=issued_at, created_at=issued_at - A_WHILE, **login, **used)
    session.add(made)
    session.flush()
    return made


def add_customer(session: Session, name: str, user_name: str) -> Customer:
    """A company with a login that has been used."""
    made = Customer(name=f"株式会社{name}")
    session.add(made)
    session.flush()
    _add_account(session, made, user_name, "汐見　花子", now() - RECENTLY, now())
    return made


def add_site_in_service(session: Session, customer: Customer, short: str, location: str, plan: LinePlan) -> Site:
    """A site of a company of add_customer whose new installation was finished long ago."""
    company = FullWidth(24).normalise(customer.name.removeprefix("株式会社"))
    named = {"company_name": company, "short_name": short, "location_name": location}
    persona = replace(TOYOSU, texts={**TOYOSU.texts, **named})
    return put_in_service(session, customer, persona, plan, Calendar(now()).moment(120))


def _mark_as_sent(session: Session, until: datetime) -> None:
    """Mails of days gone by have gone out then; the newest ones are still to be delivered, into the mailbox of the demo."""
    for mail in session.scalars(select(Mail).where(Mail.created_at < until)):
        mail.subject, mail.body = blanked(session, mail, {})
        mail.sent_at, mail.attempts = mail.created_at + timedelta(seconds=4), 1
    session.flush()


def _mark_as_seen(session: Session, until: datetime) -> None:
    """Everybody has looked at what had happened until then; the bell rings for the rest."""
    newest = session.scalar(select(func.max(Event.id)).where(Event.at < until)) or 0
    for account in session.scalars(select(Account)):
        mark_seen(session, account, newest)
