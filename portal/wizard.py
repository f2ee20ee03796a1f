"""新設申込: one view for the eight pages of the application form (SPEC §6, §7)."""

from __future__ import annotations

from flask import flash, g, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from models.base.db import database, transaction
from models.base.errors import Invalid
from models.base.numbers import number_in
from models.forms import typed_in
from models.kinds.application import LAST, page_with
from models.services.applying import PriceChanged, submit_application
from models.services.attempts import TooMany
from models.services.drafting import (
    DraftExpired,
    begin_draft,
    drop_draft,
    idle_time,
    read_draft,
    save_page,
    touch_draft,
)
from models.services.login import actor_for
from models.tables.draft import Draft
from portal.access import open_to_visitors
from portal.blueprint import portal
from portal.draft_cookie import draft_token, forget_draft, locked_draft, peeked_draft, remember_draft, visited_draft
from portal.postal_codes import fill_address
from portal.quoting import keep_quote
from portal.wizard_page import Visit, address_of_page, copy_into, kept_form, render_page, sent_form, visit_of
from web.signing_in import address

PAGE = f"/apply/<int(min=1, max={LAST.number}):page>"


@portal.get(PAGE)
@open_to_visitors
def apply(page: int) -> ResponseReturnValue:
    """A page as it was left; one that may not be filled yet leads to the first that has to be."""
    draft = visited_draft()
    if draft is not None and draft.request_id is not None:
        return redirect(url_for("portal.show_receipt"), 303)
    visit = visit_of(draft, page)
    if turned_away := _first_page_due(visit):
        return turned_away
    # What was all right once and is not any more (a day has passed, a plan was withdrawn) is said at once.
    problems = visit.application.problems_on(page) if page <= visit.draft.page else []
    return render_page(visit, kept_form(visit, problems))


def _first_page_due(visit: Visit) -> ResponseReturnValue | None:
    due = visit.application.first_incomplete_page
    if visit.number <= due:
        return None
    was_done = due <= visit.draft.page
    text = (
        f"{due}ページ目に、直していただくところがあります。"
        if was_done
        else f"先に、{due}ページ目の入力を済ませてください。"
    )
    flash(text, "warning" if was_done else "info")
    return redirect(address_of_page(due, visit.is_correction or visit.draft.page >= LAST.number - 1), 303)


@portal.post(PAGE)
@open_to_visitors
def save_application(page: int) -> ResponseReturnValue:
    """Keeps what was typed, whatever it is; then goes where the pressed button leads."""
    try:
        with transaction() as session:
            draft, token = _draft_to_write(session, page)
            response = make_response(_act(session, draft, page))
    except TooMany as refusal:
        visit = visit_of(None, page)
        form = sent_form(visit)
        form.form_errors = [str(refusal)]
        return render_page(visit, form), 429
    if token:
        remember_draft(response, token)
    return response


def _draft_to_write(session: Session, page: int) -> tuple[Draft, str | None]:
    # The first page that is sent begins the form; without it, a later page belongs to a form that is gone.
    if page == 1 and draft_token() is None:
        return begin_draft(session, address())
    return locked_draft(session), None


def _act(session: Session, draft: Draft, page: int) -> ResponseReturnValue:
    if draft.request_id is not None:
        return redirect(url_for("portal.show_receipt"), 303)
    visit = Visit(read_draft(session, draft), page)
    form = sent_form(visit)
    is_helped = fill_address(form) or copy_into(form, visit)
    save_page(session, draft, page, typed_in(form, visit.application.specs_on(page)))
    visit = Visit(read_draft(session, draft, visit.application.masters), page)
    if is_helped:
        return render_page(visit, form)
    return _go(session, visit, request.form.get("go", "next"))


def _go(session: Session, visit: Visit, way: str) -> ResponseReturnValue:
    due = visit.application.first_incomplete_page
    if way == "save":
        flash("ここまでの入力内容を保存しました。", "success")
        return redirect(address_of_page(visit.number, visit.is_correction), 303)
    if way == "back":
        return redirect(address_of_page(max(1, visit.number - 1)), 303)
    if (target := number_in(way.removeprefix("to-"))) is not None:
        return redirect(address_of_page(min(max(1, target), due)), 303)
    if visit.number > due:
        return _first_page_due(visit) or redirect(address_of_page(due), 303)
    return _next(session, visit)


