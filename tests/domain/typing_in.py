"""What somebody types into a record."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from models.base.clock import today
from models.base.db import database
from models.services.checking import facts_of
from models.tables.record import Record
from tests.filling import fill

NUMBERS = count(1)
SERVICES = ("anser_dataport", "anser_dataport_c", "zedi")
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def values_of(record_id: int) -> dict[str, Any]:
    """The record's fields as they are stored."""
    database.remove()
    return database().get_one(Record, record_id).values()


def typed_into(record_id: int, sample: int, name: tuple[str, str], days: int | None) -> dict[str, Any]:
    """What somebody types into every field of the record that a customer may type into; the others stay as they are."""
    database.remove()
    session = database()
    with session.no_autoflush:
        record = session.get_one(Record, record_id)
        stored, specs = record.values(), record.specs_for(facts_of(session, record))
        fill(session, record, sample)
        own_names = {field for field, spec in specs.items() if spec.is_editable and not spec.is_fixed}
        typed = {field: getattr(record, field) if field in own_names else stored[field] for field in specs}
    number = next(NUMBERS)
    person = "担当" + str(number).translate(FULL_WIDTH)
    own = {
        "short_name": name[0],
        "location_name": name[1],
        "day_given": "yes" if days else "no",
        "changes_on": today() + timedelta(days=days) if days else None,
        "wanted_on": today() + timedelta(days=90),
        "applies_from": today().replace(day=1),
        # Each time something else, so that what counts can be told from what did.
        "representative": person,
        "monthly_person_name": person,
        "first_person_name": person,
        "service_codes": (SERVICES[number % len(SERVICES)],),
    }
    database.remove()
    return {field: own.get(field, value) for field, value in typed.items()}
