"""A coalition's settings: what is saved counts at once, and nothing outside the bounds is taken."""

import io
from dataclasses import replace

import pytest
from PIL import Image

from core.audit import AuditLine
from core.changes import change
from core.coalitions.models import Coalition
from core.db import transaction
from core.errors import Conflict, Forbidden, Refused
from core.files.store import NO_FILE, StoredFile, path_of
from core.language import lazy
from core.policy import Permission, allowed, declare, declared, unnarrowed
from core.settings.general import offered_languages, save_general
from core.settings.granting import save_grants
from core.settings.look import remove_logo, save_accent, save_logo

PAGE = "/c/meridia/settings"
OURS = [
    Permission("reeds.count", lazy("Count the reeds"), frozenset({"coordinator", "editor"}), adjustable=True),
    Permission("reeds.own", lazy("Count one's own reeds"), frozenset({"coordinator:any", "member"}), own="membership",
               adjustable=True),
    Permission("reeds.burn", lazy("Burn the reeds"), frozenset({"coordinator", "editor"})),
]


@pytest.fixture
def reeds(app):
    """Three permissions more, of which one is not to be adjusted."""
    before = declared()
    declare([*before.values(), *OURS])
    yield
    declare(before.values())


def row(cast):
    return Coalition.select().where(Coalition.id == cast.coalition.id).dicts().get()


def refuses(cast, act, words, kind=Refused):
    before = row(cast), AuditLine.select().count()
    with pytest.raises(kind) as caught:
        act()
    assert str(caught.value) == words
    assert (row(cast), AuditLine.select().count()) == before


def who(cast, permission, obj=None):
    return {name for name in ("coordinator", "editor", "member", "expelled", "administrator", "nobody")
            if allowed(cast[name].ctx, permission, obj or cast.coalition)}


# --- roles ------------------------------------------------------------------------------------------------------------

@pytest.mark.usefixtures("reeds")
def test_a_role_gets_and_loses_what_the_coordinators_decide(cast):
    assert who(cast, "reeds.count") == {"coordinator", "editor"}
    save_grants(cast.coordinator.ctx, ["reeds.count"], {("reeds.count", "member")})
    assert who(cast, "reeds.count") == {"coordinator", "member"}
    with change(cast.member.ctx, "reeds.count", Coalition.get_by_id(cast.coalition.id)):
        pass
    with pytest.raises(Forbidden), change(cast.editor.ctx, "reeds.count", Coalition.get_by_id(cast.coalition.id)):
        pass
    # What is as declared is not written down: a new version of the program may declare otherwise.
    save_grants(cast.coordinator.ctx, ["reeds.count"], {("reeds.count", "editor")})
    assert row(cast)["grants"] == {}


@pytest.mark.usefixtures("reeds")
def test_it_holds_in_the_own_coalition_alone(cast):
    save_grants(cast.coordinator.ctx, ["reeds.count"], {("reeds.count", "member")})
    assert who(cast.other, "reeds.count") == {"coordinator", "editor"}


@pytest.mark.usefixtures("reeds")
def test_who_is_given_a_permission_on_ones_own_gets_no_other_rows(cast):
    save_grants(cast.coordinator.ctx, ["reeds.own"], {("reeds.own", "editor")})
    assert who(cast, "reeds.own", cast.editor.membership) == {"coordinator", "editor"}
    assert who(cast, "reeds.own", cast.member.membership) == {"coordinator"}


@pytest.mark.usefixtures("reeds")
@pytest.mark.parametrize(("shown", "ticked", "words"), [
    (["reeds.burn"], set(), "“reeds.burn” cannot be decided by a coalition. Open the settings again."),
    (["coalition.members"], {("coalition.members", "member")},
     "“coalition.members” cannot be decided by a coalition. Open the settings again."),
    (["coalition.settings"], set(), "“coalition.settings” cannot be decided by a coalition. Open the settings again."),
    (["reeds.unheard"], set(), "“reeds.unheard” cannot be decided by a coalition. Open the settings again."),
    ([], {("audit.see", "member")}, "“audit.see” cannot be decided by a coalition. Open the settings again."),
    ([], {("reeds.count", "member")}, "“reeds.count” was ticked without its row. Open the settings again."),
    *((["reeds.count"], {("reeds.count", role)},
       f"“{role}” is no role that can be given or lose something here. There are: editor, member.")
      for role in ("coordinator", "guest", "person", "operator", "administrator", "member:any", "", "nobody")),
])
def test_nothing_outside_the_bounds_is_taken(cast, shown, ticked, words):
    refuses(cast, lambda: save_grants(cast.coordinator.ctx, shown, ticked), words)


