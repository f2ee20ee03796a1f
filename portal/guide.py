"""操作ガイド: the steps of every procedure, and what each status means; drawn from the declarations, so always true."""

from __future__ import annotations

from flask import abort, render_template, request

from models.base.actor import Role
from models.base.db import database
from models.base.workflow import WORKFLOWS, Status, Workflow
from models.rules.diagram import draw
from models.services.meanings import meanings_of
from portal.access import open_to_visitors, shown_to_desk
from portal.blueprint import portal
from portal.guide_topics import CHAPTERS, topic_of, words_of


@portal.get("/guide")
@open_to_visitors
@shown_to_desk
def show_guide() -> str:
    """The chapters with their topics, and the status pages."""
    return render_template("portal/guide.html", chapters=CHAPTERS, workflows=WORKFLOWS.values())


@portal.get("/guide/<code>")
@open_to_visitors
@shown_to_desk
def show_topic(code: str) -> str:
    """One procedure, step by step, each linked to the screen it speaks of."""
    topic = topic_of(code)
    if topic is None:
        abort(404)
    made = WORKFLOWS.get(topic.workflow)
    words = words_of(made)
    steps = [(step.text.format_map(words), step) for step in topic.steps]
    notes = [note.format_map(words) for note in topic.notes]
    lead = topic.lead.format_map(words)
    return render_template("portal/guide_topic.html", topic=topic, lead=lead, steps=steps, notes=notes, workflow=made)


@portal.get("/status-guide/<code>")
@open_to_visitors
@shown_to_desk
def show_status_guide(code: str) -> str:
    """One workflow: its drawing, what each status means, who acts next, and where each can go; `at` marks the status of now."""
    made = WORKFLOWS.get(code)
    if made is None:
        abort(404)
    at = request.args.get("at", "")
    meanings = meanings_of(database(), made)
    rows = [(status, made.label_of(status), meanings.get(status, ""), _moves(made, status)) for status in made.statuses]
    current = Status(at) if at in set(made.statuses) else None
    return render_template(
        "portal/status_guide.html", workflow=made, rows=rows, diagram=draw(made), current=current, side=made.side
    )


def _moves(made: Workflow, status: Status) -> list[tuple[Role, str]]:
    roles = (Role.CUSTOMER, Role.OPERATOR)
    return [(role, made.label_of(target)) for role in roles for target in made.targets(status, role)]
