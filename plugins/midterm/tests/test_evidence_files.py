"""A file as evidence."""

import base64
import io

from core.api import Attachment, FileStore
from core.files.attaching import delete
from plugins.midterm.models import Evidence
from plugins.midterm.reporting import evidence_words
from plugins.midterm.tests.factories import make_recommendations, share_all

PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg="
                       "=")


def give_file(browser, recommendation, status=303, **more):
    page = browser.get(f"/c/meridia/recommendations/r/{recommendation.uid}")
    return browser.submit(page.form("/evidence"), status, file=(io.BytesIO(PNG), "from Wulfhild’s phone.png"), **more)


def test_a_file_is_evidence_once_and_stands_among_the_coalition_s_files(cast, browser_of):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 1)
    share_all(cast, made)
    browser = browser_of(cast.member)
    for _time in range(2):
        give_file(browser, made[0], title="The closed gate", evidence_source="Our visitors", evidence_date="2026-02-03")
    [standing], [file] = Evidence.select(), Attachment.select()
    assert (standing.file, standing.title, standing.membership) == (file, "The closed gate", cast.member.membership)
    assert (file.title, file.membership, file.about_uid) == ("The closed gate", cast.member.membership, standing.uid)
    page = browser_of(cast.other_member).get(f"/c/meridia/recommendations/r/{made[0].uid}")
    link = page.one("//a[contains(., 'The closed gate')]")
    assert link.text_content() == "The closed gate, Our visitors, 2026-02-03"
    assert "The closed gate" in browser_of(cast.other_member).get(link.get("href")).words


def test_a_file_without_a_title_or_with_a_link_is_refused_and_not_kept(cast, browser_of):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 1)
    share_all(cast, made)
    browser = browser_of(cast.member)
    assert "Say what this file is" in give_file(browser, made[0], 422).words
    page = give_file(browser, made[0], 422, title="The gate", evidence="https://host.example/")
    assert "A file and a link are two pieces of evidence. Add one after the other." in page.words
    assert Evidence.select().count() == Attachment.select().count() == 0


def test_evidence_keeps_its_title_when_its_file_is_deleted(cast, browser_of, app):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 1)
    share_all(cast, made)
    give_file(browser_of(cast.member), made[0], title="The closed gate")
    delete(cast.member.ctx, FileStore.of(app.settings), Attachment.get())
    [standing] = Evidence.select()
    assert (standing.file, evidence_words(standing)) == (None, "The closed gate")
