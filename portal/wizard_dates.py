"""What the page of wished days shows while one chooses: the earliest days, what is wrong, what costs extra."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from models.base.clock import day_text, today
from models.base.db import database
from models.base.fields import read_typed
from models.base.values import Yen
from models.kinds.application import number_of
from models.rules.construction_dates import date_problems, earliest_days, fee_slot
from models.rules.offer import Masters
from models.rules.works import PLACES, Work, day_field, time_field
from models.services.drafting import read_draft
from portal.access import open_to_visitors
from portal.blueprint import portal
from portal.draft_cookie import peeked_draft

PAGE = number_of("dates")


@portal.get("/apply/earliest-days")
@open_to_visitors
def show_earliest_days() -> ResponseReturnValue:
    """For the days and times in the address: stores nothing, and is asked anew by the server when the page is sent."""
    application = read_draft(database(), peeked_draft())
    specs = application.specs_on(PAGE)
    chosen = {name: read_typed(spec.kind, request.args.get(name, ""))[0] for name, spec in specs.items()}
    values, masters = {**application.values, **chosen}, application.masters
    earliest = earliest_days(values, today(), masters)
    return jsonify(
        works={work.value: {"day": day.isoformat(), "text": day_text(day)} for work, day in earliest.items()},
        problems={problem.field: problem.message for problem in date_problems(values, today(), today(), masters)},
        notes={name: text for work in earliest for name, text in _notes(values, work, masters).items()},
    )


def _notes(values: dict[str, Any], work: Work, masters: Masters) -> dict[str, str]:
    """The weekday of each chosen day, which a browser's calendar does not say, and what that time costs."""
    found = {}
    for place in PLACES:
        day: date | None = values.get(day_field(work, place))
        time: str | None = values.get(time_field(work, place))
        if day is None:
            continue
        slot = fee_slot(day, time, masters) if time else None
        fee = Yen().show(masters.out_of_hours.get((work, slot), 0)) if slot else ""
        extra = f"　{slot.label}：時間外作業費 {fee}（税抜）" if slot else ""
        found[day_field(work, place)] = f"{day_text(day)}{extra}"
    return found
