"""What each status means, drawn from the declarations: always true."""

from __future__ import annotations

from flask import abort, render_template

from models.base.actor import Role
from models.base.workflow import WORKFLOWS, Status, Workflow
from portal.access import open_to_visitors
from portal.blueprint import portal


@portal.get("/guide")
@open_to_visitors
def show_guide() -> str:
    """The list of guides."""
    return render_template("portal/guide.html", workflows=WORKFLOWS.values())


@portal.get("/status-guide/<code>")
@open_to_visitors
def show_status_guide(code: str) -> str:
    """One workflow: its statuses, who acts next, and where each can go."""
    made = WORKFLOWS.get(code)
    if made is None:
        abort(404)
    rows = [(status, made.label_of(status), made.side(status), _moves(made, status)) for status in made.statuses]
    return render_template("portal/status_guide.html", workflow=made, rows=rows)


def _moves(made: Workflow, status: Status) -> list[tuple[str, str]]:
    sides = ((Role.CUSTOMER, "お客様"), (Role.OPERATOR, "事業者"))
    return [(word, made.label_of(target)) for role, word in sides for target in made.targets(status, role)]
