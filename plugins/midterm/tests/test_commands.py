"""`commonweal midterm …`: exit status, words, data, and what is in the database."""

import json

import pytest

from plugins.midterm import rounds
from plugins.midterm.models import AgreedAssessment, Assessment, Evidence, Round, Share
from plugins.midterm.tests.factories import assessment_of, make_recommendations, share_all
from tests.paths import ROOT
from tools.catalogues import compile_catalogues

HEAD = "number,part,light,light_in_practice,comment,evidence\n"


@pytest.fixture
def run(cast, command):
    """run("assess", …) adds the coalition, and gives the outcome."""
    def asked(*words):
        return command("midterm", *words, "--coalition", "meridia")
    return asked


def answer(done):
    return json.loads(done.stdout)


def lights(membership):
    return [(one.light, one.light_in_practice, one.comment) for one in Assessment.select().where(
        Assessment.membership == membership).order_by(Assessment.recommendation)]


def test_share_all_and_again(cast, run):
    make_recommendations(cast.coordinator.ctx, cast.review, 3)
    words = ("share", "--organisation", cast.member.membership.uid, "--numbers", "all", "--due", "2027-03-12", "--json")
    dry = run(*words, "--dry-run")
    assert (dry.exit_code, answer(dry)["new"], Share.select().count()) == (0, 3, 0)
    done = run(*words)
    assert (done.exit_code, answer(done)) == (
        0, {"form": "share", "new": 3, "changed": 0, "unchanged": 0, "refused": [], "warned": []})
    assert answer(run(*words))["unchanged"] == 3 and Share.select().count() == 3


def test_an_unknown_number_is_named_and_the_others_shared(cast, run):
    make_recommendations(cast.coordinator.ctx, cast.review, 2)
    done = run("share", "--organisation", cast.member.membership.uid, "--numbers", "121.2,9.9")
    assert (done.exit_code, Share.select().count()) == (1, 1)
    assert "9.9: There is no recommendation 9.9 in this review.\n" in done.stderr


def test_only_unknown_numbers_share_nothing(cast, run):
    make_recommendations(cast.coordinator.ctx, cast.review, 1)
    done = run("share", "--organisation", cast.member.membership.uid, "--numbers", "9.9")
    assert (done.exit_code, done.stderr, Round.select().count()) == (
        2, "None of these numbers is in the review: 9.9.\n", 0)


def test_a_day_that_is_none_shares_nothing(cast, run):
    make_recommendations(cast.coordinator.ctx, cast.review, 1)
    done = run("share", "--organisation", cast.member.membership.uid, "--numbers", "all", "--due", "12 March")
    assert (done.exit_code, done.stderr, Share.select().count()) == (
        2, "“12 March” is no date. Write it as 2026-03-12.\n", 0)


def test_assess_sets_the_good_rows_names_the_bad_and_changes_nothing_the_second_time(cast, run, tmp_path):
    make_recommendations(cast.coordinator.ctx, cast.review, 3)
    table = tmp_path / "lights.csv"
    table.write_text(HEAD + "121.1,,none,,Nothing moved,\n"
                     "121.2,,implemented,partial,,https://example.org/a | Gazette | 2026-01-02\n"
                     "121.3,,green,,,\n121.9,,none,,,\n,,none,,,\n121.1,,worse,,,\n")
    words = ("assess", str(table), "--organisation", cast.member.membership.uid, "--json")
    assert (run(*words, "--dry-run").exit_code, Assessment.select().count(), Round.select().count()) == (1, 0, 0)
    done = run(*words)
    assert (done.exit_code, answer(done)) == (1, {"form": "lights", "new": 2, "changed": 0, "unchanged": 0, "refused": [
        {"place": "row 4", "reason": "“green” is no light. Use one of: worse, none, partial, implemented, "
                                     "no-information."},
        {"place": "row 5", "reason": "There is no recommendation 121.9 in this review."},
        {"place": "row 6", "reason": "it has no number. Write the number of the recommendation."},
        {"place": "row 7", "reason": "121.1 stands in row 2 already. The first is kept."}], "warned": []})
    assert lights(cast.member.membership) == [("none", None, "Nothing moved"), ("implemented", "partial", "")]
    assert [(one.url, one.source, str(one.dated_on)) for one in Evidence.select()] == [
        ("https://example.org/a", "Gazette", "2026-01-02")]
    versions = [one.version for one in Assessment.select()]
    again = run(*words)
    assert (again.exit_code, answer(again)["unchanged"]) == (1, 2)
    assert [one.version for one in Assessment.select()] == versions and Evidence.select().count() == 1


def test_an_empty_cell_leaves_what_stands(cast, run, tmp_path):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 1)
    table = tmp_path / "lights.csv"
    table.write_text(HEAD + "121.1,,partial,worse,A bill,\n")
    words = ("assess", str(table), "--organisation", cast.member.membership.uid)
    run(*words)
    table.write_text(HEAD + "121.1,,,,It was tabled,\n")
    assert run(*words).exit_code == 0
    assert lights(cast.member.membership) == [("partial", "worse", "It was tabled")]
    assert assessment_of(made[0], cast.member.membership).version == 3


