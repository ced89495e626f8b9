"""The annex as a document, its two doors, and the coalition's own matrix filled."""

import datetime
import io
from datetime import timedelta

import docx
import pytest

from core.api import Refused
from core.db import utc_now
from core.documents.document import Row, Separator
from core.files import store
from core.files.store import StoredFile
from core.people.models import WebSession
from plugins.midterm import agreeing, assessing, evidence, reporting
from plugins.midterm.shown import Shown
from plugins.midterm.tests.factories import assessment_of, make_recommendations, share_all
from plugins.midterm.tests.matrices import make_matrix
from plugins.recommendations.models import Import, ImportRow


def agree(cast, recommendation, light, in_practice=None, comment=""):
    assessment_round = share_all(cast, [recommendation])
    agreeing.decide(cast.coordinator.ctx, assessment_round,
                    [agreeing.Decision(recommendation, light, in_practice, comment)])
    return assessment_round


def cells(document):
    """[(separator's text) or (lines of each cell)] of the document's table."""
    return [row.text if isinstance(row, Separator) else tuple(cell.lines for cell in row.cells)
            for row in document.tables()[0].rows]


def test_the_annex_is_grouped_by_theme_with_the_four_columns_and_noted_ones_stay(cast):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 2)
    noted, = make_recommendations(cast.coordinator.ctx, cast.review, 1, "noted", themes=(), first=3)
    assessment_round = agree(cast, made[0], "implemented", "partial", "In force.\nNot applied.")
    document = reporting.build(cast.coordinator.ctx, cast.review, assessment_round)
    assert [column.heading for column in document.tables()[0].columns] == [
        "Recommendation", "Position", "Full list of themes and affected persons",
        "Assessment/comments on level of implementation"]
    assert cells(document) == [
        "Theme: Rights of the child",
        (("121.1 Open 1 more shelters (Kenya) (Peru)", "A/HRC/55/99 - Para. 121"), ("Supported",),
         ("Rights of the child",),
         ("In law: Implemented", "In practice: Partial implementation", "In force.", "Not applied.")),
        "Theme: Liberty and security of the person",
        (("121.2 Open 2 more shelters (Kenya) (Peru)", "A/HRC/55/99 - Para. 121"), ("Supported",),
         ("Liberty and security of the person",), ()),
        "Without a theme",
        (("121.3 Open 3 more shelters (Kenya) (Peru)", "A/HRC/55/99 - Para. 121"), ("Noted",), (), ()),
    ]
    assert noted.position == "noted"


def test_the_key_counts_the_lower_of_law_and_practice(cast):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 3)
    agree(cast, made[0], "implemented", "worse")
    agree(cast, made[1], "no-information")
    assessment_round = agree(cast, made[2], "partial")
    key = reporting.build(cast.coordinator.ctx, cast.review, assessment_round).blocks[0]
    assert [(entry.mark.word, entry.count) for entry in key.entries] == [
        ("Worse than before", 1), ("No progress towards implementation", 0), ("Partial implementation", 1),
        ("Implemented", 0), ("No information", 1)]


def test_a_light_that_is_only_proposed_is_printed_nowhere(cast):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 1)
    assessment_round = share_all(cast, made)
    agreeing.decide(cast.coordinator.ctx, assessment_round, [agreeing.Decision(made[0], "none", comment="Draft")],
                    is_agreed=False)
    for door in reporting.DOORS:
        assert cells(reporting.build(cast.coordinator.ctx, cast.review, assessment_round, door))[1][3] == ()


def test_the_public_door_names_no_organisation_and_the_members_door_each(cast):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 1)
    assessment_round = agree(cast, made[0], "none", comment="Nothing moved")
    assessing.set_light(cast.member.ctx, assessment_of(made[0], cast.member.membership), "worse", None, "Two raids")
    agreed = agreeing.agreed_by_recommendation(cast.coordinator.ctx, assessment_round)[made[0].id]
    agreeing.set_dissent(cast.member.ctx, agreed, cast.member.membership, "It went backwards")
    evidence.add_evidence(cast.member.ctx, made[0], assessment_round, cast.member.membership, Shown(note="Our visits"))
    evidence.add_evidence(cast.coordinator.ctx, made[0], assessment_round, None, Shown(
        url="https://example.org/a", source="Gazette", dated_on=datetime.date(2026, 1, 2)))
    said = {door: cells(reporting.build(cast.coordinator.ctx, cast.review, assessment_round, door))[1][3]
            for door in reporting.DOORS}
    assert said == {
        "public": ("No progress towards implementation", "Nothing moved",
                   "Dissent of an organisation: It went backwards",
                   "Source: https://example.org/a, Gazette, 2026-01-02"),
        "members": ("No progress towards implementation", "Nothing moved",
                    "Dissent, Lanternwick Legal Aid: It went backwards",
                    "Lanternwick Legal Aid: Worse than before. Two raids",
                    "Source: https://example.org/a, Gazette, 2026-01-02", "Source: Our visits")}     # by date
    public = reporting.export(cast.coordinator.ctx, cast.review, assessment_round, "html", None).content.decode()
    assert "Lanternwick" not in public and "Two raids" not in public and "Our visits" not in public


