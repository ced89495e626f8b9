"""The mail server that the settings name: where it is, and how it is spoken to."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from core.errors import Refused
from core.language import lazy

LOOPBACK = ("127.0.0.1", "localhost", "::1")
PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True)
class MailServer:
    """`tls`: "whole" from the first byte, "begun" by STARTTLS, "none" on this machine alone."""

    host: str
    port: int
    user: str
    tls: str
    sender: str
    password: str = field(default="", repr=False)

    @property
    def domain(self) -> str:
        """What stands behind the @ of the sender and of every Message-ID."""
        return self.sender.rpartition("@")[2]


def mail_server(settings) -> MailServer | None:
    """The server of these settings; None where none is named. Refused names the setting that cannot be understood."""
    if not settings.mail:
        return None
    try:
        parts = urlsplit(settings.mail)
        port = parts.port or PORTS[parts.scheme]
    except (ValueError, KeyError):
        raise _not_understood() from None
    if not parts.hostname or parts.path.strip("/") or parts.password or parts.query:
        raise _not_understood()
    user = unquote(parts.username or "")
    sender = settings.mail_from or (user if "@" in user else "")
    if "@" not in sender or not sender.isprintable() or " " in sender:
        raise Refused(lazy("The mails have no sender. Set `mail_from` in commonweal.toml, such as upr@example.org."))
    tls = "whole" if parts.scheme == "smtps" else "none" if parts.hostname in LOOPBACK else "begun"
    return MailServer(parts.hostname, port, user, tls, sender, _password(settings))


def _not_understood():
    return Refused(lazy("The setting `mail` is no address of a mail server. It is smtp://user@host:port, or smtps:// "
                        "where TLS begins at once; the password does not stand in it."))


def _password(settings):
    if settings.mail_password or not settings.mail_password_file:
        return settings.mail_password
    try:
        return Path(settings.mail_password_file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise Refused(lazy("The file that `mail_password_file` names cannot be read. Look at its name and its "
                           "rights.")) from None
