"""A mail server of one's own: what the house sends arrives here, and nowhere else."""

import logging
import socket
import ssl
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from core.testing.required import lacking


@dataclass
class Received:
    """One message as it came in. `to`: whom the envelope names, which is what decides who gets it."""

    to: tuple[str, ...]
    message: EmailMessage
    raw: bytes = field(repr=False)

    @property
    def subject(self) -> str:
        return self.message["Subject"]

    @property
    def words(self) -> str:
        return self.message.get_content().replace("\r\n", "\n")


@dataclass
class Mailbox:
    """`url` is for the setting `mail`. `received` in the order of arrival. `answers`: what the server says instead of
    taking a message, by address, such as "550 no such user"."""

    url: str
    received: list[Received] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.received.append(Received(tuple(envelope.rcpt_tos), message, envelope.content))
        return "250 OK"

    @property
    def addresses(self) -> list[str]:
        return sorted(address for one in self.received for address in one.to)


@contextmanager
def serving(scheme: str = "smtp", context: ssl.SSLContext | None = None, **options):
    """A mailbox behind a server on this machine, until the end of the block; `options` are aiosmtpd's."""
    try:
        from aiosmtpd.controller import Controller  # optional dependency
    except ImportError:
        lacking("aiosmtpd", "It is in the extra `test`.")
    logging.getLogger("mail.log").setLevel(logging.ERROR)      # the server's own, which says who gets what
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    box = Mailbox(f"{scheme}://127.0.0.1:{port}")
    controller = Controller(box, hostname="127.0.0.1", port=port, ssl_context=context, **options)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


@pytest.fixture
def mailbox():
    """A real SMTP server on this machine, and what has arrived there (core.testing.mailbox.Mailbox)."""
    with serving() as box:
        yield box
