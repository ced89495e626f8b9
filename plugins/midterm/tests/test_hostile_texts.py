"""Words that would run if they were taken for more than words: on every page, and in every file that comes out."""

import csv
import io
import re
import zipfile

import pytest
from lxml import etree

from core.audit import AuditLine
from core.coalitions.members import add_organisation
from core.coalitions.models import Coalition, Organisation
from core.people.models import Person
from plugins.midterm import agreeing, assessing, claims, evidence, rounds, sharing
from plugins.midterm.models import Dissent, Evidence, Round
from plugins.midterm.reporting import export
from plugins.midterm.shown import Shown
from plugins.midterm.tests.factories import assessment_of
from plugins.recommendations.editing.editing import Written, add_recommendation

EVIL = ("=1+1 <script>alert(1)</script>\"'><img src=x onerror=alert(1)> {{7*7}} {% raise %} %(num)d %s "
        "#panic(\"typst\") #sys.inputs ]>&amp;&#0; javascript:alert(1) \u202egnp.exe `*_$\\")
RUNS = re.compile(r"<(script>alert|img src=x)|\b49\b|href=\"javascript:")


@pytest.fixture
def evil(cast):
    """Every text of the coalition, of its people and of its work holds it."""
    Coalition.update(title=EVIL).execute()
    for row in (*Person.select(), *Organisation.select()):
        row.put(name=EVIL)
        row.save()
    coordinator, member = cast.coordinator.ctx, cast.member.ctx
    add_organisation(coordinator, f"@{EVIL}", visibility="named")
    made = add_recommendation(coordinator, cast.review, Written(
        EVIL, "1.1", states=("FRA",), themes=(EVIL,), affected=(f"+{EVIL}",), source=EVIL), "supported")
    assessment_round = rounds.add_round(coordinator, cast.review, EVIL)
    for membership in (cast.member.membership, cast.other_member.membership):
        sharing.share(coordinator, cast.review, assessment_round, [made], membership)
    assessing.set_light(member, assessment_of(made, cast.member.membership), "none", None, EVIL)
    agreeing.decide(coordinator, assessment_round, [agreeing.Decision(made, "partial", comment=EVIL)])
    agreed = agreeing.agreed_by_recommendation(coordinator, assessment_round)[made.id]
    agreeing.set_dissent(member, agreed, cast.member.membership, EVIL)
    claims.add_claim(coordinator, made, EVIL, source=EVIL)
    evidence.add_evidence(member, made, assessment_round, cast.member.membership,
                          Shown(url="https://host.example/?a=\"><script>alert(1)</script>", title=EVIL, source=EVIL))
    evidence.add_evidence(coordinator, made, assessment_round, None, Shown(note=EVIL, source=EVIL))
    return made


PAGES = ("", "coalition", "recommendations/", "recommendations/?q={evil}", "recommendations/r/{uid}",
         "recommendations/r/{uid}/edit", "recommendations/import", "midterm/matrix", "midterm/matrix?edit={uid}",
         "midterm/mine", "midterm/mine?show={evil}", "midterm/assess")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("who", ["coordinator", "member"])
def test_no_page_takes_words_for_more_than_words(evil, cast, browser_of, who, path):
    browser = browser_of(cast[who])
    address = "/c/meridia/" + path.format(uid=evil.uid, evil="%3Cscript%3Ealert(1)%3C/script%3E{{7*7}}")
    page = browser.get(address, status=None, look=False)
    if page.status == 303:
        page = browser.follow(page)
    assert page.status in (200, 403)
    assert not RUNS.search(page.text), RUNS.search(page.text)
    assert {tag.tag for tag in page.tree.iter() if isinstance(tag.tag, str)} & {"iframe", "object", "style"} == set()


def texts_of(content):
    """Member → its text, of a package; each is whole XML."""
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        for name in pack.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(pack.read(name))
        return {name: pack.read(name).decode(errors="replace") for name in pack.namelist()}


def cells_of(content):
    return [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")) for cell in row]


@pytest.mark.parametrize("door", ["public", "members"])
@pytest.mark.parametrize("form", ["docx", "pdf", "xlsx", "csv", "html"])
def test_no_file_takes_words_for_more_than_words(evil, cast, app, form, door):
    ctx = cast.coordinator.ctx
    made = export(ctx, cast.review, rounds.find_round(ctx, cast.review), form, app.settings.files, door)
    assert made.content and Round.select().count() == Dissent.select().count() == 1 and Evidence.select().count() == 2
    if form == "pdf":
        assert made.content.startswith(b"%PDF-") and b"/JavaScript" not in made.content
    elif form in ("docx", "xlsx"):
        whole = "\n".join(texts_of(made.content).values())
        assert "&lt;script&gt;alert(1)" in whole and "<f>" not in whole and "instrText" not in whole
    elif form == "html":
        text = made.content.decode()
        assert "&lt;script&gt;" in text and not RUNS.search(text)
    else:
        cells = cells_of(made.content)
        assert any(cell.startswith("'=1+1 <script>") for cell in cells)
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert re.fullmatch(r"48-midterm-(public|members)-\d{4}-\d\d-\d\d\.\w+", made.name)


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_the_list_s_files_take_words_for_words_and_say_what_they_are(evil, cast, browser_of, form):
    page = browser_of(cast.member).get(f"/c/meridia/recommendations/?format={form}", look=False)
    assert page.headers["Content-Disposition"] == f'attachment; filename="recommendations-48.{form}"'
    line = AuditLine.select().order_by(AuditLine.number.desc()).first()
    assert (line.action, line.object_uid) == ("recommendations.see", cast.review.uid)
    assert (page.headers["Cache-Control"], page.headers["X-Content-Type-Options"]) == ("no-store", "nosniff")
    if form == "csv":
        assert any(cell.startswith("'=1+1 <script>") for cell in cells_of(page.content))
        assert not [cell for cell in cells_of(page.content) if cell.startswith(("=", "+", "-", "@"))]
    elif form == "xlsx":
        assert "<f>" not in "\n".join(texts_of(page.content).values())
