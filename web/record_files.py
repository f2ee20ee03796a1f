"""The files of a record's page: those that are there, and the forms by which more are added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from flask_wtf import FlaskForm
from flask_wtf.file import FileField

from models.base.actor import Actor
from models.services.files import upload_refusal
from models.services.incoming import wanted_for
from models.services.queries import counting_ids
from models.tables.record import Purpose, Record
from models.tables.upload import Upload

Problems = Mapping[Purpose, Sequence[str]]


def files_shown(files: Sequence[Upload], face: str) -> list[dict[str, Any]]:
    """Files as components/file_list.html lists them; `face` is the blueprint that fetches them and shows their pages."""
    counting = counting_ids(files)
    return [
        {
            "name": one.name,
            "url": url_for(f"{face}.fetch_file", upload_id=one.id),
            "size": one.size,
            "stored_at": one.added_at,
            "who": one.added_by,
            "what": one.what,
            "is_current": one.id in counting,
            "note": one.number_note,
            "is_warning": one.has_other_number,
            "pages": [
                url_for(f"{face}.show_preview", upload_id=one.id, page=page) for page in range(1, one.page_count + 1)
            ],
        }
        for one in files
    ]


def upload_forms(record: Record, actor: Actor, problems: Problems, sent_with: str | None = None) -> list[Any]:
    """A form for each file that the actor may add now, with what was wrong with the one just sent at its field.

    sent_with: the id of the form on the page whose fields are sent along, so that nothing typed there is lost.
    """
    open_now = [purpose for purpose in type(record).__purposes__ if not upload_refusal(record, purpose, actor)]
    return [_form(purpose, problems.get(purpose, ()), sent_with) for purpose in open_now]


def _form(purpose: Purpose, problems: Sequence[str], sent_with: str | None) -> Any:
    wanted = wanted_for(purpose)
    attributes = {"accept": wanted.endings} | ({"form": sent_with} if sent_with else {})
    field = FileField(purpose.label, id=f"file-{purpose.value}", description=wanted.note, render_kw=attributes)
    made = type("UploadForm", (FlaskForm,), {"file": field, "purpose": purpose})(formdata=None)
    made.file.flags.required = True
    made.file.errors = list(problems)
    return made
