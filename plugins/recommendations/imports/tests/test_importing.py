"""Bringing files in and taking them back, with the database."""

import os
from datetime import date
from pathlib import Path

import pytest

import plugins.recommendations
from core import db
from core.api import Refused, reviews_of
from core.db import database
from core.files.store import StoredFile, as_file, path_of
from plugins.recommendations.collection import lists_of
from plugins.recommendations.editing.editing import Written, correct
from plugins.recommendations.imports.importing import (
    PlanDiffers,
    bring_in,
    drafted,
    drop_expired,
    imports_of,
    keep_for_preview,
    preview,
)
from plugins.recommendations.imports.undoing import take_back
from plugins.recommendations.models import Import, ImportRow, PositionEntry, Recommendation, Term
from plugins.recommendations.positions import add_position, history
from plugins.recommendations.tests.factories import LIST, make_import, make_recommendation, sources_in

DRAFT = ("6.\tThe following recommendations will be examined by Meridia, which will provide responses in due time:\n"
         "6.1\tPlant trees along the salt marsh (France) (Chile);\n"
         "6.2\tOpen the archives to the families (Norway);\n")
SWAPPED = LIST.replace("5.1", "x").replace("5.2", "5.1").replace("x", "5.2")
HEAD = "number,part,text,states,position,themes,theme_headings,affected,sdgs,source,session\n"
FINAL = (HEAD + "140.1,0,Open the archives to the families,NOR,noted,Justice,Justice,,16,A/HRC/58/99,48\n"
         '140.2,0,Plant trees along the salt marsh,"FRA\nCHL",supported,"Climate\nWater",Climate,,13,A/HRC/58/99,48\n')


@pytest.fixture
def sources(instance):
    return sources_in(instance.instance)


@pytest.fixture
def ctx(cast):
    return cast.coordinator.ctx


def standing(review):
    return {one.text.split()[0]: (one.number, one.draft_number, one.position)
            for one in Recommendation.select().where(Recommendation.review == review)}


@pytest.mark.database
def test_a_draft_comes_in_and_the_final_gives_it_numbers_positions_and_themes(cast, ctx, sources):
    first = make_import(ctx, sources, DRAFT, review=cast.review)
    assert (first.form, first.new_count, first.changed_count) == ("report", 2, 0)
    assert standing(cast.review) == {"Plant": ("6.1", None, "pending"), "Open": ("6.2", None, "pending")}
    second = make_import(ctx, sources, FINAL, "final.csv", cast.review)
    assert (second.form, second.new_count, second.changed_count, second.refused_count) == ("commonweal", 0, 2, 0)
    assert standing(cast.review) == {"Plant": ("140.2", "6.1", "supported"), "Open": ("140.1", "6.2", "noted")}
    plant = Recommendation.get(Recommendation.number == "140.2")
    assert lists_of(ctx, cast.review)[plant.id] == {
        "states": ("FRA", "CHL"), "themes": ("Climate", "Water"), "headings": ("Climate",), "affected": (),
        "sdgs": ("13",)}
    assert [entry.position for entry in history(plant)] == ["pending", "supported"]


@pytest.mark.database
def test_every_file_that_was_read_in_changes_nothing_when_it_is_read_again_in_any_order(cast, ctx, sources):
    make_import(ctx, sources, DRAFT, review=cast.review)
    make_import(ctx, sources, FINAL, "final.csv", cast.review)
    one = Recommendation.get(Recommendation.number == "140.1")
    correct(ctx, one, Written("Open all the archives", "140.9", states=("NOR", "ISL"), themes=("Memory",)), one.version)
    add_position(ctx, Recommendation.get_by_id(one.id), "supported", said_on=date(2025, 5, 1))
    before = standing(cast.review), PositionEntry.select().count(), Import.select().count()
    assert make_import(ctx, sources, DRAFT, review=cast.review) is None
    assert make_import(ctx, sources, FINAL, "final.csv", cast.review) is None
    assert (standing(cast.review), PositionEntry.select().count(), Import.select().count()) == before


@pytest.mark.database
def test_numbers_that_change_places_are_set_as_one(cast, ctx, sources):
    make_import(ctx, sources, LIST, review=cast.review)
    make_import(ctx, sources, SWAPPED, review=cast.review)
    assert standing(cast.review) == {"Plant": ("5.2", "5.1", None), "Open": ("5.1", "5.2", None)}


