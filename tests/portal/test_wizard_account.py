"""From the form to the login: the desk issues accounts for what visitors have sent, and they find their applications (SPEC §7, §8)."""

from __future__ import annotations

import re

from flask import Flask
from sqlalchemy import select

from models.base.db import database
from models.kinds.application import RECORDS
from models.services.login import secret_of_mail
from models.tables.account import Account
from models.tables.mail import Mail, MailKey
from models.tables.request import Request
from tests.applicant import Applicant
from tests.clerk import Clerk, desk
from tests.identity import PASSWORD, post, sign_in

MAILS = ("hanako@example.co.jp", "jiro@example.co.jp")


def apply(app: Flask, mail: str, name: str) -> None:
    visitor = Applicant(app)
    company = {"corporate_number": None, "corporate_number_absent": True}  # each is a customer of its own
    visitor.take_up("light_mobile", contact_1_mail=mail, location_name=name, **company)
    assert visitor.send(8).location == "/apply/receipt"


def invitation(mail: str) -> str:
    """Where the link leads that was mailed to set a password."""
    found = database().scalars(select(Mail).where(Mail.key == MailKey.ACCOUNT_ISSUED, Mail.recipient == mail)).one()
    secret = secret_of_mail(database(), found)
    database.remove()
    assert secret
    return re.sub(r"^https?://[^/]+", "", secret["link"])


def test_accounts_issued_in_bulk_open_each_applicants_own_application(app: Flask) -> None:
    for mail, name in zip(MAILS, ("本社", "別館"), strict=True):
        apply(app, mail, name)
    numbers = {request.id: request.number for request in database().scalars(select(Request).order_by(Request.id))}
    database.remove()
    clerk = Clerk(desk())
    plan = clerk.post("/request/", "/bulk", table="request", act="issue-account", ids=list(numbers))
    report = clerk.follow(clerk.post(plan.location, f"{plan.location}/apply")).text
    assert "2件すべてを実行しました" in report
    for mail, number, other in zip(MAILS, numbers.values(), reversed(numbers.values()), strict=True):
        client = app.test_client()
        assert post(client, invitation(mail), password=PASSWORD, repeated=PASSWORD).status_code in {302, 303}
        user_name = database().scalars(select(Account.user_name).where(Account.mail == mail)).one()
        database.remove()
        assert sign_in(client, user_name).location.endswith("/home")
        assert number in client.get("/home").text
        page = client.get(f"/requests/{number}")
        assert page.status_code == 200
        for record in RECORDS:
            assert record.__label__ in page.text
        assert client.get(f"/requests/{other}").status_code == 404
