"""Choosing a change, a request's page, and its cancellation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.validators import InputRequired

from models.base.db import database, transaction
from models.base.errors import Invalid, Problem
from models.base.fields import specs_of
from models.base.kind import KINDS, RequestKind
from models.forms import form_class, mark_required, read, show_problems
from models.kinds import CHANGES
from models.services.help_texts import helps_of
from models.services.opening import change_refusal, open_request, opening_refusal
from models.services.queries import own_request, own_site, own_sites, site_label, site_labels
from models.services.transition import cancel_request, cancellation_refusal
from models.tables.request import Request
from portal.access import shown_to_desk
from portal.blueprint import portal
from portal.hooks import current_actor
from portal.start import NOT_OFFERED
from portal.tasks import task_of
from web.sent_once import key_sent


class SiteAndKind(FlaskForm):
    """Which site, and what for."""

    site_id = RadioField("拠点", coerce=int, validators=[InputRequired()])
    kind = RadioField("申込の種類", choices=[(kind.code, kind.label) for kind in CHANGES], validators=[InputRequired()])


@portal.route("/changes/new", methods=["GET", "POST"])
@shown_to_desk
def choose_change() -> ResponseReturnValue:
    """First which site and kind, then the kind's own questions; then the request is opened."""
    session, actor = database(), current_actor()
    sites = own_sites(session, actor)
    form = SiteAndKind(request.form if request.method == "POST" else request.args)
    form.site_id.choices = list(site_labels(session, [site.id for site in sites]).items())
    reasons = {site.id: reason for site in sites if (reason := change_refusal(site, actor))}
    if request.method == "GET" and not request.args.get("kind"):
        form.site_id.data = form.site_id.data or (sites[0].id if len(sites) == 1 else None)
        return _choice_page(form, reasons)
    if form.kind.data not in {kind.code for kind in CHANGES} or form.site_id.data not in {site.id for site in sites}:
        _complain(form, sites)
        return _choice_page(form, reasons), 422
    return _ask_options(form, KINDS[form.kind.data])


def _choice_page(form: SiteAndKind, reasons: Mapping[int, str]) -> str:
    """The sites, those that cannot be chosen with the reason, and the kinds with what they are for."""
    purposes = {kind.code: kind.purpose for kind in CHANGES}
    return render_template(
        "portal/change_choose.html", form=form, purposes=purposes, reasons=reasons, not_offered=NOT_OFFERED
    )


def _complain(form: SiteAndKind, sites: Any) -> None:
    if form.site_id.data not in {site.id for site in sites}:
        form.site_id.errors = ["拠点を選択してください"]
    if form.kind.data not in {kind.code for kind in CHANGES}:
        form.kind.errors = ["申込の種類を選択してください"]


def _ask_options(chosen: SiteAndKind, kind: RequestKind) -> ResponseReturnValue:
    specs = {name: specs_of(Request)[name] for name in kind.options}  # in the order in which the kind asks
    asked = form_class({name: _asked(spec) for name, spec in specs.items()}, FlaskForm, {}, helps=helps_of(database()))
    form = asked(request.form)
    mark_required(form, specs, {"request.kind": kind.code})
    if request.method == "GET":
        return _options_page(form, kind, chosen.site_id.data)
    options, problems = read(form, specs)
    try:
        with transaction() as session:
            site = own_site(session, current_actor(), chosen.site_id.data)
            refuse_unread(problems)
            opened = open_request(session, site, kind, options, current_actor(), sent_key=key_sent())
            number = opened.number
    except Invalid as wrong:
        show_problems(form, wrong.problems)
        return _options_page(form, kind, chosen.site_id.data), 422
    return redirect(url_for("portal.show_request", number=number), 303)


def _options_page(form: FlaskForm, kind: RequestKind, site_id: int) -> str:
    """The kind's own questions, or why it cannot be begun; and what will have to be filled in whatever the answers are."""
    site = own_site(database(), current_actor(), site_id)
    always = [include.record.__label__ for include in kind.includes if include.when is None]
    return render_template(
        "portal/change_open.html",
        form=form,
        names=list(kind.options),
        records=always,
        reason=opening_refusal(site, kind, current_actor()),
        label=site_label(database(), site),
        site=site,
        kind=kind,
        site_id=site_id,
    )


def refuse_unread(problems: list[Problem]) -> None:
    """Stops before the act when something typed could not be read."""
    if problems:
        raise Invalid(problems)


def _asked(spec: Any) -> Any:
    return replace(spec, is_editable=True)


def request_id_of(number: str) -> int:
    """The key behind the eight digits; anything else is no address."""
    if not (number.isascii() and number.isdigit() and len(number) == 8):
        abort(404)
    return int(number)


@portal.get("/requests/<number>")
@shown_to_desk
def show_request(number: str) -> str:
    """A request with its records."""
    session, actor = database(), current_actor()
    found = own_request(session, actor, request_id_of(number))
    label = site_label(session, found.site)
    tasks = [{**task_of(record, record.control_number), "reference": ""} for record in found.records]
    return render_template(
        "portal/request.html",
        found=found,
        label=label,
        tasks=tasks,
        next_task=next((one for one in tasks if one["is_now"]), None),
        facts=_facts(found, label),
        refusal=cancellation_refusal(found, actor, ""),
    )


def _facts(found: Request, label: str) -> list[dict[str, str]]:
    """What was asked for, and the answers that were given when the request was opened."""
    specs = specs_of(Request)
    names = ["opened_on", "opened_by", *found.kind.options, *(["cancel_reason"] if found.cancel_reason else [])]
    answers = [(specs[name].label, specs[name].kind.show(getattr(found, name))) for name in names]
    rows = [("申込の種類", found.kind_title), ("拠点", label), *answers]
    return [{"label": word, "value": value} for word, value in rows]


@portal.route("/requests/<number>/cancel", methods=["GET", "POST"])
def cancel(number: str) -> ResponseReturnValue:
    """Asks first, then cancels a change that was opened by mistake."""
    request_id = request_id_of(number)
    if request.method == "GET":
        found = own_request(database(), current_actor(), request_id)
        return render_template(
            "portal/cancel.html", found=found, refusal=cancellation_refusal(found, current_actor(), "")
        )
    with transaction() as session:
        cancel_request(session, own_request(session, current_actor(), request_id), current_actor())
    return redirect(url_for("portal.show_request", number=number), 303)
