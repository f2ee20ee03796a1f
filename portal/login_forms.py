"""The forms of signing in and of passwords."""

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from models.services.passwords import LONGEST

LATIN = {"autocapitalize": "none", "spellcheck": "false"}


def _password(label: str, autocomplete: str, help_text: str = "") -> PasswordField:
    needed = InputRequired(f"{label}を入力してください")
    return PasswordField(
        label, [needed, Length(max=LONGEST * 2)], description=help_text, render_kw={"autocomplete": autocomplete}
    )


class SignInForm(FlaskForm):
    """User name and password."""

    user_name = StringField(
        "ユーザー名",
        [InputRequired("ユーザー名を入力してください"), Length(max=60)],
        render_kw={"autocomplete": "username", **LATIN},
    )
    password = _password("パスワード", "current-password")


class CodeForm(FlaskForm):
    """The six digits that were mailed."""

    code = StringField(
        "検証コード",
        [InputRequired("検証コードを入力してください"), Length(max=40)],
        description="メールに記載された6桁の数字です。",
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class ResetForm(FlaskForm):
    """Whose password is forgotten."""

    user_name = StringField(
        "ユーザー名",
        [InputRequired("ユーザー名を入力してください"), Length(max=60)],
        render_kw={"autocomplete": "username", **LATIN},
    )


class NewPasswordForm(FlaskForm):
    """A new password, twice."""

    password = _password("新しいパスワード", "new-password")
    repeated = _password("新しいパスワード（確認用）", "new-password", "もう一度同じパスワードを入力してください。")


class ChangePasswordForm(NewPasswordForm):
    """The password in force, and the new one twice."""

    current = _password("現在のパスワード", "current-password")
