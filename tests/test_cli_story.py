"""The main job from the command line, a spreadsheet of a coalition's own by mapping, and bad input line by line."""

import csv
import io
import json

import docx
import openpyxl
import pytest

from core import db
from core.files.tests.hostile import HOSTILE, a_docx, written
from core.reference.states import state_name
from tests.paths import shared

HERE = ("--coalition", "meridia")
LIGHT_COLUMNS = ("number", "part", "light", "light_in_practice", "comment", "evidence")


def everything():
    """Every row of every table, and every file that is kept."""
    database, rows = db.database, {}
    for table in database.get_tables():
        rows[table] = sorted(map(repr, database.execute_sql(f'SELECT * FROM "{table}"').fetchall()))
    return rows


@pytest.fixture
def uids(world, command):
    """The uids of the first two organisations, as the command line tells them."""
    listed = json.loads(command("organisation", "list", *HERE, "--json").stdout)["organisations"]
    return [one["uid"] for one in listed][:2]


@pytest.fixture
def run(command, instance):
    """run(status, *words) runs the command in the coalition; gives what it says as JSON."""
    def do(status, *words):
        result = command(*words, *HERE, "--json")
        assert result.exit_code == status, result.stderr
        return json.loads(result.stdout)
    return do


def sheet(path, columns, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])
    return path


def counts(said):
    return [said[word] if isinstance(said[word], int) else len(said[word])
            for word in ("new", "changed", "unchanged", "refused")]


# The main job

SEEN_BY = [  # number, what the first organisation sees, what the second sees, what the coalition agrees
    ("140.7", ("partial", "", "The bill is in its first reading."), ("none", "", ""),
     ("partial", "", "The bill waits.")),
    ("140.12", ("implemented", "none", ""), ("implemented", "none", "Signed, not applied."),
     ("implemented", "none", "Signed,\nnot applied.")),
    ("140.1", ("worse", "", ""), ("worse", "", ""), ("worse", "", "")),
    ("140.254", ("no-information", "", ""), ("implemented", "", ""), ("no-information", "", "")),
]
PRINTED = {"140.7": ["Partial implementation", "The bill waits."],
           "140.12": ["In law: Implemented", "In practice: No progress towards implementation", "Signed,",
                      "not applied."],
           "140.1": ["Worse than before"], "140.254": ["No information"]}


