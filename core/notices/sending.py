"""Handing a message to the mail server: the only place that opens a connection to another host."""

import smtplib
import ssl

from core.language import Words, lazy
from core.notices.mail_server import MailServer

SECONDS = 20

# What an administrator reads of a message that was not sent. A row keeps the word alone: what a mail server says
# carries the address.
REASONS = {
    "not-set-up": lazy("No mail server is set up. Set “mail” in commonweal.toml, and start anew."),
    "settings": lazy("The settings of the mail server cannot be understood. Run: commonweal doctor"),
    "unreachable": lazy("The mail server cannot be reached. Look at “mail” in commonweal.toml, and at the server."),
    "tls": lazy("The mail server offers no safe connection (TLS) that can be trusted. Nothing was sent in clear."),
    "sign-in": lazy("The mail server does not take the user and the password."),
    "sender": lazy("The mail server does not take the sender. Look at `mail_from` in commonweal.toml."),
    "address": lazy("The mail server does not know this address. A coordinator can ask the person for a new one."),
    "later": lazy("The mail server took the message for the time being not."),
    "message": lazy("The mail server refuses the message itself."),
    "written": lazy("The message could not be written. The log says where."),
}
SERVERS_FAULT = {"not-set-up", "settings", "unreachable", "tls", "sign-in", "sender"}   # the next message ends alike


class Undelivered(Exception):
    """A message was not sent. `permanent`: trying again will not help."""

    def __init__(self, reason: str, permanent: bool = False):
        super().__init__(reason)
        self.reason, self.permanent = reason, permanent

    @property
    def sentence(self) -> Words:
        return REASONS[self.reason]


def trusted() -> ssl.SSLContext:
    """What a mail server has to show: a certificate for its name, of an authority that this machine trusts."""
    return ssl.create_default_context()


class MailDoor:
    """One connection for many messages, opened with the first: `with MailDoor(server) as door: door.send(message)`.
    `server` is None where none is set up; then nothing is sent."""

    def __init__(self, server: MailServer | None):
        self.server = server
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._close()

    def send(self, message) -> None:
        """Hand over one message, to its one recipient. Raises Undelivered."""
        if self.server is None:
            raise Undelivered("not-set-up")
        try:
            smtp = self._smtp or self._opened(self.server)
            smtp.send_message(message, self.server.sender, [message["To"].addresses[0].addr_spec])
        except Exception as error:
            self._close()
            raise undelivered(error) from None          # the error itself carries the address

    def _opened(self, server):
        # Its own name would tell the recipient's server on which machine this runs.
        if server.tls == "whole":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, server.domain, timeout=SECONDS,
                                                  context=trusted())
        else:
            smtp = smtplib.SMTP(server.host, server.port, server.domain, timeout=SECONDS)
        self._smtp = smtp
        if server.tls == "begun":
            smtp.starttls(context=trusted())
        if server.user and server.password:
            smtp.login(server.user, server.password)
        return smtp

    def _close(self):
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None


def undelivered(error: Exception) -> Undelivered:
    """The error as what an administrator can do about it; a server's own words are dropped."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _words in error.recipients.values()]
        return Undelivered("address", True) if any(code >= 500 for code in codes) else Undelivered("later")
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Undelivered("sign-in")
    if isinstance(error, smtplib.SMTPSenderRefused):
        return Undelivered("sender" if error.smtp_code >= 500 else "later")
    if isinstance(error, smtplib.SMTPDataError):
        return Undelivered("message", True) if error.smtp_code >= 500 else Undelivered("later")
    if isinstance(error, smtplib.SMTPNotSupportedError) and "SMTPUTF8" in str(error):
        return Undelivered("address", True)
    if isinstance(error, (smtplib.SMTPNotSupportedError, ssl.SSLError)):
        return Undelivered("tls")
    if isinstance(error, (OSError, smtplib.SMTPException)):
        return Undelivered("unreachable")
    return Undelivered("written")
