"""アカウント払い出し申請: a company without an account asks for one (SPEC §6)."""

from __future__ import annotations

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from models.base.db import database, transaction
from models.base.errors import Invalid, Problem
from models.base.fields import specs_of
from models.forms import form_class, mark_required, read, show_problems
from models.services.accounts import receive_account_request
from models.services.attempts import TooMany, count_form, place_subject
from models.services.help_texts import helps_of
from models.services.login import actor_for
from models.services.masters import in_order, master_facts
from models.tables.account import AccountRequest
from models.tables.master import CompanyType
from portal.access import open_to_visitors
from portal.blueprint import portal
from portal.form_layout import layout_of
from web.sent_once import key_sent
from web.signing_in import address

RECEIPT = "account_request_receipt"


def _form() -> FlaskForm:
    specs = {name: specs_of(AccountRequest)[name] for name in AccountRequest.section_names()}
    types = [(row.code, row.label) for row in in_order(database(), CompanyType)]
    form = form_class(specs, FlaskForm, {"company_type": types}, helps=helps_of(database()))()
    mark_required(form, specs, master_facts(database()))
    return form


def _store(form: FlaskForm) -> str:
    specs = {name: spec for name, spec in specs_of(AccountRequest).items() if name in form}
    values, problems = read(form, specs)
    try:
        with transaction() as db:
            count_form(db, place_subject("account_request", address()))
    except TooMany as refused:
        raise Invalid([Problem("", str(refused))]) from refused
    if problems:
        raise Invalid(problems)
    with transaction() as db:
        return receive_account_request(db, values, actor_for(None, address()), key_sent()).number


@portal.route("/account-request", methods=["GET", "POST"])
@open_to_visitors
def request_account() -> ResponseReturnValue:
    """The form; a stored request leads to its receipt."""
    form = _form()
    if request.method == "POST" and form.validate():
        try:
            session[RECEIPT] = _store(form)
            return redirect(url_for("portal.show_account_receipt"))
        except Invalid as invalid:
            show_problems(form, invalid.problems)
    parts = [layout_of(part, form) for part in AccountRequest.__sections__]
    page = render_template("portal/account_request.html", form=form, parts=parts)
    return page, 422 if form.errors else 200


@portal.get("/account-request/receipt")
@open_to_visitors
def show_account_receipt() -> ResponseReturnValue:
    """The number of the request that this browser has sent."""
    number = session.get(RECEIPT)
    if number is None:
        return redirect(url_for("portal.request_account"))
    return render_template("portal/account_request_receipt.html", number=number)
