"""Text from any office program: its encoding is told by evidence, and what does not fit is not hidden."""

import pytest

from core.tables.encodings import decode, has_lost_bytes

FRENCH = "N°;Recommandation\n6.1;Créer un refuge pour l’égalité à Évora\n6.2;Où naît le rêve “déçu”\n"
SPANISH = "Año;Acción\n1;Garantizar la educación de las niñas — también aquí\n"
NORDIC = "Nr;Tekst\n1;Gør det på Færøerne; für Grönland und Åland\n"


@pytest.mark.parametrize("text", [FRENCH, SPANISH, NORDIC], ids=["French", "Spanish", "Nordic"])
@pytest.mark.parametrize(("encoding", "told"), [
    ("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("cp1252", "cp1252"), ("mac_roman", "mac_roman"),
])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_text_is_read_as_it_was_written(text, encoding, told, line_end):
    text = text.replace("\n", line_end)
    assert decode(text.encode(encoding)) == (text, told)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_utf16_text_with_its_mark_is_read(encoding):
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    assert decode(mark + FRENCH.encode(encoding))[0] == FRENCH


def test_one_accent_in_a_file_of_an_old_mac_is_enough():
    content = "To,Text\rMeridia,Increase equity and égalité\r".encode("mac_roman")
    assert decode(content) == ("To,Text\rMeridia,Increase equity and égalité\r", "mac_roman")


def test_plain_ascii_is_utf8():
    assert decode(b"No,Text\n") == ("No,Text\n", "utf-8")


def test_a_foreign_line_in_a_utf8_text_spoils_itself_only():
    content = "Où naît le rêve\n".encode() + "Créé ailleurs\n".encode("cp1252") + "À Évora\n".encode()
    text, encoding = decode(content)
    assert encoding == "utf-8"
    assert [has_lost_bytes(line) for line in text.splitlines()] == [False, True, False]
    assert (text.splitlines()[0], text.splitlines()[2]) == ("Où naît le rêve", "À Évora")


def test_line_ends_alone_make_no_old_mac_file():
    content = "To,Text\rMeridia,Increase equité\r".encode("cp1252")
    assert decode(content) == ("To,Text\rMeridia,Increase equité\r", "cp1252")
