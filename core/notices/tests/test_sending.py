"""The mail server: TLS or nothing, but on this machine; a refusal becomes what an administrator can do about it."""

import smtplib
import ssl
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from core.config import Settings, read_settings
from core.db import utc_now
from core.errors import Refused
from core.notices import sending
from core.notices.mail_server import mail_server
from core.notices.sending import REASONS, MailDoor, Undelivered, undelivered
from core.testing.mailbox import serving


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for localhost that nobody but this test trusts: (the server's context, what a client trusts)."""
    folder = tmp_path_factory.mktemp("tls")
    key, now = ec.generate_private_key(ec.SECP256R1()), utc_now()
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
            .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
            .sign(key, hashes.SHA256()))
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return server, folder / "cert.pem"


def message():
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "post@server.example", "mirela@invented.example", "News for you"
    made.set_content("Something waits for you.")
    return made


def server_of(box, tls, **more):
    settings = Settings(None, mail=box.url.replace("127.0.0.1", "localhost"), mail_from="post@server.example")
    return replace(mail_server(settings), tls=tls, **more)


def trusting(monkeypatch, path):
    monkeypatch.setattr(sending, "trusted", lambda: ssl.create_default_context(cafile=path))


@pytest.mark.parametrize(("tls", "options"), [("begun", {"require_starttls": True}), ("whole", {})])
def test_a_server_whose_certificate_is_trusted_gets_the_mail_over_tls(certificate, monkeypatch, tls, options):
    context, path = certificate
    trusting(monkeypatch, path)
    more = {"tls_context": context, **options} if tls == "begun" else {"context": context}
    with serving(**more) as box, MailDoor(server_of(box, tls)) as door:
        door.send(message())
        door.send(message())
        assert [one.to for one in box.received] == [("mirela@invented.example",)] * 2


@pytest.mark.parametrize("tls", ["begun", "whole"])
def test_a_server_whose_certificate_nobody_trusts_gets_nothing(certificate, tls):
    context, _path = certificate
    more = {"tls_context": context} if tls == "begun" else {"context": context}
    with serving(**more) as box, MailDoor(server_of(box, tls)) as door:
        with pytest.raises(Undelivered) as caught:
            door.send(message())
        assert (caught.value.reason, caught.value.permanent, box.received) == ("tls", False, [])


def test_a_server_that_offers_no_tls_gets_nothing_in_clear():
    with serving() as box, MailDoor(server_of(box, "begun")) as door:
        with pytest.raises(Undelivered) as caught:
            door.send(message())
        assert (caught.value.reason, box.received) == ("tls", [])
    assert str(caught.value.sentence).endswith("Nothing was sent in clear.")


@pytest.mark.parametrize(("address", "said"), [
    ("smtp://post@mail.example.org", ("mail.example.org", 587, "post", "begun")),
    ("smtp://post%40example.org@mail.example.org:25", ("mail.example.org", 25, "post@example.org", "begun")),
    ("smtps://post@mail.example.org", ("mail.example.org", 465, "post", "whole")),
    ("smtp://127.0.0.1:2525", ("127.0.0.1", 2525, "", "none")),
    ("smtp://[::1]:25", ("::1", 25, "", "none")),
    ("smtp://10.0.0.5:25", ("10.0.0.5", 25, "", "begun"))])
def test_the_setting_names_a_server_and_only_this_machine_needs_no_tls(address, said):
    server = mail_server(Settings(None, mail=address, mail_from="upr@example.org"))
    assert (server.host, server.port, server.user, server.tls) == said


@pytest.mark.parametrize("address", ["mail.example.org", "http://mail.example.org", "smtp://", "smtp://a:secret@host",
                                     "smtp://host:99999", "smtp://host/path", "smtp://host?tls=no"])
def test_a_setting_that_is_no_server_is_refused_and_never_repeats_a_password(address):
    with pytest.raises(Refused, match="no address of a mail server") as caught:
        mail_server(Settings(None, mail=address, mail_from="upr@example.org"))
    assert "secret" not in str(caught.value)


def test_the_sender_is_said_or_follows_from_the_user():
    assert mail_server(Settings(None, mail="smtp://upr%40example.org@host")).sender == "upr@example.org"
    for more in ({}, {"mail_from": "nobody"}, {"mail_from": "a@b\nBcc: c@d"}):
        with pytest.raises(Refused, match="Set `mail_from`"):
            mail_server(Settings(None, mail="smtp://post@host", **more))
    assert mail_server(Settings(None)) is None


def test_the_password_comes_from_the_environment_or_a_file_and_never_from_the_settings(tmp_path):
    (tmp_path / "commonweal.toml").write_text('mail = "smtp://upr%40example.org@host"\n')
    settings = read_settings(tmp_path, {"COMMONWEAL_MAIL_PASSWORD": "six words"})
    assert mail_server(settings).password == "six words" and "six words" not in repr((settings, mail_server(settings)))
    (tmp_path / "password").write_text("of a file\n")
    settings = read_settings(tmp_path, {"COMMONWEAL_MAIL_PASSWORD_FILE": str(tmp_path / "password")})
    assert mail_server(settings).password == "of a file"
    with pytest.raises(Refused, match="cannot be read"):
        mail_server(replace(settings, mail_password_file=str(tmp_path / "nothing")))
    (tmp_path / "commonweal.toml").write_text('mail_password = "six words"\n')
    with pytest.raises(Refused, match="COMMONWEAL_MAIL_PASSWORD"):
        read_settings(tmp_path, {})


@pytest.mark.parametrize(("error", "reason", "permanent"), [
    (smtplib.SMTPRecipientsRefused({"a@b": (550, b"no")}), "address", True),
    (smtplib.SMTPRecipientsRefused({"a@b": (450, b"no")}), "later", False),
    (smtplib.SMTPSenderRefused(550, b"no", "a@b"), "sender", False),
    (smtplib.SMTPSenderRefused(451, b"no", "a@b"), "later", False),
    (smtplib.SMTPDataError(554, b"spam"), "message", True),
    (smtplib.SMTPDataError(451, b"no"), "later", False),
    (smtplib.SMTPAuthenticationError(535, b"no"), "sign-in", False),
    (smtplib.SMTPNotSupportedError("SMTPUTF8 not supported by server"), "address", True),
    (smtplib.SMTPServerDisconnected("gone"), "unreachable", False),
    (TimeoutError(), "unreachable", False), (ssl.SSLError(), "tls", False), (ValueError("a@b"), "written", False)])
def test_every_error_becomes_a_reason_without_the_words_of_the_server(error, reason, permanent):
    made = undelivered(error)
    assert (made.reason, made.permanent, made.sentence) == (reason, permanent, REASONS[reason])


def test_every_reason_is_a_sentence_that_says_what_to_look_at():
    assert {reason: str(words)[-1] for reason, words in REASONS.items()} == {
        reason: "." if reason != "settings" else "r" for reason in REASONS}