@pytest.mark.usefixtures("reeds")
def test_what_stands_in_the_row_by_another_way_opens_nothing(cast):
    grants = {"coalition.members": ["member"], "coalition.settings": ["member"], "reeds.burn": ["member"],
              "audit.see": ["member"], "reeds.count": ["person", "guest", "administrator", "member:any"]}
    Coalition.update(grants=grants).where(Coalition.id == cast.coalition.id).execute()
    assert {name: who(cast, name) for name in grants} == {
        "coalition.members": {"coordinator"}, "coalition.settings": {"coordinator"},
        "reeds.burn": {"coordinator", "editor"}, "audit.see": {"coordinator"}, "reeds.count": {"coordinator"}}


def test_who_may_be_given_what_guards_the_rest_cannot_be_declared():
    for name in ("coalition.members", "audit.see", "names.read", "keys.load", "keepers.set", "instance.see"):
        with pytest.raises(ValueError, match="no coalition may adjust it"):
            Permission(name, lazy("x"), adjustable=True)


def test_routes_go_by_what_was_decided(cast, browser_of):
    coordinator, member = browser_of(cast.coordinator), browser_of(cast.member)
    page = coordinator.get(PAGE)
    name = next(mark.partition("|")[0] for mark in page.tree.xpath("//input[@name='grant' and @checked]/@value")
                if mark.endswith(".see|member"))
    home = next(link for link in member.get("/c/meridia/").links if link.startswith(f"/c/meridia/{name.split('.')[0]}"))
    member.get(home, status=200 if member.get(home, status=None).status == 200 else 303)
    coordinator.post(PAGE + "/roles", {"permission": [name], "grant": [f"{name}|editor"]})
    member.get(home, status=403)
    assert home not in member.get("/c/meridia/").links
    coordinator.post(PAGE + "/roles", {"permission": [name], "grant": [f"{name}|editor", f"{name}|member"]})
    assert member.get(home, status=None).status in (200, 303)
    # A page that a form's author made up changes nothing.
    page = coordinator.post(PAGE + "/roles", {"permission": ["coalition.members"],
                                              "grant": ["coalition.members|member"]}, status=422)
    assert "“coalition.members” cannot be decided by a coalition. Open the settings again." in page.words
    member.post("/c/meridia/coalition/organisations", {"name": "x"}, status=403)


def test_of_two_coordinators_at_once_the_second_sees_it_and_loses_no_tick(cast, browser_of):
    first, second = browser_of(cast.coordinator), browser_of(cast.coordinator)
    form, name = second.get(PAGE), None
    marks = form.tree.xpath("//input[@name='grant' and @checked]/@value")
    name = next(mark.partition("|")[0] for mark in marks if mark.endswith("|member"))
    version = form.tree.xpath("string(//section[@id='roles']//input[@name='version']/@value)")
    first.submit(first.get(PAGE).form("/settings/general"), title="First Coalition")
    page = second.post(PAGE + "/roles", {"permission": [name], "grant": [], "version": version}, status=409)
    assert "Somebody else changed the settings since you opened this page." in page.words and "not saved" in page.words
    assert row(cast)["grants"] == {} and row(cast)["title"] == "First Coalition"
    assert f"{name}|member" not in page.tree.xpath("//input[@name='grant' and @checked]/@value")
    version = page.tree.xpath("string(//section[@id='roles']//input[@name='version']/@value)")
    second.post(PAGE + "/roles", {"permission": [name], "grant": [], "version": version})
    assert row(cast)["grants"] == {name: []}


# --- name and languages -----------------------------------------------------------------------------------------------

