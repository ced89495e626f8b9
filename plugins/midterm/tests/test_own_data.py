"""An organisation takes along what it gave and was given, and nothing of another."""

import json

from plugins.midterm.tests.test_search import assessed  # noqa: F401 one recommendation with a word of each kind


def test_an_organisation_downloads_its_lights_dissents_evidence_and_shares(cast, browser_of, assessed):  # noqa: F811
    def kept(actor):
        path = f"/c/meridia/organisations/{actor.membership.uid}/data"
        return json.loads(browser_of(actor).get(path).content)
    own, other = kept(cast.member), kept(cast.other_member)
    [light] = own["midterm_lights"]
    assert (light["recommendation"], light["text"]) == (assessed.number, assessed.text)
    assert (light["light"], light["comment"]) == ("partial", "The wickerwork shelter opened")
    assert [row["sentence"] for row in own["midterm_dissents"]] == ["We saw wickerwork"]
    assert [(row["title"], row["note"]) for row in own["midterm_evidence"]] == [("Photo", "Wickerwork, photographed")]
    assert [row["round"] for row in own["midterm_shares"]] == [light["round"]] and own["missing"] == []
    assert other["midterm_dissents"] == other["midterm_evidence"] == [] and "ickerwork" not in json.dumps(other)


def test_a_plugin_that_cannot_say_is_named(app, cast, browser_of, guard, monkeypatch):
    [impl] = [one for one in app.host.manager.hook.own_data.get_hookimpls() if one.plugin_name == "midterm"]

    def broken(ctx, membership):
        raise ValueError("broken")
    monkeypatch.setattr(impl, "function", broken)
    path = f"/c/meridia/organisations/{cast.member.membership.uid}/data"
    assert json.loads(browser_of(cast.member).get(path).content)["missing"] == ["midterm"]
    assert any("midterm failed in own_data" in fault for fault in guard.forget())