def test_agree_sets_the_coalitions_light(cast, run, tmp_path):
    make_recommendations(cast.coordinator.ctx, cast.review, 2)
    table = tmp_path / "agreed.csv"
    table.write_text("number;light;comment\n121.1;none;Nothing moved\n121.2;no-information;\n")
    done = run("agree", str(table), "--json")
    assert (done.exit_code, answer(done)["new"]) == (0, 2)
    assert [(one.light, one.comment, one.agreed_at is not None) for one in AgreedAssessment.select()] == [
        ("none", "Nothing moved", True), ("no-information", "", True)]
    assert answer(run("agree", str(table), "--json"))["unchanged"] == 2


@pytest.mark.parametrize("content, sentence", [
    (b"", "The file is empty"),
    (b"%PDF-1.7 and so on", "PDF"),
    (b"number,words\n1,x\n", "The table has no head with the columns that are needed."),
    (b"number,light\n", "The table holds no row under its head."),
])
def test_a_file_of_no_use_is_refused_in_words_and_nothing_changes(cast, run, tmp_path, content, sentence):
    make_recommendations(cast.coordinator.ctx, cast.review, 1)
    table = tmp_path / "lights.csv"
    table.write_bytes(content)
    done = run("assess", str(table), "--organisation", cast.member.membership.uid)
    assert done.exit_code == 2 and sentence in done.stderr
    assert Assessment.select().count() == Round.select().count() == 0


def test_a_row_in_another_encoding_ragged_or_with_a_nul_is_named(cast, run, tmp_path):
    make_recommendations(cast.coordinator.ctx, cast.review, 4)
    table = tmp_path / "lights.csv"
    table.write_bytes((HEAD + "121.1,,none,,Médias libérés,\n").encode() + "121.2,,none,,Médias,\n".encode("cp1252")
                      + b"121.3,,none,,x,,and,more\n121.4,,no\0ne,,,\n")
    done = run("assess", str(table), "--organisation", cast.member.membership.uid, "--json")
    assert done.exit_code == 1 and [row["place"] for row in answer(done)["refused"]] == ["row 3", "row 4", "row 5"]
    assert lights(cast.member.membership) == [("none", None, "Médias libérés")]


def test_export_writes_every_form_and_says_when_there_is_no_round(cast, run, tmp_path):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 1)
    refused = run("export", "--format", "docx", "--out", str(tmp_path / "a.docx"))
    assert refused.exit_code == 2 and "so there is no round" in refused.stderr
    share_all(cast, made)
    starts = {"docx": b"PK", "pdf": b"%PDF", "xlsx": b"PK", "csv": b"\xef\xbb\xbf", "html": b"<!DOCTYPE html>"}
    for form, start in starts.items():
        out = tmp_path / f"annex.{form}"
        assert run("export", "--format", form, "--out", str(out)).exit_code == 0
        assert out.read_bytes().startswith(start)
    refused = run("export", "--format", "matrix", "--out", str(tmp_path / "m.docx"))
    assert refused.exit_code == 2 and "No OHCHR matrix was brought in for this review" in refused.stderr
    assert not (tmp_path / "m.docx").exists()


def test_what_was_written_is_said_in_the_language_of_the_person(cast, command, tmp_path):
    share_all(cast, make_recommendations(cast.coordinator.ctx, cast.review, 1))
    compile_catalogues(ROOT)
    cast.coordinator.person.locale = "fr"
    cast.coordinator.person.save()
    done = command("--as", cast.coordinator.address, "midterm", "export", "--coalition", "meridia", "--format",
                   "csv", "--out", str(tmp_path / "a.csv"))
    assert (done.exit_code, done.stderr) == (0, f"Écrit\N{NO-BREAK SPACE}: {tmp_path / 'a.csv'}\n")


def test_rounds_are_added_listed_and_chosen_by_title(cast, run):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 1)
    share_all(cast, made)
    assert run("round", "add", "Second round", "--closes", "2099-01-01").exit_code == 0
    done = run("round", "list", "--json")
    assert [(one["title"], one["closes_on"]) for one in answer(done)["rounds"]] == [
        ("Second round", "2099-01-01"), ("Mid-term", None)]
    run("share", "--organisation", cast.member.membership.uid, "--numbers", "all", "--round", "Second round")
    newest = rounds.find_round(cast.coordinator.ctx, cast.review, "second round")
    assert [one.round_id for one in Share.select().order_by(Share.id.desc()).limit(1)] == [newest.id]
    refused = run("share", "--organisation", cast.member.membership.uid, "--numbers", "all", "--round", "Third")
    assert (refused.exit_code, refused.stderr) == (
        2, "There is no round “Third”. There are: Second round, Mid-term.\n")


def test_as_a_person_a_command_has_that_persons_rights(cast, command, tmp_path):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 1)
    share_all(cast, made)
    table = tmp_path / "lights.csv"
    table.write_text(HEAD + "121.1,,none,,,\n")
    words = ("--as", cast.member.address, "midterm", "assess", str(table), "--coalition", "meridia",
             "--organisation")
    refused = command(*words, cast.other_member.membership.uid)
    assert refused.exit_code == 2 and "You may not do this here." in refused.stderr
    assert [one.light for one in Assessment.select()] == [None]
    assert command(*words, cast.member.membership.uid).exit_code == 0
    assert lights(cast.member.membership) == [("none", None, "")]