def test_a_coalition_gets_another_name_and_languages(cast, browser_of, app):
    browser = browser_of(cast.coordinator)
    page = browser.follow(browser.submit(browser.get(PAGE).form("/settings/general"), title=" Reed  Coalition ",
                                         languages=["en", "fr"]))
    assert "The settings are saved." in page.words and "Reed Coalition" in page.words
    assert (row(cast)["title"], row(cast)["languages"]) == ("Reed Coalition", ["en", "fr"])
    assert page.tree.xpath("//form[contains(@action, 'language')]//button/@value") == ["fr"]
    assert offered_languages(Coalition.get_by_id(cast.coalition.id), ("en", "ar", "fr")) == ["en", "fr"]
    browser.submit(browser.get(PAGE).form("/settings/general"), languages=["en", "ar", "fr"])
    assert row(cast)["languages"] == []


@pytest.mark.parametrize(("title", "languages", "words"), [
    (" ", ["en"], "A coalition needs a title, such as “Meridia UPR Coalition”."),
    ("x" * 121, ["en"], "The title has 121 characters; there is room for 120. Shorten it."),
    ("One", ["en", "xx"], "“xx” is no language of this installation. There are: en, fr."),
    ("One", [], "A coalition needs a language. Tick at least one.")])
def test_what_cannot_stand_is_refused_in_words(cast, title, languages, words):
    refuses(cast, lambda: save_general(cast.coordinator.ctx, title, "", languages, ("en", "fr")), words)


def test_a_form_that_was_overtaken_comes_back_as_it_was_typed(cast, browser_of):
    browser = browser_of(cast.coordinator)
    form = browser.get(PAGE).form("/settings/general")
    save_accent(cast.coordinator.ctx, "#2a3788")
    page = browser.submit(form, status=409, title="Typed Coalition", languages=["en"])
    assert page.tree.xpath("string(//input[@name='title']/@value)") == "Typed Coalition"
    assert "Everything you typed is still here." in page.words
    assert row(cast)["title"] == "Meridia UPR Coalition"
    assert page.tree.xpath("string(//a[@class='wordmark']//small)") == "Meridia UPR Coalition"
    browser.submit(page.form("/settings/general"))
    assert row(cast)["title"] == "Typed Coalition"


@pytest.mark.parametrize("name", ["editor", "member", "administrator", "nobody"])
def test_nobody_else_sets_anything(cast, name):
    ctx = replace(cast[name].ctx, coalition=cast.coalition)
    for act in (lambda: save_general(ctx, "x", "", ["en"], ("en",)), lambda: save_accent(ctx, "#2a3788"),
                lambda: save_grants(ctx, [], set())):
        before = row(cast)
        with pytest.raises(Forbidden):
            act()
        assert row(cast) == before


def test_a_version_that_no_longer_stands_is_a_conflict(cast):
    ctx = cast.coordinator.ctx
    save_accent(ctx, "#2a3788", version=ctx.coalition.version)
    refuses(cast, lambda: save_accent(cast.coordinator.ctx, "#7a1f5c", version=1),
            "Somebody else changed this since you opened it. Both versions are below: choose.", Conflict)


# --- look -------------------------------------------------------------------------------------------------------------

def test_a_colour_stands_in_the_pages_of_its_coalition_alone(cast, browser_of):
    browser = browser_of(cast.coordinator)
    assert browser.get("/c/meridia/look.css").text == ""
    page = browser.submit(browser.get(PAGE).form("/settings/look"), accent="#8fa3ff", status=422)
    assert "On the pages' ground, the contrast of #8fa3ff is" in page.words
    assert page.tree.xpath("string(//input[@name='accent']/@value)") == "#8fa3ff" and row(cast)["accent"] == ""
    page = browser.follow(browser.submit(page.form("/settings/look"), accent="#7A1F5C"))
    (address,) = page.tree.xpath("//link[@rel='stylesheet']/@href[contains(., 'look.css')]")
    sheet = browser.get(address)
    assert sheet.headers["Content-Type"].startswith("text/css") and "--accent: #7a1f5c;" in sheet.text
    assert "look.css" not in browser.get("/account").text
    assert "look.css" not in browser_of(cast.stranger).get("/c/elsewhere/").text
    browser.submit(browser.get(PAGE).form("/settings/look"), accent="")
    assert "look.css" not in browser.get(PAGE).text


@pytest.mark.parametrize("typed", ["#2a3788; } * { display: none", "url(//evil.example)", "red", "}"])
def test_nothing_but_a_colour_comes_into_the_style_sheet(cast, browser_of, typed):
    browser = browser_of(cast.coordinator)
    browser.submit(browser.get(PAGE).form("/settings/look"), accent=typed, status=422)
    assert row(cast)["accent"] == "" and browser.get("/c/meridia/look.css").text == ""


