"""The forms of signing in and of passwords, of both faces."""

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from models.services.login import LONGEST_NAME
from models.services.passwords import LONGEST

LATIN = {"autocapitalize": "none", "spellcheck": "false"}


def _password(label: str, autocomplete: str, help_text: str = "") -> PasswordField:
    needed = InputRequired(f"{label}を入力してください")
    return PasswordField(
        label, [needed, Length(max=LONGEST * 2)], description=help_text, render_kw={"autocomplete": autocomplete}
    )


def _user_name() -> StringField:
    return StringField(
        "ユーザー名",
        [InputRequired("ユーザー名を入力してください"), Length(max=LONGEST_NAME)],
        render_kw={"autocomplete": "username", **LATIN},
    )


class SignInForm(FlaskForm):
    """User name and password."""

    user_name = _user_name()
    password = _password("パスワード", "current-password")


def _code(label: str, description: str) -> StringField:
    return StringField(
        label,
        [InputRequired(f"{label}を入力してください"), Length(max=40)],
        description=description,
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class AppCodeForm(FlaskForm):
    """Six digits of an authenticator app."""

    code = _code("認証コード", "認証アプリに表示されている6桁の数字です。")


class MailedCodeForm(FlaskForm):
    """Six digits of a mail."""

    code = _code("検証コード", "メールに記載された6桁の数字です。")


class ResetForm(FlaskForm):
    """Whose password is forgotten."""

    user_name = _user_name()


class NewPasswordForm(FlaskForm):
    """A new password, twice."""

    password = _password("新しいパスワード", "new-password")
    repeated = _password("新しいパスワード（確認用）", "new-password", "もう一度同じパスワードを入力してください。")


class AgainForm(FlaskForm):
    """The password in force, asked again of who is signed in."""

    current = _password("現在のパスワード", "current-password", "ご本人の確認のため、入力してください。")


class ChangePasswordForm(NewPasswordForm, AgainForm):
    """The password in force, and the new one twice."""


class NewMailForm(AgainForm):
    """A new mail address; what it must look like is the domain's to say."""

    new_mail = StringField(
        "新しいメールアドレス",
        [InputRequired("新しいメールアドレスを入力してください"), Length(max=254)],
        render_kw={"autocomplete": "email", "inputmode": "email", **LATIN},
    )


class AuthenticatorForm(AgainForm, AppCodeForm):
    """A code of the app that is to be set up."""
