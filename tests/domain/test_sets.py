"""Rows that are added in a set are the rows that would have been added one by one."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from sqlalchemy import Engine, Table, select

from models.base.clock import now
from models.base.db import database, transaction
from models.base.sets import add_rows
from models.tables.mail import Mail, MailKey

HOSTILE = "a\"b\\c\t{} %s :x ' ,\n髙🙂 null"


def test_rows_added_in_a_set_hold_what_was_given_and_the_defaults_of_the_rest(db: Engine) -> None:
    """Hostile texts, nothing, structures and moments included."""
    later = now() + timedelta(minutes=5)
    given = [
        {
            "key": MailKey.STATUS_CHANGED.value,
            "recipient": f"{number}@example.jp",
            "context": {"comment": HOSTILE, "number": number},
            "message_id": f"<{number}@example.jp>",
            "subject": HOSTILE if number else None,
            "send_after": later,
        }
        for number in range(3)
    ]
    with transaction() as session:
        add_rows(session, cast(Table, Mail.__table__), given)
        add_rows(session, cast(Table, Mail.__table__), [])
    found = database().scalars(select(Mail).order_by(Mail.id)).all()
    assert [{name: getattr(mail, name) for name in given[0]} for mail in found] == given
    assert [(mail.attempts, mail.body, mail.sent_at) for mail in found] == [(0, None, None)] * 3
    assert all(abs(mail.created_at - now()) < timedelta(minutes=1) for mail in found)