def picture(form="PNG", size=(600, 200), mode="RGB", **more):
    out = io.BytesIO()
    Image.new(mode, size, "#7a1f5c").save(out, form, **more)
    return out.getvalue()


def test_a_logo_is_drawn_anew_shown_replaced_and_taken_away(cast, browser_of, app):
    browser, folder = browser_of(cast.coordinator), app.settings.files
    exif = Image.Exif()
    exif[0x013B] = "Zqx Author"
    sent = {"logo": (io.BytesIO(picture("JPEG", exif=exif)), "zqx-secret-name.jpg"), "alt": "Reeds"}
    page = browser.follow(browser.post(PAGE + "/logo", sent))
    (image,) = page.tree.xpath("//a[@class='wordmark']//img")
    assert image.get("alt") == "Reeds"
    shown = browser_of(cast.member).get(image.get("src"))
    assert shown.headers["Content-Type"] == "image/png" and "sandbox" in shown.headers["Content-Security-Policy"]
    drawn = Image.open(io.BytesIO(shown.content))
    assert drawn.size == (288, 96) and drawn.info == {} and b"Zqx" not in shown.content
    (first,) = unnarrowed(StoredFile)
    assert (first.name, first.coalition, first.uid) == ("logo.png", cast.coalition, row(cast)["logo"])
    save_logo(cast.coordinator.ctx, picture(size=(20, 20)), "Other reeds", folder)
    (second,) = unnarrowed(StoredFile)
    assert second.uid == row(cast)["logo"] != first.uid
    remove_logo(cast.coordinator.ctx, folder)
    assert list(unnarrowed(StoredFile)) == [] and (row(cast)["logo"], row(cast)["logo_alt"]) == ("", "")
    browser.get("/c/meridia/logo.png", status=404)
    assert path_of(folder, second.sha256).exists()      # for an hour: its row might be about to be written


def test_a_logo_whose_bytes_did_not_come_is_nowhere_and_doctor_names_it(cast, browser_of, app, command, caplog):
    save_logo(cast.coordinator.ctx, picture(), "Reeds", app.settings.files)
    with transaction():
        StoredFile.update(sha256=NO_FILE).execute()
    browser = browser_of(cast.member)
    assert browser.get("/c/meridia/").tree.xpath("//a[@class='wordmark']//img/@alt") == ["Reeds"]
    for _ in range(2):
        browser.get("/c/meridia/logo.png", status=404)
    assert [record.getMessage() for record in caplog.records if "store" in record.getMessage()] == [
        "a file is gone from the store: 000000000000; doctor says whose"]
    assert f"Files: 1 are gone from the store ({row(cast)['logo']})." in command("doctor").stdout


@pytest.mark.parametrize(("content", "alt", "words"), [
    (b"<svg/>", "Reeds", "This is no picture in PNG or JPEG, whatever its name says. Save it as .png or .jpg."),
    (b"", "Reeds", "This is no picture in PNG or JPEG, whatever its name says. Save it as .png or .jpg."),
    (b"\x89PNG\r\n\x1a\n" + b"x" * 90, "Reeds", "The picture is cut or damaged. Save it anew as .png or .jpg."),
    (b"\xff\xd8\xff" + b"x" * 300_000, "Reeds",
     "The logo has 293 KB; at most 200 KB can be taken. Make it smaller."),
    (picture(), " ", "Type what the logo says, for people who do not see it."),
    (picture(mode="1", size=(9000, 9000)), "Reeds", "The picture has too many pixels. Make it smaller.")])
def test_a_picture_that_is_none_is_refused(cast, app, content, alt, words):
    refuses(cast, lambda: save_logo(cast.coordinator.ctx, content, alt, app.settings.files), words)
    assert list(unnarrowed(StoredFile)) == []


# --- plugins ----------------------------------------------------------------------------------------------------------

def test_a_plugin_is_switched_from_the_settings(cast, browser_of, app):
    browser = browser_of(cast.coordinator)
    page = browser.get(PAGE)
    title = str(next(iter(app.host.loaded.values())).manifest.title)
    assert f"Switch off {title}" in page.words and "version 0.1.0" in page.words
    assert f"Switch off {title}" not in browser.get("/c/meridia/coalition").words
