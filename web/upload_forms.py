"""The forms by which files are added to a record: one for each purpose that is open now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField

from models.base.actor import Actor
from models.services.files import upload_refusal
from models.services.incoming import wanted_for
from models.tables.record import Purpose, Record

Problems = Mapping[Purpose, Sequence[str]]


def upload_forms(record: Record, actor: Actor, problems: Problems) -> list[Any]:
    """A form for each file that the actor may add now, with what was wrong with the one just sent at its field."""
    open_now = [purpose for purpose in type(record).__purposes__ if not upload_refusal(record, purpose, actor)]
    return [_form(purpose, problems.get(purpose, ())) for purpose in open_now]


def _form(purpose: Purpose, problems: Sequence[str]) -> Any:
    wanted = wanted_for(purpose)
    field = FileField(
        purpose.label, id=f"file-{purpose.value}", description=wanted.note, render_kw={"accept": wanted.endings}
    )
    made = type("UploadForm", (FlaskForm,), {"file": field, "purpose": purpose})(formdata=None)
    made.file.flags.required = True
    made.file.errors = list(problems)
    return made