def test_a_files_name_says_the_door_and_the_day(cast):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 1)
    assessment_round = agree(cast, made[0], "none")
    ctx = cast.coordinator.ctx
    assert reporting.export(ctx, cast.review, assessment_round, "csv", None, "members").name == (
        f"48-midterm-members-{ctx.today.isoformat()}.csv")


def test_a_recommendation_under_two_headings_stands_once_under_the_first(cast):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 1, themes=("Prisons", "Police"))
    again = make_recommendations(cast.coordinator.ctx, cast.review, 1, themes=("Police",), first=2)
    assessment_round = share_all(cast, [*made, *again])
    found = cells(reporting.build(cast.coordinator.ctx, cast.review, assessment_round))
    assert [row for row in found if isinstance(row, str)] == ["Theme: Police"]
    assert sum(isinstance(row, tuple) for row in found) == 2


@pytest.fixture
def imported(cast, tmp_path):
    """The invented matrix in the file store, as an import: row 3 is 121.1, row 4 holds parts 1 and 2, row 6 repeats."""
    files = tmp_path / "files"
    sha256 = store.keep(files, make_matrix())
    ctx = cast.coordinator.ctx
    first, second, third = make_recommendations(ctx, cast.review, 3)
    kept = StoredFile.create(coalition=cast.coalition, sha256=sha256, name="m.docx", size_bytes=1, at=ctx.now)
    made = Import.create(coalition=cast.coalition, review=cast.review, form="matrix", file=kept, sha256=sha256,
                         at=ctx.now)
    for row_no, part, one in ((3, 0, first), (4, 1, second), (4, 2, third), (6, 1, second), (6, 2, third)):
        ImportRow.create(import_made=made, place=f"row {row_no}", table_no=1, row_no=row_no, part=part,
                         recommendation=one, text_key="x", outcome="new")
    return files, (first, second, third)


def column_of(content):
    return [row.cells[3].text.strip() for row in docx.Document(io.BytesIO(content)).tables[0].rows][2:]


def test_the_matrix_comes_back_filled_with_parts_repeats_and_what_stood_there(cast, imported):
    files, (first, second, third) = imported
    agree(cast, first, "none", comment="Nothing moved")
    agree(cast, second, "partial")
    assessment_round = agree(cast, third, "implemented")
    made = reporting.export(cast.coordinator.ctx, cast.review, assessment_round, "matrix", files)
    both = "(Kenya, Peru) Partial implementation\n(Kenya, Peru) Implemented"
    assert column_of(made.content) == ["No progress towards implementation\nNothing moved", both, "Theme: D43 Assembly",
                                       f"Seen by X.\n{both}"]


def test_what_is_not_agreed_is_left_empty_in_the_matrix(cast, imported):
    files, (first, _second, third) = imported
    agree(cast, third, "implemented")
    assessment_round = share_all(cast, [first])
    assessing.set_light(cast.member.ctx, assessment_of(first, cast.member.membership), "worse", None, "Two raids")
    made = reporting.export(cast.coordinator.ctx, cast.review, assessment_round, "matrix", files)
    assert column_of(made.content) == ["", "(Kenya, Peru) Implemented", "Theme: D43 Assembly",
                                       "Seen by X.\n(Kenya, Peru) Implemented"]


def test_a_matrix_whose_bytes_are_gone_is_refused_in_a_sentence(cast, imported, browser_of):
    _files, (first, *_others) = imported        # beside the store of the pages
    agree(cast, first, "none")
    page = browser_of(cast.coordinator).get("/c/meridia/midterm/export/matrix?door=members", status=422)
    assert "This file is gone from the store. Tell the administrator, who can restore it from a backup." in page.words


def test_an_import_that_was_taken_back_is_not_filled(cast, imported):
    files, (first, *_others) = imported
    assessment_round = agree(cast, first, "none")
    Import.update(undone_at=cast.coordinator.ctx.now).execute()
    with pytest.raises(Refused) as refusal:
        reporting.export(cast.coordinator.ctx, cast.review, assessment_round, "matrix", files)
    assert str(refusal.value).startswith("No OHCHR matrix was brought in for this review")


def test_the_row_of_a_table_has_as_many_cells_as_columns(cast):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 1)
    table = reporting.build(cast.coordinator.ctx, cast.review, agree(cast, made[0], "none")).tables()[0]
    assert {len(row.cells) for row in table.rows if isinstance(row, Row)} == {4}


def test_the_public_door_is_opened_by_who_has_just_signed_in(cast, browser_of):
    agree(cast, *make_recommendations(cast.coordinator.ctx, cast.review, 1), "partial")
    browser = browser_of(cast.coordinator)
    browser.get("/account")
    WebSession.update(fresh_until=utc_now() - timedelta(seconds=1)).execute()
    for door in ("", "?door=public"):
        assert browser.get(f"/c/meridia/midterm/export/csv{door}", 303).location == "/sign-in-again"
    browser.get("/c/meridia/midterm/export/csv?door=members")
