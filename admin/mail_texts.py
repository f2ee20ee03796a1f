"""The mail templates' own help for whoever edits them: the mail as it will be read, and a sample to one's own address (SPEC §10)."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose

from admin import rights
from admin.forms import read_row
from admin.inline import InlineView
from admin.reading import ROW
from models.base.db import database, transaction
from models.base.errors import Invalid
from models.forms import show_problems
from models.services.mail_samples import sample_letter, sample_values, send_sample
from models.tables.mail import MailKey
from models.tables.texts import MailTemplate
from web.hooks import current_actor

ROWS = 16  # of the body: most mails are seen whole


class MailTemplateView(InlineView):
    """The table as every other, with a preview beside the text."""

    def details_page(self, row: MailTemplate, **more: Any) -> str:
        """With the mail as it will be read, and the sample."""
        test_url = f"{self.address()}{row.id}/sample/" if rights.may_edit(current_actor(), self.model) else None
        return super().details_page(row, letter=sample_letter(row), test_url=test_url, **more)

    def _form_page(self, row: Any, form: Any, **more: Any) -> str:
        form.body.render_kw = {**(form.body.render_kw or {}), "rows": ROWS}
        names = sample_values(MailKey(row.key)) if row.id else {}
        return super()._form_page(row, form, can_preview=True, placeholders=names, **more)

    def _store(self, row: Any, form: Any) -> ResponseReturnValue:
        if "preview" not in request.form:
            return super()._store(row, form)
        try:
            letter = sample_letter(self._typed(row, form))
        except Invalid as wrong:
            show_problems(form, wrong.problems)
            return self._form_page(row, form), 422
        return self._form_page(row, form, letter=letter)

    def _typed(self, row: Any, form: Any) -> MailTemplate:
        """The template as it is typed, of no session; raises Invalid as saving it would."""
        specs, facts = self.form_specs(row), self.facts(row)
        typed = MailTemplate(**read_row(database(), self.model, specs, form, row.id, facts))
        if problems := list(typed.problems()):
            raise Invalid(problems)
        return typed

    @expose(f"{ROW}sample/", methods=("POST",))
    def sample_view(self, row_id: int) -> ResponseReturnValue:
        """Sends the stored text with sample values to who asks."""
        self.require(rights.may_edit)
        with transaction() as session:
            address = send_sample(session, self.find(row_id), current_actor())
        flash(f"見本の内容で、{address} へ試しに送ります。", "success")
        return redirect(self.row_url(row_id), 303)
