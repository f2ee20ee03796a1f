"""The forms of signing in at the desk."""

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from models.services.passwords import LONGEST


class SignInForm(FlaskForm):
    """User name and password."""

    user_name = StringField(
        "ユーザー名",
        [InputRequired("ユーザー名を入力してください"), Length(max=60)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        "パスワード",
        [InputRequired("パスワードを入力してください"), Length(max=LONGEST * 2)],
        render_kw={"autocomplete": "current-password"},
    )


class CodeForm(FlaskForm):
    """Six digits, of the authenticator app or of a mail."""

    code = StringField(
        "認証コード",
        [InputRequired("認証コードを入力してください"), Length(max=40)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class NewPasswordForm(FlaskForm):
    """A new password, twice."""

    password = PasswordField(
        "新しいパスワード",
        [InputRequired("新しいパスワードを入力してください"), Length(max=LONGEST * 2)],
        render_kw={"autocomplete": "new-password"},
    )
    repeated = PasswordField(
        "新しいパスワード（確認用）",
        [InputRequired("確認のため、もう一度入力してください"), Length(max=LONGEST * 2)],
        render_kw={"autocomplete": "new-password"},
    )


class AgainForm(FlaskForm):
    """The password in force, asked again of who is signed in."""

    current = PasswordField(
        "現在のパスワード",
        [InputRequired("現在のパスワードを入力してください"), Length(max=LONGEST * 2)],
        description="ご本人の確認のため、入力してください。",
        render_kw={"autocomplete": "current-password"},
    )


class ChangePasswordForm(NewPasswordForm, AgainForm):
    """The password in force, and the new one twice."""


class AuthenticatorForm(AgainForm, CodeForm):
    """A code of the app that is to take the present one's place."""
