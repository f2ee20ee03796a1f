"""お知らせ: what the desk changed, newest first, and which of it has not been marked as read."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from models.base.clock import day_text
from models.base.db import database, transaction
from models.base.numbers import number_in
from models.base.values import Day
from models.base.workflow import Status
from models.services.queries import site_labels
from models.services.updates import Update, mark_seen, unread_count, updates_of
from models.tables.event import Action
from portal.blueprint import portal


@portal.app_template_global("unread_count")
def count_unread() -> int:
    """What the bell says; nothing while the database is away, whose page has a head too."""
    return 0 if g.get("is_database_away") else unread_count(database(), current_user.account)


@portal.get("/updates")
def show_updates() -> str:
    """A page of the desk's changes. Looking marks nothing as read: reading never writes, the button does."""
    session, account = database(), current_user.account
    before = number_in(request.args.get("before", ""))
    found, older = updates_of(session, account, before)
    labels = site_labels(session, {one.record.request.site_id for one in found})
    return render_template(
        "portal/updates.html",
        items=[_item(one, labels[one.record.request.site_id]) for one in found],
        newest=found[0].event.id if found and before is None else None,
        is_first=before is None,
        older_url=url_for("portal.show_updates", before=older) if older else None,
    )


@portal.post("/updates")
def mark_updates() -> ResponseReturnValue:
    """Marks as read what the page listed; what came in meanwhile stays unread."""
    up_to = number_in(request.form.get("up_to", ""))
    if up_to:
        with transaction() as session:
            mark_seen(session, current_user.account, up_to)
        flash("すべて既読にしました。", "success")
    return redirect(url_for("portal.show_updates"), 303)


def _item(update: Update, label: str) -> dict[str, Any]:
    """What components/update_list.html wants to know."""
    event, record = update.event, update.record
    status = Status(event.to_status) if event.to_status else None
    return {
        "at": event.at,
        "is_unread": update.is_unread,
        "title": record.title,
        "url": url_for("portal.show_record", record_id=record.id),
        "caption": label,
        "reference": f"{record.request.kind.label} {record.request.number}",
        "status": record.workflow.label_of(status) if status else None,
        "tone": status.tone if status else None,
        "text": _text(update),
        "comment": event.comment,
    }


def _text(update: Update) -> str:
    """What happened besides a new status, in a sentence."""
    event, edited = update.event, dict(update.edited)
    if event.action == Action.UPLOADED:
        return f"ファイル「{(event.changes or {}).get('file', ['', ''])[1]}」を追加しました。"
    if event.action == Action.TAKEN_BACK:
        return "直前のステータスの変更を取り消しました。"
    if event.action == Action.CORRECTED:
        return "ステータスを訂正しました。"
    sentences = []
    if edited.pop("due_on", None):
        due = Day().parse(given) if (given := (event.changes or {})["due_on"][1]) else None
        sentences.append(f"提出締切日を{day_text(due)}にしました。" if due else "提出締切日をなくしました。")
    if edited:
        sentences.append(f"次の項目の内容を変更しました：{'、'.join(edited.values())}")
    return "".join(sentences)
