"""The desk's first operator, who lets the others in (SPEC §1)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base.errors import Invalid, Problem
from models.base.fields import problems_of, specs_of
from models.services.passwords import send_link
from models.tables.login import LinkPurpose, PasswordLink
from models.tables.operator import Operator


def create_operator(session: Session, user_name: str, name: str, mail: str, role: str) -> PasswordLink:
    """Adds an operator and mails the link that sets the password; raises Invalid, also for a user name that is taken."""
    typed = {"user_name": user_name, "name": name, "mail": mail, "role": role}
    specs = {column: spec for column, spec in specs_of(Operator).items() if column in typed}
    values = {column: spec.kind.normalise(typed[column]) for column, spec in specs.items()}
    problems = list(problems_of(specs, values, is_complete=True))
    if session.scalar(select(Operator.id).where(Operator.user_name == values["user_name"])):
        problems.append(Problem("user_name", f"ユーザー名「{values['user_name']}」の担当者はすでに登録されています。"))
    if problems:
        raise Invalid(problems)
    made = Operator(**values)
    session.add(made)
    session.flush()
    return send_link(session, made, LinkPurpose.ISSUE)
