"""Rows whose key was destroyed: erased people and organisations, whose sealed bytes nobody can open any more."""

from core.audit import note
from core.coalitions.models import Organisation
from core.db import transaction
from core.errors import Refused
from core.language import lazy
from core.people.models import Person
from core.sealing import current, destroy_doomed

MOST = 0.02             # more than that was not erased by people: keys are missing


def sweep(ctx, dry_run=False) -> int:
    """Blank what is sealed in them; gives how many there are. Refused where they are more than MOST of all rows."""
    if not dry_run:
        destroy_doomed()
    known, found, total = current().all_references(), [], 0
    for model in (Person, Organisation):
        rows = list(model.select(model.id, model.key_reference).where(model.sealed.is_null(False)))
        total += len(rows)
        found += [(model, row.id) for row in rows if row.key_reference not in known]
    if len(found) > max(1, total * MOST):
        raise Refused(lazy("%(count)d of %(total)d rows have no key: that is a keyring that lacks keys, not people who "
                           "were erased. Bring the newest keyring.latest. Nothing was changed.",
                           count=len(found), total=total))
    if found and not dry_run:
        with transaction():
            for model, row_id in found:
                model.update(sealed=None).where(model.id == row_id).execute()
        note(ctx, "keys.sweep")
    return len(found)
