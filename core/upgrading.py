"""What an upgrade does beside the migrations: it seals what a database from before sealing held in clear."""

from core import db
from core.coalitions.models import Membership, Organisation
from core.coalitions.pseudonyms import draw_pseudonym
from core.config import begin_keys
from core.people.labels import normal_address
from core.people.models import Person
from core.policy import unnarrowed
from core.sealing import SealHead, ToSeal, address_index, current


def seal_what_waits(settings) -> int:
    """Seal every name and address that the migration took out of the tables; gives how many rows there were.

    The first time it begins the keyring. All in one transaction: cut off, it begins again.
    """
    waiting = list(ToSeal.select())
    if not waiting:
        return 0
    if not current().exists() and not SealHead.select().exists():
        begin_keys(settings)
    with db.transaction():
        for row in waiting:
            _seal_one({"person": Person, "organisation": Organisation}[row.kind], row)
        _draw_pseudonyms()
        ToSeal.delete().execute()
    if db.is_sqlite():                          # secure_delete blanks the pages; the log still has them
        db.database.execute_sql("VACUUM")
    db.forget_deleted()
    return len(waiting)


def _seal_one(model, row):
    standing = model.get(model.uid == row.uid)
    standing.key_reference = None               # none was made yet
    standing.put(**row.content)
    if model is Person:
        standing.address_index = address_index(normal_address(row.content["address"]))
    standing.save()


def _draw_pseudonyms():
    """Memberships from before have their uid in the pseudonym's place."""
    taken: dict[int, set[str]] = {}
    for membership in unnarrowed(Membership).where(Membership.pseudonym == Membership.uid):
        words = taken.setdefault(membership.coalition_id, set())
        membership.pseudonym = draw_pseudonym(words)
        words.add(membership.pseudonym)
        membership.save()
