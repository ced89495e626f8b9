"""`commonweal recommendations …`: exit status, what is printed where, and what is in the database."""

import io
import json
import os
import zipfile

import docx
import pytest

from core.files.store import StoredFile
from core.tables.profiles import read_profile
from plugins.recommendations.imports.profiles import save_profile
from plugins.recommendations.models import Import, Recommendation
from plugins.recommendations.readers.fields import FIELDS
from plugins.recommendations.tests.factories import LIST, OWN_TABLE
from tests.paths import ROOT
from tools.catalogues import compile_catalogues

HEAD = "number,part,text,states,position,themes,theme_headings,affected,sdgs,source,session\n"
ROW = "5.1,0,Plant trees along the salt marsh,FRA,supported,Climate,,,13,,48\n"


@pytest.fixture
def run(cast, command, tmp_path):
    """run("import", content, "name.csv", …) runs the command on a file with this content."""
    def do(verb, content, name, *words):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return command("recommendations", verb, path, "--coalition", "meridia", *words)
    return do


def held():
    return sorted((one.number, one.text) for one in Recommendation.select())


def test_import_says_on_standard_output_what_it_did_as_json(run):
    result = run("import", LIST, "list.txt", "--json")
    assert result.exit_code == 0
    said = json.loads(result.stdout)
    assert [problem["place"] for problem in said.pop("warned")] == ["section 5"]
    assert said == {"form": "report", "new": 2, "changed": 0, "unchanged": 0, "refused": []}
    assert "2 new, 0 changed, 0 unchanged, 0 refused." in result.stderr
    assert len(held()) == 2
    assert json.loads(run("import", LIST, "list.txt", "--json").stdout)["unchanged"] == 2


def test_dry_run_says_the_same_and_changes_nothing(run):
    result = run("import", LIST, "list.txt", "--json", "--dry-run")
    assert (result.exit_code, json.loads(result.stdout)["new"]) == (0, 2)
    assert "Nothing was written" in result.stderr
    assert (held(), Import.select().count(), StoredFile.select().count()) == ([], 0, 0)


