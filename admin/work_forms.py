"""What operators type in their daily work; the rules are the domain's, these are only the fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField

from models.base.fields import Spec
from models.base.workflow import Status
from models.services.acts import Act, Ask
from models.tables.operator import Operator


class ActForm(FlaskForm):
    """What an act wants besides the rows: a comment, an operator."""

    comment = TextAreaField("コメント")
    assignee_id = SelectField("割り当てる担当者", validate_choice=False)


def act_form(act: Act, operators: Sequence[Operator], comment: str, assignee_id: int | None) -> ActForm:
    """The form of an act, filled with what is given."""
    form = ActForm(data={"comment": comment, "assignee_id": str(assignee_id or "")})
    form.comment.label.text = act.comment_label
    form.comment.flags.required = act.asks_comment is Ask.ALWAYS
    form.assignee_id.choices = operator_choices(operators)
    form.assignee_id.flags.required = True
    return form


def operator_choices(operators: Sequence[Operator]) -> list[tuple[str, str]]:
    """Operators to choose from."""
    return [("", "選択してください"), *((str(one.id), one.name) for one in operators)]


class DueForm(FlaskForm):
    """By when the customer owes the record."""

    due_on = StringField("提出締切日", render_kw={"type": "date"})


class NoteForm(FlaskForm):
    """A note for the desk alone."""

    text = TextAreaField("内部メモ", description="お客様には表示されません。")


class CorrectionForm(FlaskForm):
    """A status that is set by force, with the reason."""

    target = SelectField("訂正後のステータス", validate_choice=False)
    reason = TextAreaField("訂正の理由", description="履歴に残り、お客様にはコメントとして表示されます。")


def correction_form(statuses: list[Status]) -> CorrectionForm:
    """With the statuses of the record's workflow."""
    form = CorrectionForm()
    form.target.choices = [("", "選択してください"), *((status.value, status.desk_label) for status in statuses)]
    form.target.flags.required = form.reason.flags.required = True
    return form


class MoveForm(FlaskForm):
    """The comment of one move, and the version of the record that it was looked at with."""

    version = HiddenField()
    comment = TextAreaField("お客様へのコメント")
    looked_at = BooleanField("書類を確かめました。番号が違うまま進めます")


REMARK = "remark_"


def move_form(marked: Mapping[str, Spec]) -> Any:
    """The form of a move, with a remark to each of the fields that it can be pinned to."""
    remarks = {f"{REMARK}{name}": StringField(spec.label) for name, spec in marked.items()}
    return type("MoveForm", (MoveForm,), remarks)()


class AssignForm(FlaskForm):
    """Whose work a record is."""

    assignee_id = SelectField("担当者", validate_choice=False)


class ReasonForm(FlaskForm):
    """Why a change is cancelled."""

    reason = TextAreaField("中止の理由", description="お客様にも表示されます。")