def test_what_was_added_by_hand_stays_when_a_file_changes_the_rest(cast, ctx, sources):
    make_import(ctx, sources, FINAL, "final.csv", cast.review)
    one = Recommendation.get(Recommendation.number == "140.1")
    correct(ctx, one, Written(one.text, "140.1", states=("NOR", "ISL"), themes=("Justice", "Memory"), sdgs=("16",)))
    newer = FINAL.replace("NOR,noted,Justice,", 'SWE,noted,Peace,')
    make_import(ctx, sources, newer, "newer.csv", cast.review)
    found = lists_of(ctx, cast.review)[one.id]
    assert (set(found["states"]), set(found["themes"])) == ({"SWE", "ISL"}, {"Peace", "Memory"})


def test_refused_rows_are_kept_with_their_reason_and_refused_alone_they_write_nothing_twice(cast, ctx, sources):
    twice = LIST + "5.1\tBuild a harbour for the fishers (Portugal);\n"
    made = make_import(ctx, sources, twice, review=cast.review)
    row = ImportRow.get(ImportRow.outcome == "refused")
    assert (made.refused_count, row.number, row.recommendation_id) == (1, "5.1", None)
    assert "stands twice" in row.reason["text"]
    assert make_import(ctx, sources, twice, review=cast.review) is None


def test_a_review_that_is_missing_is_made_with_its_cycle(cast, ctx, sources):
    make_import(ctx, sources, LIST, session=34)
    assert [(one.wg_session, one.cycle, one.state) for one in reviews_of(ctx)] == [(48, 4, "XMD"), (34, 3, "XMD")]


def test_a_file_that_says_no_session_and_a_coalition_of_two_reviews_is_asked(cast, ctx, sources):
    make_import(ctx, sources, LIST, session=34)
    with pytest.raises(Refused, match="Choose the session of the review: 48, 34"):
        make_import(ctx, sources, LIST)


def test_a_file_of_another_session_proposes_a_new_review_first_and_this_one_second(cast, ctx, sources):
    settings = {"state": "XMD"}
    with as_file(FINAL.replace(",48\n", ",34\n").encode(), "final.csv", sources.files) as path:
        reading = sources.read(path, "recommendations", settings)
    proposed = drafted(ctx, reading, settings, cast.review)
    assert (proposed.target.is_new, proposed.target.review.wg_session) == (True, 34)
    assert list(proposed.target.others) == [cast.review]
    chosen = drafted(ctx, reading, {"into": cast.review.uid}, cast.review)
    assert chosen.target.review == cast.review


def test_a_change_that_was_unticked_stays_out_and_is_offered_again(cast, ctx, sources):
    make_import(ctx, sources, DRAFT, review=cast.review)
    one = Recommendation.get(Recommendation.number == "6.1")
    made = make_import(ctx, sources, FINAL, "final.csv", cast.review, left_out={one.uid})
    assert made.changed_count == 1
    assert standing(cast.review) == {"Plant": ("6.1", None, "pending"), "Open": ("140.1", "6.2", "noted")}
    again = make_import(ctx, sources, FINAL, "final.csv", cast.review)
    assert (again.changed_count, again.unchanged_count) == (1, 1)


def test_a_number_that_another_takes_cannot_be_left_behind(cast, ctx, sources):
    make_import(ctx, sources, LIST, review=cast.review)
    one = Recommendation.get(Recommendation.number == "5.2")
    with pytest.raises(Refused, match="cannot be left out"):
        make_import(ctx, sources, SWAPPED, review=cast.review, left_out={one.uid})
    assert standing(cast.review) == {"Plant": ("5.1", None, None), "Open": ("5.2", None, None)}


# Between preview and confirmation.

def kept(ctx, sources, content=LIST):
    settings = {"subject": "recommendations", "form": "report"}
    return keep_for_preview(ctx, sources, "list.txt", content.encode(), settings)


ONE = HEAD + "140.1,0,Plant trees along the salt marsh,FRA,,,,,,,48\n"
PARTS = HEAD + ("140.1,1,Plant trees along the salt marsh,FRA,,,,,,,48\n"
                "140.1,2,Open the archives to the families,NOR,,,,,,,48\n")
TURNED = HEAD + ("140.1,2,Plant trees along the salt marsh,FRA,,,,,,,48\n"
                 "140.1,1,Open the archives to the families,NOR,,,,,,,48\n")


def parts():
    return {(one.text.split()[0], one.number, one.part) for one in Recommendation.select()}


@pytest.mark.database
def test_a_recommendation_that_becomes_a_part_keeps_its_number_and_parts_can_change_places(cast, ctx, sources):
    make_import(ctx, sources, ONE, "one.csv", cast.review)
    make_import(ctx, sources, PARTS, "parts.csv", cast.review)
    assert parts() == {("Plant", "140.1", 1), ("Open", "140.1", 2)}
    turned = make_import(ctx, sources, TURNED, "turned.csv", cast.review)
    assert parts() == {("Plant", "140.1", 2), ("Open", "140.1", 1)}
    assert take_back(ctx, turned).restored == 2
    assert parts() == {("Plant", "140.1", 1), ("Open", "140.1", 2)}


