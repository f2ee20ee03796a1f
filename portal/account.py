"""The account of who is signed in: password, mail address, authenticator app, and where else one is signed in (SPEC §8)."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf import FlaskForm

from models.base.clock import day_text
from models.base.db import database, transaction
from models.base.errors import Refused
from models.services.authenticators import remove_authenticator
from models.services.expiry import last_day
from models.services.mail_change import (
    cancel_mail_change,
    confirm_mail_change,
    find_mail_link,
    pending_mail_change,
    request_mail_change,
)
from models.services.sessions import end_own_session, living_sessions
from portal.blueprint import portal
from web import own_login
from web.form_page import form_page
from web.login_forms import AgainForm, NewMailForm


@portal.get("/account")
def show_account() -> str:
    """What can be set, and what is set."""
    session, account = database(), current_user.account
    return render_template(
        "portal/account.html",
        account=account,
        ends_on=day_text(last_day(session, account)),
        pending=pending_mail_change(session, account),
        session_count=len(living_sessions(session, account)),
    )


@portal.route("/account/password", methods=["GET", "POST"])
def change_own_password() -> ResponseReturnValue:
    """A new password; other sessions end."""
    page, back_url = "portal/account_password.html", url_for("portal.show_account")
    return own_login.ask_new_password(current_user.account, page, back_url)


@portal.route("/account/mail", methods=["GET", "POST"])
def change_mail() -> ResponseReturnValue:
    """Asks for a new address; it counts once its link was opened."""
    form = NewMailForm()

    def change() -> None:
        typed = (form.new_mail.data or "", form.current.data or "")
        request_mail_change(current_user.account, *typed, current_user.actor())

    done = "新しいメールアドレスに確認のメールを送りました。メールのリンクを開くと、変更が完了します。"
    shown = {"account": current_user.account, "pending": pending_mail_change(database(), current_user.account)}
    return form_page(form, change, "portal/account_mail.html", done, url_for("portal.show_account"), **shown)


@portal.post("/account/mail-change/cancel")
def drop_mail_change() -> ResponseReturnValue:
    """The link that waits for its confirmation becomes useless."""
    with transaction() as session:
        cancel_mail_change(session, current_user.account)
    flash("メールアドレスの変更を取りやめました。送信済みのリンクは使えなくなりました。", "success")
    return redirect(url_for("portal.show_account"), 303)


@portal.route("/account/mail/<token>", methods=["GET", "POST"])
def confirm_mail(token: str) -> ResponseReturnValue:
    """Where the mailed link leads: reading changes nothing, the button does."""
    account, form = current_user.account, FlaskForm()
    try:
        link = find_mail_link(token, account)
        if form.validate_on_submit():
            confirm_mail_change(link, account)
            flash("メールアドレスを変更しました。", "success")
            return redirect(url_for("portal.show_account"), 303)
    except Refused as refusal:
        return render_template("portal/account_mail_dead.html", reason=str(refusal)), 410
    return render_template("portal/account_mail_confirm.html", form=form, account=account, new_mail=link.new_mail)


@portal.route("/account/authenticator", methods=["GET", "POST"])
def set_up_authenticator() -> ResponseReturnValue:
    """Sets up an authenticator app: a QR code, then a code of the app as proof."""
    account = current_user.account
    if account.totp_secret:
        flash("認証アプリは登録済みです。登録の解除は、この画面から行えます。", "info")
        return redirect(url_for("portal.show_account"))
    done = "認証アプリを登録しました。次回のログインから、アプリに表示される認証コードを使います。"
    page, back_url = "portal/account_authenticator.html", url_for("portal.show_account")
    return own_login.ask_authenticator(account, page, done, back_url)


@portal.route("/account/authenticator/remove", methods=["GET", "POST"])
def drop_authenticator() -> ResponseReturnValue:
    """Does without the app again."""
    account, form = current_user.account, AgainForm()
    if not account.totp_secret:
        flash("認証アプリは登録されていません。登録は、この画面から行えます。", "info")
        return redirect(url_for("portal.show_account"))

    def remove() -> None:
        remove_authenticator(account, form.current.data or "", current_user.session_id, current_user.actor())

    done = "認証アプリの登録を解除しました。次回のログインから、メールの検証コードを使います。"
    return form_page(form, remove, "portal/account_authenticator_remove.html", done, url_for("portal.show_account"))


@portal.get("/account/sessions")
def show_sessions() -> str:
    """Where one is signed in."""
    rows = living_sessions(database(), current_user.account)
    return render_template("portal/account_sessions.html", rows=rows, current_id=current_user.session_id)


@portal.post("/account/sessions/<int:login_session_id>/end")
def end_one_session(login_session_id: int) -> ResponseReturnValue:
    """Ends one of one's own sessions; this one ends by signing out."""
    if login_session_id == current_user.session_id:
        flash("この端末のログインを終了するには、ログアウトしてください。", "error")
    else:
        end_own_session(current_user.account, login_session_id, current_user.actor())
        flash("選んだ端末のログインを終了しました。", "success")
    return redirect(url_for("portal.show_sessions"), 303)


@portal.post("/account/sessions/end")
def end_others() -> ResponseReturnValue:
    """Ends all of one's own sessions but this one."""
    return own_login.end_others(current_user.account, url_for("portal.show_sessions"))
