"""M-2, the twin: the same world with two different secrets gives everybody who may not know them the same bytes.

The twin is a copy in which the withheld organisation and its people were sealed anew under other names, with other
lengths, which stand elsewhere among the others. Whatever differs then, in order, count, length or status, tells
something of a name.
"""

from datetime import datetime

import pytest
import time_machine

from core import db
from core.coalitions.models import Organisation
from core.people import passwords, second_factor
from core.people.labels import by_address, name_in
from core.sealing import address_index
from core.testing.access import ACTORS, lines, plain, values_of
from core.testing.plugin_home import shipped
from core.testing.world import COALITIONS, NAMES, WITHHELD, address_of
from tests.paths import ROOT

LINES = [line for line in lines(ROOT / "core", *(ROOT / "plugins" / name for name in shipped()))
         if line.method == "GET" and line.other == "404"]
MAY_NOT_KNOW = [actor for actor in ACTORS if actor not in ("withheld", "keeper")]
OTHER_NAME, OTHER_PERSON = "Zz", "Aaron Abernathy-Aldersgate Armitage of the Far Meadows"


def reseal() -> None:
    """The withheld organisation of meridia and the one who acts for it get other names."""
    _pseudonym, name, _acronym, member, _keeper = WITHHELD["meridia"]
    person = by_address(address_of(member))
    person.put(name=OTHER_PERSON, address="z@other.example")
    person.address_index = address_index("z@other.example")
    person.save()
    [organisation] = [row for row in Organisation.select() if name_in(row) == name]
    organisation.put(name=OTHER_NAME, acronym="A" * 90)
    organisation.save()


@pytest.mark.parametrize("line", LINES, ids=str)
def test_the_twin_is_not_told_apart(stage, line, monkeypatch):
    monkeypatch.setattr(passwords, "offered_words", lambda: "the same six words each time")
    monkeypatch.setattr(second_factor, "new_secret", lambda: "JBSWY3DPEHPK3PXP" * 2)
    with time_machine.travel(datetime(2027, 9, 21, 9, 30), tick=False):
        stage.begin()
        values = values_of(line.factory()(stage.casts["meridia"]))
        stage.sign_in_again()
        stage.keep()
        answers = {actor: plain(stage.ask_line(actor, line, "meridia", values)) for actor in MAY_NOT_KNOW}
        stage.again()
        with db.connection(), db.transaction():
            reseal()
        stage.keep()
        told = [actor for actor in MAY_NOT_KNOW
                if plain(stage.ask_line(actor, line, "meridia", values)) != answers[actor]]
    stage.guard.forget()
    assert told == []


def test_the_two_worlds_do_differ_for_those_who_may_know(stage):
    with time_machine.travel(datetime(2027, 9, 21, 9, 30), tick=False):
        stage.begin()
        stage.sign_in_again()
        stage.keep()
        before = stage.ask("withheld", "GET", "/c/meridia/coalition", {}).text
        stage.again()
        with db.connection(), db.transaction():
            reseal()
        stage.keep()
        after = stage.ask("withheld", "GET", "/c/meridia/coalition", {}).text
    assert WITHHELD["meridia"][1] in before and OTHER_NAME in after and WITHHELD["meridia"][1] not in after


def test_the_other_names_stand_elsewhere_among_the_others():
    """Else a list that is sorted by what is withheld looked the same in both worlds."""
    _pseudonym, name, _acronym, person, _keeper = WITHHELD["meridia"]
    for one, other, names in ((name, OTHER_NAME, COALITIONS["meridia"][3]),
                              (person, OTHER_PERSON, NAMES["meridia"].values())):
        assert sorted([*names, one]).index(one) != sorted([*names, other]).index(other)
