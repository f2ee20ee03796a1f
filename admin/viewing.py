"""お客様の画面で見る: opens a company's own pages for the operator, read only; who looked at what is noted (SPEC §11)."""

from __future__ import annotations

from flask import redirect, request, session
from flask.typing import ResponseReturnValue
from flask_login import current_user

from admin.blueprint import desk
from admin.record_page import find_record
from models.base.clock import now
from models.base.db import transaction
from models.services.audit import note
from models.tables.event import Action
from web.viewing import GRANT, PREFIX


@desk.post("/records/<int:record_id>/as-customer")
def view_as_customer(record_id: int) -> ResponseReturnValue:
    """Notes it and goes to the record as its customer sees it."""
    with transaction() as db_session:
        record = find_record(db_session, record_id)
        customer_id = record.request.site.customer_id
        note(
            db_session,
            Action.VIEWED,
            current_user.actor(),
            table_name="record",
            row_id=record.id,
            record=record,
            comment="お客様の画面を表示しました。",
        )
    session[GRANT] = [customer_id, now().isoformat()]
    return redirect(f"{request.script_root}{PREFIX}/{customer_id}/records/{record_id}", 303)
