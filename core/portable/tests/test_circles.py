"""Circles of trust in an archive: they travel sealed as a whole, or not at all."""

import zipfile

from core.circles import keeping
from core.circles.models import Circle
from core.circles.tests.factories import BODY, FILE, TITLE, make_circle, make_file
from core.coalitions.members import context_of
from core.coalitions.models import Seat
from core.context import Context
from core.db import utc_now
from core.files.attaching import FileStore
from core.people.labels import by_address
from core.policy import visible
from core.portable.importing import import_coalition
from core.portable.tests.test_portable import export, operator


def test_a_circle_of_trust_arrives_for_those_in_it_and_without_the_key_it_stays(app, cast, there, key, tmp_path):
    circle = make_circle(cast.member, cast.other_member)
    keeping.write(cast.member.ctx, circle, TITLE, BODY)
    make_file(cast.member.ctx, circle, store=FileStore.of(app.settings))
    addresses = {actor.name: actor.address for actor in (cast.member, cast.coordinator)}
    export(app, cast, tmp_path / "one.zip", key, ctx=cast.coordinator.ctx)
    export(app, cast, tmp_path / "plain.zip")
    with zipfile.ZipFile(tmp_path / "plain.zip") as pack:
        assert not [name for name in pack.namelist() if "circle" in name]
    other = there()
    done = import_coalition(operator(), other, tmp_path / "one.zip", key_file=key)

    def ctx_of(name):
        return context_of(by_address(addresses[name]), done.coalition, Context(now=utc_now()))
    [kept] = keeping.texts_of(ctx_of("member"))
    assert (kept.title, kept.body) == (TITLE, BODY)
    [file] = keeping.files_of(ctx_of("member"))
    assert keeping.opened(FileStore.of(other.settings), file.row)[0].read() == FILE
    assert list(visible(ctx_of("coordinator"), Circle)) == keeping.texts_of(ctx_of("coordinator")) == []
    import_coalition(operator(), there("third"), tmp_path / "plain.zip")
    assert not Circle.select().exists() and Seat.select().exists()
