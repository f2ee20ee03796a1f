"""A real mail server on loopback whose answers a test decides."""

from __future__ import annotations

import asyncio
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


class Postman:
    """Takes mails in. `refuses` maps an address to its answer; `answer` is said to every mail; `hangs_up` cuts after taking one."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuses: dict[str, str] = {}
        self.answer = "250 OK"
        self.hangs_up = False

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            message = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.mails.append(message)
        if self.hangs_up:
            server.transport.abort()
        return self.answer

    @property
    def ids(self) -> list[str]:
        """The Message-IDs of what was taken in."""
        return [str(mail["Message-ID"]) for mail in self.mails]


class Server(Controller):
    """Listens on a free port of loopback."""

    def __init__(self, postman: Postman, hostname: str = "127.0.0.1") -> None:
        super().__init__(postman, hostname=hostname, port=0, decode_data=False)

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()

    @property
    def url(self) -> str:
        """The server as MAIL_URL names it."""
        return f"smtp://{self.hostname}:{self.port}"
