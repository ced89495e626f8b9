"""A row of the outbox becomes a message: to one recipient, in their language, saying no more than they want it to."""

from datetime import UTC
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from core.context import Context
from core.language import _
from core.notices.absent import context_for
from core.notices.discretion import is_discreet, is_discreet_to_invited, rules_of
from core.notices.kinds import KINDS, Letter, Recipient
from core.notices.mail_server import MailServer
from core.notices.sending import Undelivered
from core.people.labels import address_of
from core.web.outside import as_if_asked, whole_address


def message_of(app, row, server: MailServer, now) -> EmailMessage | None:
    """The message of this row of the outbox; None where there is nothing to say any more, or where the person has no
    seat now."""
    ctx = _context(row, now)
    if ctx is None:
        return None
    kind, to = KINDS[row.kind], Recipient(app, ctx, row.parameters, row.invitation)
    with as_if_asked(app, ctx):
        if not kind.is_due(to):
            return None
        is_quiet = is_discreet(row.person, ctx.coalition) if row.person else is_discreet_to_invited(row.invitation)
        letter = kind.discreet(to) if is_quiet else kind.plain(to)
        reply_to = None if is_quiet else _reply_to(ctx)
        text = _text(app, ctx, letter, is_quiet, reply_to)
    return _message(row, server, address_of(row.person or row.invitation), letter.subject, text, reply_to, now)


def _context(row, now):
    """In which the recipient reads it; None where there is nothing for them to read any more."""
    if row.person is not None:
        return context_for(row.person, row.coalition, now)
    content = row.invitation.content()
    if content is None or row.coalition.is_locked:
        return None
    return Context(locale=content["locale"], now=now, via="job").at(row.coalition)


def _reply_to(ctx):
    """The address that a coordinator has offered for answers, as long as that seat stands."""
    if ctx.coalition is None:
        return None
    seat = rules_of(ctx.coalition).reply_to
    return address_of(seat.person) if seat is not None and seat.ended_at is None else None


def _text(app, ctx, letter: Letter, is_quiet, reply_to):
    parts = [*letter.paragraphs, whole_address(app.settings, letter.path)]
    if not is_quiet:
        parts.append(_("Your answer goes to a person of the coalition.") if reply_to else
                     _("Nobody reads answers to this address. Ask a coordinator of the coalition.") if ctx.coalition
                     else _("Nobody reads answers to this address."))
        parts.append(_("What you hear by mail, you choose here:") + "\n" +
                     whole_address(app.settings, "/account/notices"))
    return "\n\n".join(parts) + "\n"


def _message(row, server, address, subject, text, reply_to, now):
    message = EmailMessage()
    message["From"] = server.sender
    message["To"] = _one_recipient(address)
    message["Subject"] = subject
    message["Date"] = format_datetime(now.replace(tzinfo=UTC))
    message["Message-ID"] = f"<{row.uid}@{server.domain}>"      # the same for a second try: the reader sees one
    message["Auto-Submitted"] = "auto-generated"
    if reply_to:
        message["Reply-To"] = reply_to
    message.set_content(text, cte="quoted-printable")
    return message


def _one_recipient(address):
    """A comma in what was typed as an address would make two of it."""
    try:
        return Address(addr_spec=address)
    except Exception:                           # it raises what its parser happens to stumble over
        raise Undelivered("address", permanent=True) from None