def test_a_preview_writes_nothing_and_its_confirmation_keeps_the_file(cast, ctx, sources):
    stored = kept(ctx, sources)
    draft = preview(ctx, sources, stored, cast.review)
    assert (len(draft.plan.new), Recommendation.select().count(), Import.select().count()) == (2, 0, 0)
    made = bring_in(ctx, sources, draft, stored.name, b"", stored=stored)
    assert made.file == stored and StoredFile.get_by_id(stored.id).expires_at is None
    with pytest.raises(Refused, match="no longer here"):
        preview(ctx, sources, StoredFile.get_by_id(stored.id), cast.review)


def test_what_was_brought_in_meanwhile_is_shown_before_anything_is_written(cast, ctx, sources):
    stored = kept(ctx, sources)
    draft = preview(ctx, sources, stored, cast.review)
    make_recommendation(ctx, cast.review, "5.1", "Build a harbour for the fishers")
    with pytest.raises(PlanDiffers):
        bring_in(ctx, sources, draft, stored.name, b"", stored=stored)
    assert (Recommendation.select().count(), Import.select().count()) == (1, 0)


def test_a_file_that_nobody_confirms_is_forgotten_after_a_day_unless_another_has_its_bytes(cast, ctx, sources):
    forgotten, other = kept(ctx, sources), kept(ctx, sources, DRAFT)
    StoredFile.update(expires_at=date(2020, 1, 1)).execute()
    make_import(ctx, sources, DRAFT, review=cast.review)
    for stored in (forgotten, other):
        os.utime(path_of(sources.files, stored.sha256), (0, 0))
    drop_expired(ctx, sources)
    assert not path_of(sources.files, forgotten.sha256).exists()
    assert path_of(sources.files, other.sha256).exists()
    assert [one.name for one in StoredFile.select()] == ["file.txt"]


# Taking back.

@pytest.mark.database
def test_an_import_that_is_taken_back_leaves_nothing_of_its_own(cast, ctx, sources):
    take_back(ctx, make_import(ctx, sources, LIST, review=cast.review))
    assert (Recommendation.select().count(), PositionEntry.select().count()) == (0, 0)
    assert [one.undone_at is not None for one in imports_of(ctx, cast.review)] == [True]
    assert make_import(ctx, sources, LIST, review=cast.review).new_count == 2


@pytest.mark.database
def test_earlier_values_return(cast, ctx, sources):
    make_import(ctx, sources, DRAFT, review=cast.review)
    done = take_back(ctx, make_import(ctx, sources, FINAL, "final.csv", cast.review))
    assert (done.gone, done.restored, done.kept) == (0, 2, ())
    assert standing(cast.review) == {"Plant": ("6.1", None, "pending"), "Open": ("6.2", None, "pending")}
    plant = Recommendation.get(Recommendation.number == "6.1")
    assert lists_of(ctx, cast.review)[plant.id]["themes"] == ()
    assert [entry.position for entry in history(plant)] == ["pending"]


def with_other_themes(cast, ctx, sources):
    """(the recommendation, the import that gave it other themes, what that one's row says of before)."""
    make_import(ctx, sources, FINAL, "final.csv", cast.review)
    made = make_import(ctx, sources, FINAL.replace("Climate\nWater", "Soil"), "other.csv", cast.review)
    row = ImportRow.get(ImportRow.import_made == made, ImportRow.outcome == "changed")
    return Recommendation.get(Recommendation.number == "140.2"), made, row


def test_earlier_themes_return_and_none_of_another_coalition_comes(cast, world, ctx, sources):
    """What an archive brought in may name any."""
    plant, made, row = with_other_themes(cast, ctx, sources)
    foreign = Term.create(coalition=world.elsewhere.coalition, kind="theme", name="Theirs")
    row.before["terms"] += [[foreign.uid, 8, False], [foreign.id, 9, False]]
    ImportRow.update(before=row.before).where(ImportRow.id == row.id).execute()
    assert take_back(ctx, made).restored == 1
    assert lists_of(ctx, cast.review)[plant.id]["themes"] == ("Climate", "Water")


@pytest.mark.database
def test_themes_that_were_kept_by_number_are_kept_by_uid_after_the_upgrade(cast, ctx, sources):
    _plant, _made, row = with_other_themes(cast, ctx, sources)
    terms = {term.uid: term.id for term in Term.select()}
    runner = db.runner("recommendations", Path(plugins.recommendations.__file__).parent / "migrations")
    runner.down()
    assert ImportRow.get_by_id(row.id).before == {
        **row.before, "terms": [[terms[uid], *more] for uid, *more in row.before["terms"]]}
    runner.up()
    assert ImportRow.get_by_id(row.id).before == row.before and len(row.before["terms"]) > 2


