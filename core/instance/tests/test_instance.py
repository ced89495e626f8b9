"""The administrator's pages: numbers and plugins, no names; and a plugin whose code changed is noticed."""

from dataclasses import dataclass, field

import pytest

from core.audit import AuditLine, note
from core.context import Context
from core.coalitions.models import Coalition, Organisation
from core.errors import NotThere, Refused
from core.hooks import Plugin
from core.instance.models import SeenPlugin
from core.instance.plugins_seen import changed_plugins, look_at_plugins, say_known
from core.language import lazy
from core.people.accounts import sign_in
from core.testing.canary import names_of


@dataclass
class Code:
    """What stands in a plugin's folder, as far as it is asked here."""

    fingerprint: str
    manifest: Plugin = field(default_factory=lambda: Plugin("reeds", lazy("Reeds"), "1.2"))


@dataclass
class Host:
    loaded: dict


def acts():
    return [(line.action, line.object_uid) for line in AuditLine.select().where(
        AuditLine.action.startswith("plugin.")).order_by(AuditLine.number)]


@pytest.mark.database
def test_a_plugin_whose_code_changed_is_a_line_and_a_notice_until_it_is_known(cast):
    ctx, host = Context(via="job"), Host({"reeds": Code("a" * 64)})
    look_at_plugins(ctx, host)
    first = SeenPlugin.get()
    assert (first.name, first.version, first.fingerprint, first.is_known) == ("reeds", "1.2", "a" * 64, True)
    look_at_plugins(ctx, host)
    assert acts() == [("plugin.new", first.uid)] and changed_plugins(host) == []
    host.loaded["reeds"].fingerprint = "b" * 64
    assert changed_plugins(host) == [first]
    look_at_plugins(ctx, host)
    second = SeenPlugin.get()
    assert (second.fingerprint, second.is_known, changed_plugins(host)) == ("b" * 64, False, [])
    say_known(cast.administrator.ctx, second.uid)
    say_known(cast.administrator.ctx, second.uid)
    assert SeenPlugin.get().is_known
    host.loaded["weirs"] = Code("c" * 64)
    look_at_plugins(ctx, host)
    weirs = SeenPlugin.get(SeenPlugin.name == "weirs")
    assert not weirs.is_known           # it came later: nobody has said that it is right
    assert acts() == [("plugin.new", first.uid), ("plugin.changed", first.uid), ("plugin.known", first.uid),
                      ("plugin.new", weirs.uid)]
    with pytest.raises(NotThere):
        say_known(cast.administrator.ctx, "nothing2here")


def test_the_administrator_sees_numbers_versions_and_plugins_and_no_name(cast, browser_of, app):
    look_at_plugins(Context(via="job"), app.host)
    page = browser_of(cast.administrator).get("/instance")
    facts = dict(zip(page.tree.xpath("//dl/dt/text()"), [" ".join(one.text_content().split())
                                                         for one in page.tree.xpath("//dl/dd")], strict=True))
    assert (facts["Coalitions"], facts["Organisations"]) == (str(Coalition.select().count()),
                                                             str(Organisation.select().count()))
    assert facts["Form of the database"] == "It is that of this program."
    for loaded in app.host.loaded.values():
        assert loaded.fingerprint[:12] in page.words and loaded.manifest.version in page.words
    assert not [name for name in names_of("meridia") | names_of("elsewhere") if name in page.text]
    assert "nobody has confirmed" not in page.words
    assert "/instance" in browser_of(cast.administrator).get("/").links


def test_changed_code_is_a_notice_that_the_administrator_takes_away(cast, browser_of, app, command):
    look_at_plugins(Context(via="job"), app.host)
    name = next(iter(app.host.loaded))
    SeenPlugin.update(fingerprint="0" * 64).where(SeenPlugin.name == name).execute()
    assert f"BAD  Plugin {name}: its code is another than since" in command("doctor").stdout
    browser = browser_of(cast.administrator)
    assert "It was changed after the server started." in browser.get("/instance").words
    assert command("upgrade").exit_code == 0
    page = browser.get("/instance")
    assert "Did you put it there?" in page.words
    uid = SeenPlugin.get(SeenPlugin.name == name).uid
    page = browser.follow(browser.submit(page.form(f"/instance/plugins/{uid}/known")))
    assert "nobody has confirmed" not in page.words
    assert f"a plugin {name}" in browser.get("/instance/audit").words


def test_the_audit_of_the_installation_counts_sign_ins_and_names_nobody(cast, browser_of):
    ctx = Context()
    for number in range(2):
        with pytest.raises(Refused):
            sign_in(ctx, f"nobody{number}@invented.example", "wrong words")
    note(cast.administrator.ctx, "instance.test")
    note(cast.coordinator.ctx, "coalition.test", cast.coalition)
    page = browser_of(cast.administrator).get("/instance/audit")
    assert "0 sign-ins in the last 30 days; 2 were refused." in page.words
    assert "instance.test" in page.words and "coalition.test" not in page.words
    people = [cast[name].person.uid for name in ("administrator", "coordinator", "member")]
    assert not [word for word in [*names_of("meridia"), *people] if word in page.text]
