"""How a mail leaves: to the mail server of MAIL_URL, or into the folder of a `maildir:`."""

from __future__ import annotations

import mailbox
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import TracebackType
from urllib.parse import SplitResult, unquote, urlsplit

from models.base.settings import ROOT

TIMEOUT_SECONDS = 10
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
SHOWN = 300
IN_CLEAR = (
    "メールサーバーが暗号化（STARTTLS）に応じないため、パスワードを送りませんでした。MAIL_URLの設定を確認してください。"
)


class Undeliverable(Exception):
    """The mail server refuses this mail for good: trying again is of no use."""


class Postponed(Exception):
    """The mail server wants this mail later."""


class Unreachable(Postponed):
    """The mail server is away or wrongly set up: every mail goes out later."""


def maildir_of(mail_url: str) -> Path | None:
    """The folder of a `maildir:`, or None where mails go to a server."""
    return ROOT / mail_url.removeprefix("maildir:") if mail_url.startswith("maildir:") else None


class Transport:
    """Carries mails one after the other; a connection is opened when the first one goes and closed at the end."""

    def __init__(self, mail_url: str) -> None:
        self._folder = maildir_of(mail_url)
        self._server = urlsplit(mail_url)
        self._connection: smtplib.SMTP | None = None

    def __enter__(self) -> Transport:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()

    def send(self, message: EmailMessage) -> None:
        """Hands the mail over; raises Undeliverable, Postponed or Unreachable."""
        try:
            if self._folder is not None:
                _put(self._folder, message)
            else:
                self._connection = self._connection or _connect(self._server)
                self._connection.send_message(message)
        except (
            smtplib.SMTPRecipientsRefused,
            smtplib.SMTPDataError,
            smtplib.SMTPNotSupportedError,
            UnicodeError,
        ) as error:
            raise (Undeliverable if _is_final(error) else Postponed)(_said(error)) from error
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise Unreachable(_said(error)) from error

    def close(self) -> None:
        """Ends the connection; a server that does not answer to the farewell is left alone."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            connection.quit()
        except (OSError, smtplib.SMTPException):
            connection.close()


def _put(folder: Path, message: EmailMessage) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    kept = mailbox.MaildirMessage(message)
    # Demo data tells of past months: their mails lie below today's, whatever is delivered first.
    kept.set_date(parsedate_to_datetime(message["Date"]).timestamp())
    mailbox.Maildir(folder).add(kept)


def _connect(server: SplitResult) -> smtplib.SMTP:
    host, trust = server.hostname or "localhost", ssl.create_default_context()
    connection: smtplib.SMTP
    if server.scheme == "smtps":
        connection = smtplib.SMTP_SSL(host, server.port or 465, timeout=TIMEOUT_SECONDS, context=trust)
    else:
        connection = smtplib.SMTP(host, server.port or 25, timeout=TIMEOUT_SECONDS)
    try:
        connection.ehlo_or_helo_if_needed()
        # Inside this machine nobody listens in, and a local mail server's certificate is rarely one that can be checked.
        if server.scheme == "smtp" and host not in LOOPBACK and connection.has_extn("starttls"):
            connection.starttls(context=trust)
        elif server.scheme == "smtp" and host not in LOOPBACK and server.username:
            connection.close()  # whoever sits between could leave STARTTLS out of the answer, and read the password
            raise Unreachable(IN_CLEAR)
        if server.username:
            connection.login(unquote(server.username), unquote(server.password or ""))
    except (OSError, smtplib.SMTPException):
        connection.close()
        raise
    return connection


def _is_final(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return error.smtp_code >= 500 if isinstance(error, smtplib.SMTPDataError) else True


def _said(error: Exception) -> str:
    # Never the whole error: it may carry addresses or what was sent.
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = {f"{code} {_text(answer)}" for code, answer in error.recipients.values()}
        return f"宛先が受け付けられませんでした：{'／'.join(sorted(answers))}"[:SHOWN]
    if isinstance(error, smtplib.SMTPResponseException):
        return f"メールサーバーの応答：{error.smtp_code} {_text(error.smtp_error)}"[:SHOWN]
    return f"メールサーバーへ渡せませんでした：{type(error).__name__}"


def _text(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
