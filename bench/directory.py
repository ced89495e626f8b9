"""The directory of 500 organisations against a bare Flask view with the same bytes: at most eight times as long.

The page is a member's, signed in; every sixth organisation withholds its name, each has a profile; 50 stand on a page.
"""

import tempfile
from pathlib import Path

from core import db
from core.app import create_app, histories
from core.changes import change
from core.coalitions.models import Membership, Organisation
from core.coalitions.pseudonyms import draw_pseudonym
from core.config import make_instance, read_settings
from core.sealing import seal_new
from core.testing.bare_view import compare, cookie_of
from core.testing.world import Cast, build_world

COUNT, WITHHELD_EVERY = 500, 6
REGIONS, LANGUAGES = ("North", "Coast", "Capital", "Hills", "Islands"), ("English", "French", "Arabic")
CLUSTERS = ("Detention", "Courts", "Land", "Rivers", "Schools", "Health", "Press", "Children", "Labour", "Housing")
ECOSOC = ("", "", "special", "roster")


def filled_app(folder):
    """An app whose coalition has 500 organisations; and a member's session."""
    make_instance(folder)
    app = create_app(read_settings(folder, {}), check_database=False)
    with app.app_context(), db.connection():
        db.migrate(histories(app))
        build_world()
        cast = Cast("meridia")
        fill(cast, COUNT - len(cast.memberships))
        return app, cookie_of(app, cast.member)


def fill(cast, count):
    """So many organisations more, each with a profile."""
    ctx = cast.coordinator.ctx
    made = [Organisation() for _ in range(count)]
    seal_new((one, profile(place)) for place, one in enumerate(made))
    with change(ctx, "coalition.members", ctx.coalition) as entry:
        taken = {one.pseudonym for one in cast.memberships}
        for place, one in enumerate(made):
            taken.add(pseudonym := draw_pseudonym(taken))
            entry.add(one)
            entry.add(Membership(organisation=one, pseudonym=pseudonym, status="active", joined_on=ctx.today,
                                 visibility="members" if place % WITHHELD_EVERY else "withheld"))


def profile(place):
    return {"name": f"Reedwater Association {place:03}", "acronym": f"RWA{place}",
            "clusters": [CLUSTERS[place % 10], CLUSTERS[place // 10 % 10]], "regions": [REGIONS[place % 5]],
            "languages": [*LANGUAGES[:place % 3 + 1]], "ecosoc": ECOSOC[place % 4],
            "address": f"{place} Harbour Street, Port Ansel", "phone": f"+000 555 {place:04}",
            "site": f"https://rwa{place}.example", "registration": f"R-{place}"}


def main():
    with tempfile.TemporaryDirectory() as place:
        app, cookie = filled_app(Path(place) / "instance")
        compare(f"directory: {COUNT} organisations", app, "/c/meridia/directory", cookie)


if __name__ == "__main__":
    main()
