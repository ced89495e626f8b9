"""The matrix of 300 recommendations against a bare Flask view that returns the same bytes: at most eight times as long.

The page is a coordinator's, signed in; every recommendation has three organisations' lights and an agreed one; 50 rows
stand on a page.
"""

import tempfile
from pathlib import Path

from core import db
from core.app import create_app, histories
from core.config import make_instance, read_settings
from core.testing.bare_view import compare, cookie_of
from core.testing.world import Cast, build_world
from plugins.midterm import agreeing, assessing, rounds, sharing
from plugins.midterm.lights import LIGHTS
from plugins.midterm.tests.factories import make_recommendations

COUNT = 300
THEMES = tuple(f"Right number {number}" for number in range(1, 31))


def filled_app(folder):
    """An app whose coalition has 300 recommendations, each with three lights and an agreed one; and a session."""
    make_instance(folder)
    app = create_app(read_settings(folder, {}), check_database=False)
    with app.app_context(), db.connection():
        db.migrate(histories(app))
        build_world()
        cast = Cast("meridia")
        made = make_recommendations(cast.coordinator.ctx, cast.review, COUNT, themes=THEMES)
        for actor in (cast.member, cast.other_member, cast.editor):
            sharing.share(cast.coordinator.ctx, cast.review, rounds.find_round(cast.coordinator.ctx, cast.review), made,
                          actor.membership)
            assessment_round = rounds.find_round(cast.coordinator.ctx, cast.review)
            work = assessing.tasks(actor.ctx, assessment_round, actor.membership)
            for place, light in enumerate(LIGHTS):
                uids = [task.uid for task in work[place::len(LIGHTS)]]
                assessing.set_many(actor.ctx, assessment_round, actor.membership, uids, light)
        agreeing.decide(cast.coordinator.ctx, assessment_round, [
            agreeing.Decision(one, LIGHTS[place % len(LIGHTS)], comment="The bill was tabled in May and waits since.")
            for place, one in enumerate(made)])
        return app, cookie_of(app, cast.coordinator)


def main():
    with tempfile.TemporaryDirectory() as place:
        app, cookie = filled_app(Path(place) / "instance")
        compare(f"matrix: {COUNT} recommendations", app, "/c/meridia/midterm/matrix", cookie)


if __name__ == "__main__":
    main()