def test_from_the_document_to_the_files(run, command, uids, tmp_path):
    sample = shared("domain", "samples", "matrices", "slovenia-cycle4.docx")
    said = run(0, "recommendations", "import", sample, "--dry-run")
    assert (said["form"], *counts(said)) == ("matrix", 254, 0, 0, 0)
    assert counts(run(0, "recommendations", "import", sample, "--session", "48")) == [254, 0, 0, 0]
    assert counts(run(0, "recommendations", "import", sample, "--session", "48")) == [0, 0, 254, 0]
    for place, uid in enumerate(uids):
        shared_out = ("midterm", "share", "--organisation", uid, "--numbers", "all", "--due", "2027-03-01")
        assert counts(run(0, *shared_out)) == [254, 0, 0, 0]
        assert counts(run(0, *shared_out)) == [0, 0, 254, 0]
        lights = sheet(tmp_path / "lights.csv", LIGHT_COLUMNS, [
            (row[0], "", *row[1 + place], "https://example.org/report | Ministry | 2026-05-04") for row in SEEN_BY])
        assess = ("midterm", "assess", lights, "--organisation", uid)
        assert [counts(run(0, *assess)), counts(run(0, *assess))] == [[4, 0, 0, 0], [0, 0, 4, 0]]
    agreed = sheet(tmp_path / "agreed.csv", LIGHT_COLUMNS, [(row[0], "", *row[3], "") for row in SEEN_BY])
    assert counts(run(0, "midterm", "agree", agreed))[3] == 0

    def export(form, name):
        result = command("midterm", "export", *HERE, "--format", form, "--out", tmp_path / name)
        assert result.exit_code == 0, result.stderr
        return tmp_path / name
    check_annex(export("docx", "annex.docx"))
    check_filled_matrix(export("matrix", "matrix.docx"), sample)
    with export("csv", "annex.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["Recommendation"].split(" ")[0]: row for row in csv.DictReader(file)}
    assert len(rows) == 254
    assert {number: rows[number]["Assessment/comments on level of implementation"].split("\n")
            for number in PRINTED} == PRINTED
    assert export("pdf", "annex.pdf").read_bytes().startswith(b"%PDF-")


def filled_lines(table, column):
    """number → the lines of that column, for the rows that have any; a light without the shape before it."""
    found = {}
    for row in table.rows[1:]:
        cells = row.cells
        lines = [text.lstrip("▼■◐●○ ") for text in cells[column].text.split("\n") if text]
        if cells[0]._tc is not cells[-1]._tc and lines:
            found[cells[0].text.split(" ", 1)[0]] = lines
    return found


def check_annex(path):
    lines = filled_lines(docx.Document(path).tables[-1], 3)
    assert {number: said for number, said in lines.items() if number in PRINTED} == PRINTED
    assert not {"partial", "none"} & {word for number, said in lines.items() if number not in PRINTED
                                      for word in " ".join(said).lower().split()}


def check_filled_matrix(path, sample):
    [filled], [original] = docx.Document(path).tables, docx.Document(sample).tables
    assert filled_lines(filled, 4) == PRINTED
    for ours, theirs in zip(filled.rows, original.rows, strict=True):
        count = len(theirs._tr.tc_lst)
        assert [[each.xml for each in cell.p_lst] for cell in ours._tr.tc_lst[:count]] == [
            [each.xml for each in cell.p_lst] for cell in theirs._tr.tc_lst]


# A spreadsheet of an invented form

OWN_ROWS = [("Water", "7.1", "Bring clean water to every settlement", "Norway; Chile", "Yes", "ask the mayor"),
            (None, "7.2", "Test the wells of the north each year", "Kenya", "Yes", None),
            (None, "7.3", "Publish what the tests find", "Viet Nam; Norway", "No", None),
            ("Schools", "7.4", "Open schools on the islands", "Fiji", "Half", None),
            (None, "7.5", "Teach sign language to teachers", "Swazilnd", "Yes", None)]
PROFILE = """header_row = 4
[columns]
number = "No."
text = "What they asked of us"
states = "Who"
position = "Answer"
themes = "Area"
[values.position]
"Yes" = "supported"
"Half" = "supported-in-part"
"No" = "noted"
[split]
states = ";"
"""


def own_spreadsheet(path):
    """Merged cells, a title above, notes under the table, as a coalition would keep it."""
    book = openpyxl.Workbook()
    page = book.active
    page["A1"] = "What the world asked of us"
    page.merge_cells("A1:F1")
    page["A2"] = "as of spring"
    page.append([])
    page.append(["Area", "No.", "What they asked of us", "Who", "Answer", "Remarks"])
    for row in OWN_ROWS:
        page.append(row)
    page.merge_cells("A5:A7")
    page.merge_cells("A8:A9")
    page.append([])
    page.append(["Note: the answers are those given in the room."])
    page.append(["Source: our own notes"])
    book.save(path)
    return path


def test_a_spreadsheet_of_ones_own_comes_in_by_its_mapping(run, command, uids, tmp_path):
    own = own_spreadsheet(tmp_path / "own.xlsx")
    guessed = command("recommendations", "profile", own)
    assert guessed.exit_code == 0 and "header_row = 4" in guessed.stdout and 'number = "No."' in guessed.stdout
    profile = tmp_path / "own.toml"
    profile.write_text(PROFILE)
    said = run(1, "recommendations", "import", own, "--profile", profile, "--session", "50")
    assert (said["form"], *counts(said)) == ("table", 4, 0, 0, 1)
    assert said["refused"] == [{"place": "row 9", "reason": "The State “Swazilnd” is not known. Did you mean Eswatini? "
                                                            "Correct its name."}]
    told = run_export(command)
    assert [(one["number"], one["text"], one["states"], one["position"], one["themes"]) for one in told] == [
        ("7.1", OWN_ROWS[0][2], ["NOR", "CHL"], "supported", ["Water"]),
        ("7.2", OWN_ROWS[1][2], ["KEN"], "supported", ["Water"]),
        ("7.3", OWN_ROWS[2][2], ["VNM", "NOR"], "noted", ["Water"]),
        ("7.4", OWN_ROWS[3][2], ["FJI"], "supported-in-part", ["Schools"])]
    assert counts(run(1, "recommendations", "import", own, "--profile", profile, "--session", "50")) == [0, 0, 4, 1]
    sheet(tmp_path / "lights.csv", LIGHT_COLUMNS, [("7.4", "", "partial", "", "Two of nine islands.", "")])
    run(0, "midterm", "agree", tmp_path / "lights.csv", "--session", "50")
    result = command("midterm", "export", *HERE, "--format", "matrix", "--session", "50", "--out", tmp_path / "m.docx")
    assert result.exit_code == 2 and not (tmp_path / "m.docx").exists()     # no matrix was imported


def run_export(command):
    return json.loads(command("recommendations", "export", *HERE, "--session", "50", "--format", "json").stdout)


# Bad input: files

VERBS = {"import": ("recommendations", "import"), "positions": ("recommendations", "positions"),
         "assess": ("midterm", "assess"), "agree": ("midterm", "agree")}


@pytest.fixture
def refuses(command, uids, world):
    """refuses(verb, path, words): status 2, one sentence with these words, and no row of any table changed."""
    def check(verb, path, words):
        more = ("--organisation", uids[0]) if verb == "assess" else ()
        before = everything()
        result = command(*VERBS[verb], path, *HERE, *more, "--session", "48")
        assert (result.exit_code, result.stdout) == (2, "")
        assert words in result.stderr and result.stderr.count("\n") == 1 and result.stderr.rstrip().endswith(".")
        assert everything() == before
    return check


@pytest.mark.parametrize("make", HOSTILE, ids=lambda make: make.__name__)
def test_a_useless_file_is_refused_in_words_and_changes_nothing(make, refuses, tmp_path):
    refuses("import", make(tmp_path), HOSTILE[make])


@pytest.mark.parametrize("verb", ["positions", "assess", "agree"])
@pytest.mark.parametrize("make", [make for make in HOSTILE if make.__name__ in (
    "empty", "pdf", "image", "cut", "encrypted", "entity_bomb", "zip_bomb", "sixty_megabytes")],
    ids=lambda make: make.__name__)
def test_no_other_command_takes_it_either(make, verb, refuses, tmp_path):
    refuses(verb, make(tmp_path), HOSTILE[make])


@pytest.mark.parametrize(("name", "content", "words"), [
    ("letter.docx", a_docx(["The weather was fine in Meridia.", "We met the minister."]), "none of the forms"),
    ("people.csv", b"name,town\r\nMirela,Saltonstowe\r\n", "wording"),
    ("one.json", b'{"number": "5.1"}', "json"), ("cut.json", b'[{"number": ', "json"),
])
def test_a_file_without_recommendations_is_refused(name, content, words, refuses, tmp_path):
    refuses("import", written(tmp_path, name, content), words)


# Bad input: rows

HEAD = "number,part,text,states,position\r\n"
GOOD = ["5.1,,Protéger les forêts,France,supported", "5.2,,Plant hedges,Norway,noted"]


def many(*rows):
    return (HEAD + "".join(f"{row}\r\n" for row in rows)).encode()


@pytest.mark.parametrize(("content", "refused", "kept"), [
    # Windows-1252 among lines of UTF-8: told from the bytes, so nothing is lost.
    (many(*GOOD).decode().encode("cp1252"), {}, ["5.1", "5.2"]),
    (many(*GOOD).decode().encode("utf-16"), {}, ["5.1", "5.2"]),
    (many(GOOD[0], "5.3,,Short row", GOOD[1]), {"row 3": "cells"}, ["5.1", "5.2"]),
    (many(GOOD[0], "5.3,,Long row,Kenya,noted,more,and more", GOOD[1]), {"row 3": "cells"}, ["5.1", "5.2"]),
    (many(GOOD[0], "5.3,,A NUL\0 in it,Kenya,noted", GOOD[1]), {"row 3": "NUL"}, ["5.1", "5.2"]),
    (many(GOOD[0], "5.3,,Of nowhere,Atlantis,noted", GOOD[1]), {"row 3": "“Atlantis” is not known"}, ["5.1", "5.2"]),
    (many(GOOD[0], "5.3,,Of a misprint,Swazilnd,noted", GOOD[1]), {"row 3": "Did you mean Eswatini?"}, ["5.1", "5.2"]),
    (many(*GOOD, "5.1,,Build a wall,Kenya,noted"), {"row 4": "5.1"}, ["5.1", "5.2"]),
    (many("5.1,1,First half,Kenya,noted", "5.1,2,Second half,Peru,noted"), {}, ["5.1 (1)", "5.1 (2)"]),
], ids=["cp1252", "utf-16", "short row", "long row", "nul", "unknown state", "misspelt state", "number twice", "parts"])
def test_the_good_rows_come_in_and_each_bad_one_is_named(content, refused, kept, command, world, tmp_path):
    path = written(tmp_path, "rows.csv", content)
    dry = command("recommendations", "import", path, *HERE, "--session", "50", "--dry-run", "--json")
    result = command("recommendations", "import", path, *HERE, "--session", "50", "--json")
    said = json.loads(result.stdout)
    assert (result.exit_code, dry.exit_code) == ((1, 1) if refused else (0, 0))
    assert {one["place"] for one in said["refused"]} == set(refused)
    assert all(refused[one["place"]] in one["reason"] for one in said["refused"])
    assert json.loads(dry.stdout) == said
    told = {f"{one['number']} ({one['part']})" if one.get("part") else one["number"]: one
            for one in run_export(command)}
    assert list(told) == kept
    if "5.1" in kept:
        assert (told["5.1"]["text"], [state_name(code) for code in told["5.1"]["states"]]) == (
            "Protéger les forêts", ["France"])


def test_bad_rows_of_lights_are_named_and_the_good_ones_set(run, command, uids, tmp_path):
    run(0, "recommendations", "import", written(tmp_path, "rows.csv", many(*GOOD)), "--session", "50")
    lights = sheet(tmp_path / "lights.csv", LIGHT_COLUMNS, [
        ("5.1", "", "partial"), ("5.9", "", "partial"), ("5.2", "", "green"), ("5.2", "3", "none")])
    said = run(1, "midterm", "assess", lights, "--organisation", uids[0], "--session", "50")
    assert [one["place"] for one in said["refused"]] == ["row 3", "row 4", "row 5"]
    assert "5.9" in said["refused"][0]["reason"] and "green" in said["refused"][1]["reason"]
    annex = command("midterm", "export", *HERE, "--session", "50", "--format", "csv", "--door", "members")
    assert annex.exit_code == 0
    [first, second] = csv.DictReader(io.StringIO(annex.stdout.lstrip("\ufeff")))
    assert "Partial implementation" in str(first) and "implementation" not in str(second).replace(
        "level of implementation", "")


@pytest.mark.parametrize(("words", "sentence"), [
    (("recommendations", "import", "missing.docx"), "There is no such file."),
    (("recommendations", "import", "missing.docx", "--profile", "none"), "No mapping is saved as “none”."),
    (("midterm", "export", "--format", "matrix", "--out", "m.docx"), "Nothing has been shared out yet"),
    (("midterm", "export", "--format", "docx", "--out", "a.docx", "--session", "12"), "--session, one of 48"),
    (("recommendations", "export", "--format", "csv", "--session", "12"), "--session, one of 48"),
    (("recommendations", "undo", "--import", "nothing2here"), "There is nothing at this address"),
    (("midterm", "share", "--organisation", "nothing2here", "--numbers", "all"), "There is nothing at this address"),
])
def test_what_cannot_be_done_ends_with_status_2_and_a_sentence(words, sentence, world, command):
    before = everything()
    result = command(*words, *HERE)
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr and "Traceback" not in result.stderr
    assert everything() == before