def test_an_earlier_number_that_another_has_got_since_does_not_return(cast, ctx, sources):
    make_import(ctx, sources, DRAFT, review=cast.review)
    made = make_import(ctx, sources, FINAL, "final.csv", cast.review)
    make_recommendation(ctx, cast.review, "6.1", "Build a harbour for the fishers")
    done = take_back(ctx, made)
    assert (done.gone, done.restored, done.kept) == (0, 1, ("140.2",))
    assert standing(cast.review) == {"Plant": ("140.2", "6.1", "supported"), "Open": ("6.2", None, "pending"),
                                     "Build": ("6.1", None, None)}


def test_what_was_touched_since_stays_and_is_listed(cast, ctx, sources):
    made = make_import(ctx, sources, LIST, review=cast.review)
    one = Recommendation.get(Recommendation.number == "5.1")
    correct(ctx, one, Written("Plant many trees", "5.1", states=("FRA",)), one.version)
    done = take_back(ctx, made)
    assert (done.gone, done.kept) == (1, ("5.1",))
    assert list(standing(cast.review)) == ["Plant"]
    with pytest.raises(Refused, match="taken back already"):
        take_back(ctx, Import.get_by_id(made.id))


def test_a_position_that_was_entered_by_hand_keeps_its_recommendation_also_where_it_says_the_same(cast, ctx, sources):
    made = make_import(ctx, sources, FINAL, "final.csv", cast.review)
    one = Recommendation.get(Recommendation.number == "140.1")
    add_position(ctx, one, "noted", said_on=date(2025, 2, 20), source="A/HRC/58/99/Add.1")
    done = take_back(ctx, made)
    assert (done.gone, done.kept, list(standing(cast.review))) == (1, ("140.1",), ["Open"])
    assert [entry.source for entry in history(one)][-1] == "A/HRC/58/99/Add.1"


@pytest.mark.database
def test_what_another_plugin_hangs_on_a_recommendation_keeps_it(cast, ctx, sources):
    made = make_import(ctx, sources, LIST, review=cast.review)
    one = Recommendation.get(Recommendation.number == "5.1")
    database.execute_sql("CREATE TABLE clinging (to_id INTEGER NOT NULL REFERENCES recommendations_recommendation (id) "
                         "ON DELETE RESTRICT)")
    database.execute_sql(f"INSERT INTO clinging VALUES ({one.id})")
    done = take_back(ctx, made)
    assert (done.gone, done.kept, list(standing(cast.review))) == (1, ("5.1",), ["Plant"])


@pytest.mark.database
def test_what_a_later_file_says_again_stays_when_the_earlier_one_is_taken_back(cast, ctx, sources):
    first = make_import(ctx, sources, LIST, review=cast.review)
    make_import(ctx, sources, LIST.splitlines()[0] + "\n5.3\tBuild a harbour (Portugal);\n", review=cast.review)
    assert take_back(ctx, first).kept == ("5.1",)
    assert sorted(standing(cast.review)) == ["Build", "Plant"]


# The State's reply.

REPLY = ("The Government of Meridia supports the following recommendations: 5.1 and 5.3.\n\n"
         "The following recommendations are noted: 5.2, 5.9.\n")


def test_a_reply_sets_positions_with_day_and_source_and_refuses_numbers_that_are_not_there(cast, ctx, sources):
    make_import(ctx, sources, LIST + "5.3\tBuild a harbour (Portugal);\n", review=cast.review)
    made = make_import(ctx, sources, REPLY, "reply.txt", cast.review, subject="positions", said_on="2025-06-01",
                       source="A/HRC/58/99/Add.1")
    assert (made.form, made.changed_count, made.refused_count) == ("reply", 3, 1)
    assert standing(cast.review) == {"Plant": ("5.1", None, "supported"), "Open": ("5.2", None, "noted"),
                                     "Build": ("5.3", None, "supported")}
    entry = PositionEntry.select().join(Recommendation).where(Recommendation.number == "5.2").get()
    assert (entry.position, entry.said_on, entry.source) == ("noted", date(2025, 6, 1), "A/HRC/58/99/Add.1")
    assert ImportRow.get(ImportRow.outcome == "refused").number == "5.9"
    assert make_import(ctx, sources, REPLY, "reply.txt", cast.review, subject="positions") is None
    done = take_back(ctx, made)
    assert (done.restored, {position for _number, _draft, position in standing(cast.review).values()}) == (3, {None})
