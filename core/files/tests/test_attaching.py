"""Putting files into a coalition: what is kept, who gets what, and that a refusal leaves nothing behind."""

import os
from dataclasses import replace
from datetime import date, timedelta

import pytest

from core.changes import change
from core.coalitions.models import Membership
from core.db import utc_now
from core.errors import Forbidden, NotThere, Refused
from core.files import attaching
from core.files.attaching import About, FileStore, Upload
from core.files.models import AttachedVersion, Attachment
from core.files.store import StoredFile, keep, named, path_of, stray
from core.files.tests.factories import TABLE, make_attachment
from core.files.tests.hostile import HOSTILE
from core.files.tests.telling import SECRETS, a_jpg
from core.policy import unnarrowed, visible
from core.testing.canary import found_in

ABOUT = About("Letter to the Ministry", "The Ministry", "https://ministry.example/9", date(2027, 3, 12), "Answered.")


@pytest.fixture
def store(tmp_path):
    return FileStore(tmp_path / "files", 10 * 1024**2)


def bytes_in(store) -> set[str]:
    return {path.name for path in store.folder.glob("??/*")}


def withheld(cast):
    """The member, whose organisation asked not to be named."""
    Membership.update(visibility="withheld").where(Membership.id == cast.member.membership.id).execute()
    return cast.member.ctx


@pytest.mark.database
def test_an_upload_keeps_the_original_and_a_clean_copy(cast, store):
    made = attaching.store_upload(cast.member.ctx, store, Upload("harbour.jpg", a_jpg()), ABOUT, cast.member.membership)
    [(found, [version])] = attaching.files_of(cast.other_member.ctx)
    assert found == made and (found.title, found.source, found.place, found.dated_on, found.note) == (
        "Letter to the Ministry", "The Ministry", "https://ministry.example/9", date(2027, 3, 12), "Answered.")
    assert (version.number, version.kind, version.size_bytes) == (1, "jpg", len(a_jpg()))
    assert attaching.original_of(cast.member.ctx, store, version).read_bytes() == a_jpg()
    copy = attaching.copy_of(store, version).read_bytes()
    assert found_in(copy, SECRETS) == [] and len(copy) == version.clean_bytes
    assert bytes_in(store) == {version.sha256, version.clean_sha256} == named(cast.coalition)
    assert attaching.used_bytes(cast.member.ctx) == len(a_jpg()) + len(copy)


def test_the_original_is_its_own_peoples_alone(cast, store):
    made = make_attachment(cast.member.ctx, cast.member.membership, b"clean", b"original", store=store)
    version = attaching.version_of(cast.member.ctx, made, 1)
    for other in (cast.other_member, cast.editor, cast.coordinator):
        with pytest.raises(Forbidden, match="get it as it was brought"):
            attaching.original_of(other.ctx, store, version)
        assert attaching.copy_of(store, version).read_bytes() == b"clean"
    assert attaching.original_of(cast.member.ctx, store, version).read_bytes() == b"original"


def test_the_original_of_the_coalitions_file_is_for_who_brought_it(cast, store):
    made = make_attachment(cast.member.ctx, None, b"clean", b"original", store=store)
    version = attaching.version_of(cast.member.ctx, made, 1)
    assert attaching.may_have_original(cast.member.ctx, version)
    assert not attaching.may_have_original(cast.coordinator.ctx, version)


@pytest.mark.database
def test_a_version_that_a_coordinator_brings_is_not_the_organisations_original(cast, store):
    made = make_attachment(cast.member.ctx, cast.member.membership, store=store)
    attaching.add_version(cast.coordinator.ctx, store, made, Upload("newer.csv", b"day\n2027-04-01\n"))
    newest, first = attaching.files_of(cast.member.ctx)[0][1]
    assert (newest.number, first.number) == (2, 1)
    assert not attaching.may_have_original(cast.member.ctx, newest)
    assert attaching.may_have_original(cast.coordinator.ctx, newest)
    assert attaching.copy_of(store, first).read_bytes() == TABLE
    with pytest.raises(NotThere):
        attaching.version_of(cast.member.ctx, made, 3)