def _next(session: Session, visit: Visit) -> ResponseReturnValue:
    if problems := visit.application.problems_on(visit.number):
        return render_page(visit, kept_form(visit, problems)), 422
    if visit.number == LAST.number:
        return _submit(session, visit)
    keep_quote()
    save_page(session, visit.draft, visit.number, {}, is_done=True)
    for warning in visit.application.warnings_on(visit.number):
        flash(f"{visit.number}ページ目の入力について：{warning.message}", "warning")
    target = LAST.number if visit.is_correction else visit.number + 1
    due = read_draft(session, visit.draft, visit.application.masters).first_incomplete_page
    return redirect(address_of_page(min(target, due), visit.is_correction), 303)


def _submit(session: Session, visit: Visit) -> ResponseReturnValue:
    actor = actor_for(None, address(), g.get("trace_id", ""))
    try:
        with session.begin_nested():  # what was typed stays, whatever becomes of the application
            submit_application(session, visit.draft, request.form.get("quote", ""), actor)
    except PriceChanged:
        keep_quote()  # what was seen, so that the page says that it is no longer so
        return render_page(visit, kept_form(visit)), 409
    except Invalid as wrong:
        return _send_back(visit, wrong)
    return redirect(url_for("portal.show_receipt"), 303)


def _send_back(visit: Visit, wrong: Invalid) -> ResponseReturnValue:
    # Something that was all right a moment ago is not any more: a day has passed, or another took the site's name.
    for problem in wrong.problems:
        page = page_with(problem.field) or LAST
        flash(problem.message, "error")
        return redirect(address_of_page(page.number, is_correction=True), 303)
    return redirect(address_of_page(visit.application.first_incomplete_page), 303)


@portal.get("/apply/anew")
@open_to_visitors
def begin_anew() -> ResponseReturnValue:
    """To an empty first page once the hour is over; a form that still lives is left as it is."""
    response = make_response(redirect(url_for("portal.apply", page=1), 303))
    try:
        peeked_draft()
    except DraftExpired:
        forget_draft(response)
    return response


@portal.get("/apply/time")
@open_to_visitors
def show_time_left() -> ResponseReturnValue:
    """How long the form still lives, for the countdown; asking does not prolong it."""
    return jsonify({"seconds_left": read_draft(database(), peeked_draft()).seconds_left})


@portal.post("/apply/time")
@open_to_visitors
def prolong() -> ResponseReturnValue:
    """「続ける」 in the countdown: the hour begins again."""
    with transaction() as session:
        draft = locked_draft(session)
        touch_draft(session, draft)
        seconds = read_draft(session, draft).seconds_left
    return jsonify({"seconds_left": seconds})


@portal.route("/apply/quit", methods=["GET", "POST"])
@open_to_visitors
def quit_application() -> ResponseReturnValue:
    """Asks first, then forgets the form at once; on a shared computer nobody else shall find it."""
    if request.method == "GET":
        page = request.args.get("page", 1, type=int)
        return render_template("portal/apply/quit.html", page=page if 1 <= page <= LAST.number else 1)
    with transaction() as session:
        draft = locked_draft(session)
        if draft.request_id is None:
            drop_draft(session, draft)
    flash("入力内容を消去しました。", "success")
    response = make_response(redirect(url_for("portal.show_start"), 303))
    forget_draft(response)
    return response


@portal.errorhandler(DraftExpired)
def show_expired(expired: DraftExpired) -> ResponseReturnValue:
    """The hour is over: what happened, and the way to begin anew. A receipt is no longer shown, but what it said still holds."""
    is_receipt = expired.was_submitted or request.path.startswith(url_for("portal.show_receipt"))
    page = render_template(
        "portal/apply/expired.html", reason=str(expired), is_receipt=is_receipt, idle_time=idle_time()
    )
    response = make_response(page, 410)
    forget_draft(response)
    return response