def test_an_unknown_state_is_refused_with_its_place_and_the_good_rows_come_in(run):
    result = run("import", HEAD + ROW + "5.2,0,Open the archives,Swazilnd,noted,,,,,,48\n", "x.csv", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["refused"] == [
        {"place": "row 3", "reason": "The State “Swazilnd” is not known. Did you mean Eswatini? Correct its name."}]
    assert [number for number, _text in held()] == ["5.1"]


def test_a_number_that_stands_twice_with_other_words_keeps_the_first(run):
    result = run("import", HEAD + ROW + ROW.replace("Plant trees along", "Build a wall around"), "x.csv", "--json")
    assert result.exit_code == 1
    assert [problem["place"] for problem in json.loads(result.stdout)["refused"]] == ["row 3"]
    assert held() == [("5.1", "Plant trees along the salt marsh")]


@pytest.mark.parametrize(("bad", "words"), [
    (b"5.2,0,Open\n", "cells"), (b"5.2,0,Open the\0 archives,NOR,noted,,,,,,48\n", "NUL")])
def test_a_ragged_row_and_a_nul_are_named_and_the_others_come_in(run, bad, words):
    result = run("import", HEAD.encode() + ROW.encode() + bad, "x.csv", "--json")
    assert result.exit_code == 1
    refused = json.loads(result.stdout)["refused"]
    assert [problem["place"] for problem in refused] == ["row 3"] and words in refused[0]["reason"]
    assert [number for number, _text in held()] == ["5.1"]


def test_a_csv_in_another_encoding_is_read_with_its_accents(run):
    content = (HEAD + "5.1,0,Protéger les forêts,FRA,supported,Forêts,,,15,,48\n").encode("cp1252")
    assert run("import", content, "x.csv").exit_code == 0
    assert held() == [("5.1", "Protéger les forêts")]


def packed(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in members.items():
            pack.writestr(name, content)
    return out.getvalue()


def word_file(*paragraphs):
    document, out = docx.Document(), io.BytesIO()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.save(out)
    return out.getvalue()


def with_document(xml):
    with zipfile.ZipFile(io.BytesIO(word_file("x"))) as pack:
        members = {name: pack.read(name) for name in pack.namelist()}
    return packed({**members, "word/document.xml": xml})


BOMB = ('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&b;'
        "</w:t></w:r></w:p></w:body></w:document>")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600


@pytest.mark.parametrize(("name", "content"), [
    ("empty.docx", b""), ("a.docx", b"%PDF-1.7\n%\xe2\xe3"), ("a.docx", b"\x89PNG\r\n\x1a\n" + b"\0" * 64),
    ("a.docx", packed({"xl/workbook.xml": "<workbook/>", "[Content_Types].xml": "<Types/>"})),
    ("a.xlsx", word_file("5.1 Plant trees (France);")), ("locked.docx", OLE),
    ("cut.docx", word_file("5.1 Plant trees (France);")[:900]), ("none.docx", word_file("A letter about the weather.")),
    ("bomb.docx", with_document(BOMB)), ("zip.docx", with_document(b"<a>" + b" " * 60_000_000 + b"</a>")),
    ("a.png", b"\x89PNG\r\n\x1a\n"), ("none.csv", b"a,b\n1,2\n"), ("none.json", b"{}"), ("none.json", b"["),
    ("none.txt", b"Nothing of use."), ("empty.csv", b"")])
def test_what_is_of_no_use_ends_with_a_sentence_and_status_2_and_nothing_changed(run, name, content):
    result = run("import", content, name, "--json")
    assert result.exit_code == 2
    assert result.stdout == "" and len(result.stderr.strip()) > 25
    assert "Traceback" not in result.stderr
    assert (held(), Import.select().count(), StoredFile.select().count()) == ([], 0, 0)


def test_sixty_megabytes_are_refused_before_they_are_read(run, tmp_path):
    with open(tmp_path / "big.docx", "wb") as file:
        file.truncate(60 * 1024 * 1024)
    content = (tmp_path / "big.docx").read_bytes()
    result = run("import", content, "big2.docx")
    assert result.exit_code == 2 and "60 MB" in result.stderr
    assert held() == []


def test_a_missing_file_a_strange_form_and_a_strange_profile_are_named(run, command, tmp_path):
    missing = command("recommendations", "import", tmp_path / "no.docx", "--coalition", "meridia")
    assert (missing.exit_code, "no such file" in missing.stderr) == (2, True)
    form = run("import", LIST, "list.txt", "--form", "matrices")
    assert form.exit_code == 2 and "no form “matrices”" in form.stderr
    profile = run("import", OWN_TABLE, "own.csv", "--profile", "Ours")
    assert profile.exit_code == 2 and "No mapping is saved as “Ours”" in profile.stderr


def test_session_makes_the_review_and_names_it_afterwards(run, command):
    assert run("import", LIST, "list.txt", "--session", "34").exit_code == 0
    result = command("recommendations", "export", "--coalition", "meridia", "--format", "json")
    assert result.exit_code == 2 and "48, 34" in result.stderr
    result = command("recommendations", "export", "--coalition", "meridia", "--format", "json", "--session", "34")
    assert [(one["number"], one["states"], one["session"]) for one in json.loads(result.stdout)] == [
        ("5.1", ["FRA", "CHL"], 34), ("5.2", ["NOR"], 34)]


@pytest.mark.parametrize("form", ["json", "csv", "xlsx"])
def test_what_is_exported_reads_back_in_without_a_change(run, command, tmp_path, form):
    run("import", HEAD + ROW + '5.10,1,"=Say ""so"", and more",NOR,noted,"A12 Norms\nPeace",Peace,,"5\n16.3",S,48\n'
        + "5.10,2,'Quoted,CHL,,,,,,,48\n", "x.csv")
    out = tmp_path / f"out.{form}"
    assert command("recommendations", "export", "--coalition", "meridia", "--format", form, "--out", out).exit_code == 0
    assert len(held()) == 3
    result = run("import", out.read_bytes(), f"back.{form}", "--json")
    assert (result.exit_code, json.loads(result.stdout)["unchanged"]) == (0, 3)
    assert Import.select().count() == 1


def test_an_own_table_comes_in_by_a_profile_file_and_by_a_saved_one(run, command, cast, tmp_path):
    guess = tmp_path / "own.csv"
    guess.write_text(OWN_TABLE)
    profile = command("recommendations", "profile", guess)
    assert profile.exit_code == 0 and 'text = "What was said"' in profile.stdout
    corrected = (profile.stdout.replace("[columns]", '[columns]\nposition = "Answer"')
                 + '\n[values.position]\n"Thumbs up" = "supported"\n"Thumbs down" = "noted"\n')
    (tmp_path / "ours.toml").write_text(corrected)
    result = run("import", OWN_TABLE, "own.csv", "--profile", str(tmp_path / "ours.toml"), "--json")
    assert (result.exit_code, json.loads(result.stdout)["form"], json.loads(result.stdout)["new"]) == (0, "table", 2)
    assert sorted((one.number, one.position) for one in Recommendation.select()) == [("5.1", "supported"),
                                                                                    ("5.2", "noted")]
    save_profile(cast.coordinator.ctx, "Our list", read_profile(corrected, FIELDS))
    again = run("import", OWN_TABLE, "own.csv", "--profile", "our LIST", "--json")
    assert (again.exit_code, json.loads(again.stdout)["unchanged"]) == (0, 2)


def test_positions_are_set_and_unknown_numbers_refused(run):
    run("import", LIST, "list.txt")
    reply = "It supports the following recommendations: 5.1, 5.7.\n\nIt notes recommendations 5.2, 5.8.\n"
    result = run("positions", reply, "reply.txt", "--said-on", "2025-06-01", "--json")
    assert result.exit_code == 1
    said = json.loads(result.stdout)
    assert (said["form"], said["new"], said["changed"], len(said["refused"])) == ("reply", 0, 2, 2)
    assert sorted((one.number, one.position) for one in Recommendation.select()) == [("5.1", "supported"),
                                                                                    ("5.2", "noted")]
    assert run("positions", reply, "reply.txt", "--said-on", "yesterday").exit_code == 2


def test_undo_names_the_imports_and_takes_one_back(run, command):
    run("import", LIST, "list.txt")
    asked = command("recommendations", "undo", "--coalition", "meridia")
    uid = Import.get().uid
    assert asked.exit_code == 2 and uid in asked.stderr
    done = command("recommendations", "undo", "--coalition", "meridia", "--import", uid)
    assert done.exit_code == 0 and "2 are gone" in done.stderr
    assert held() == []


def test_what_was_taken_back_is_said_in_the_language_of_the_person(run, cast, command):
    run("import", LIST, "list.txt")
    compile_catalogues(ROOT)
    cast.coordinator.person.locale = "fr"
    cast.coordinator.person.save()
    done = command("--as", cast.coordinator.address, "recommendations", "undo", "--coalition", "meridia",
                   "--import", Import.get().uid)
    assert (done.exit_code, done.stderr.replace("\N{NO-BREAK SPACE}", " ")) == (
        0, "Importation annulée. Disparues : 2 ; revenues à leurs valeurs antérieures : 0.\n")


def test_a_member_may_not_import_by_command_either(run, cast, command, tmp_path):
    path = tmp_path / "list.txt"
    path.write_text(LIST)
    result = command("--as", cast.member.address, "recommendations", "import", path, "--coalition", "meridia")
    assert result.exit_code == 2 and "may not" in result.stderr
    assert os.path.exists(path) and held() == []