def test_nobody_brings_a_file_for_an_organisation_they_do_not_act_for(cast, store):
    for person in (cast.member, cast.coordinator):
        with pytest.raises(Forbidden, match="You do not act for this organisation"):
            attaching.store_upload(person.ctx, store, Upload("a.csv", TABLE), ABOUT, cast.other_member.membership)
    assert list(visible(cast.member.ctx, Attachment)) == [] and bytes_in(store) == set()


def test_a_file_needs_words_for_what_it_is(cast, store):
    with pytest.raises(Refused, match="Say what this file is"):
        attaching.store_upload(cast.member.ctx, store, Upload("a.csv", TABLE), About(""))
    made = make_attachment(cast.member.ctx, cast.member.membership, store=store)
    with pytest.raises(Refused, match="Say what this file is"):
        attaching.describe(cast.member.ctx, made, About(""))


ATTACHED_TOO = {"pdf": "cut or damaged", "image": "cut or damaged",
                "pdf_called_docx": "This is a PDF, but its name ends with .docx.",
                "image_called_docx": "This is a PNG image, but its name ends with .docx.",
                "old_word": "old Word file", "web_page": "web page", "unknown_suffix": "not kept here"}


@pytest.mark.parametrize("make", HOSTILE, ids=lambda make: make.__name__)
def test_a_hostile_file_is_refused_in_a_sentence_and_nothing_of_it_stays(make, cast, store, tmp_path):
    path = make(tmp_path)
    with open(path, "rb") as file:
        upload = Upload(os.path.basename(path), file.read())
    words = ATTACHED_TOO.get(make.__name__, HOSTILE[make])
    roomy = replace(store, quota_bytes=1024**3)
    if make.__name__ == "image":                    # a good one, small as it is
        attaching.store_upload(cast.member.ctx, roomy, upload, ABOUT)
        return
    with pytest.raises(Refused) as refused:
        attaching.store_upload(cast.member.ctx, roomy, upload, ABOUT)
    assert words in str(refused.value)
    assert list(visible(cast.member.ctx, Attachment)) == [] and bytes_in(store) == set()


@pytest.mark.database
def test_a_coalition_keeps_no_more_than_its_quota(cast, store):
    small = replace(store, quota_bytes=3 * 1024**2)
    with change(cast.coordinator.ctx, "coalition.members", cast.coalition) as entry:
        entry.add(StoredFile(sha256=keep(store.folder, b"report"), name="report.docx", size_bytes=2 * 1024**2,
                             at=utc_now(), seat=cast.coordinator.seat))
    with pytest.raises(Refused) as refused:
        attaching.store_upload(cast.member.ctx, small, Upload("long.csv", b"word;" * 400_000), ABOUT)
    assert str(refused.value) == (
        "The coalition's files may take 3 MB, and this one does not fit beside the others. Delete files that are no "
        "longer needed, or ask the administrator for more room.")
    assert list(visible(cast.member.ctx, Attachment)) == []
    attaching.store_upload(cast.other.member.ctx, small, Upload("long.csv", b"word;" * 400_000), ABOUT)


@pytest.mark.database
def test_the_same_bytes_of_two_coalitions_live_as_long_as_one_of_them(cast, store):
    ours = make_attachment(cast.member.ctx, cast.member.membership, store=store)
    theirs = make_attachment(cast.other.member.ctx, cast.other.member.membership, store=store)
    assert len(bytes_in(store)) == 1
    for path in store.folder.glob("??/*"):
        os.utime(path, (0, 0))
    attaching.delete(cast.member.ctx, store, ours)
    assert len(bytes_in(store)) == 1 and attaching.files_of(cast.member.ctx) == []
    assert [found for found, _versions in attaching.files_of(cast.other.member.ctx)] == [theirs]
    attaching.delete(cast.other.member.ctx, store, theirs)
    assert bytes_in(store) == set()
    assert AttachedVersion.select().count() == 0


def test_what_a_killed_upload_left_is_no_file_and_goes_later(cast, store, monkeypatch):
    def killed(*arguments):
        raise KeyboardInterrupt
    monkeypatch.setattr(attaching, "_add_version", killed)
    with pytest.raises(KeyboardInterrupt):
        attaching.store_upload(cast.member.ctx, store, Upload("a.csv", TABLE), ABOUT)
    assert list(visible(cast.member.ctx, Attachment)) == []
    assert [path.name for path in stray(store.folder)] == sorted(bytes_in(store)) != []
    monkeypatch.undo()
    other = make_attachment(cast.member.ctx, cast.member.membership, b"other", store=store)
    later = replace(cast.member.ctx, now=utc_now() + timedelta(hours=2))
    attaching.delete(later, store, other)
    assert bytes_in(store) == set()


@pytest.mark.database
def test_who_may_change_and_delete_a_file(cast, store):
    made = make_attachment(cast.member.ctx, cast.member.membership, store=store)
    with pytest.raises(Forbidden):
        attaching.describe(cast.other_member.ctx, made, ABOUT)
    for other in (cast.other_member, cast.editor):
        with pytest.raises(Forbidden):
            attaching.delete(other.ctx, store, made)
    assert visible(cast.member.ctx, Attachment).get().title == "Raids in spring"
    attaching.describe(cast.editor.ctx, made, ABOUT)
    assert visible(cast.member.ctx, Attachment).get().title == "Letter to the Ministry"
    attaching.delete(cast.coordinator.ctx, store, made)
    assert attaching.files_of(cast.member.ctx) == []


def test_others_get_no_name_that_the_organisation_did_not_choose(cast, store):
    made = make_attachment(cast.member.ctx, cast.member.membership, store=store, title="Raids / in: spring?",
                           name="lanternwick minutes.csv")
    [(found, [version])] = attaching.files_of(cast.other_member.ctx)
    assert attaching.name_for_others(found, version) == "Raids in spring.csv"
    withheld(cast)
    [(found, [version])] = attaching.files_of(cast.other_member.ctx)
    assert attaching.name_for_others(found, version) == f"file-{version.at:%Y-%m-%d}.csv"
    Membership.update(visibility=None).where(Membership.id == cast.member.membership.id).execute()
    [(found, [version])] = attaching.files_of(cast.other_member.ctx)
    assert attaching.name_for_others(found, version).startswith("file-")
    assert attaching.own_name(found, version) == "Raids in spring.csv" and made == found
    assert "lanternwick" not in str(version.__data__)         # the name on their disk is kept nowhere


def test_files_of_a_day_stand_by_title_so_that_no_hour_shows(cast, store):
    now = utc_now().replace(hour=9)
    for hour, title in ((9, "Zebra"), (10, "Alder"), (8, "Moss")):
        make_attachment(replace(cast.member.ctx, now=now.replace(hour=hour)), cast.member.membership, title=title,
                        store=store)
    make_attachment(replace(cast.member.ctx, now=now - timedelta(days=1)), None, title="Before", store=store)
    assert [found.title for found, _versions in attaching.files_of(cast.member.ctx)] == [
        "Alder", "Moss", "Zebra", "Before"]


def test_a_file_belongs_to_an_object(cast, store):
    made = attaching.store_upload(cast.member.ctx, store, Upload("a.csv", TABLE), ABOUT, belongs_to=cast.review)
    make_attachment(cast.member.ctx, None, store=store)
    assert [found for found, _versions in attaching.files_of(cast.member.ctx, [cast.review])] == [made]
    assert (made.about_kind, made.about_uid) == ("review", cast.review.uid)


@pytest.mark.parametrize("count", [30, 300])
def test_many_files_cost_two_queries(cast, store, queries, count):
    ctx = cast.member.ctx
    with change(ctx, "files.add", cast.coalition) as entry:
        for number in range(count):
            made = entry.add(Attachment(membership=cast.member.membership, title=f"File {number}"))
            entry.add(AttachedVersion(attachment=made, number=1, kind="csv", name="a.csv", at=ctx.now, sha256="0" * 64,
                                      size_bytes=9, clean_sha256="0" * 64, clean_bytes=9))
    with queries() as counted:
        assert len(attaching.files_of(ctx)) == count
    assert len(counted) == 2


def test_a_file_that_is_gone_from_the_store_says_so(cast, store):
    made = make_attachment(cast.member.ctx, cast.member.membership, store=store)
    version = attaching.version_of(cast.member.ctx, made, 1)
    path_of(store.folder, version.clean_sha256).unlink()
    with pytest.raises(Refused, match="gone from the store"):
        attaching.copy_of(store, version)


def test_no_stored_file_of_an_import_is_an_attachment(cast, store):
    make_attachment(cast.member.ctx, cast.member.membership, store=store)
    assert list(unnarrowed(StoredFile)) == []
