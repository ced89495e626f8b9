"""Bringing a file in: read it, show what would happen, and do exactly that. Page and command line call the same.

    reading = sources.read(path, "recommendations", settings)
    draft = drafted(ctx, reading, settings)          # nothing is written
    made = bring_in(ctx, sources, draft, name, content)
"""

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta

from peewee import IntegrityError

from core.api import Refused, Review, change, lazy, locked, visible
from core.files.reading import Reading
from core.files.store import StoredFile, drop, ending_of, keep, path_of
from plugins.recommendations.collection import existing_of
from plugins.recommendations.imports.planning import Plan, plan
from plugins.recommendations.imports.replies import plan_positions, save_positions
from plugins.recommendations.imports.saving import Writer
from plugins.recommendations.imports.targets import Target, target_of
from plugins.recommendations.models import Import

KEPT_UNCONFIRMED = timedelta(hours=24)
GONE = lazy("This file is no longer here: it was not brought in within 24 hours. Choose it again.")


class PlanDiffers(Refused):
    """What stands has changed since the person saw the preview: it is shown anew, and nothing was written."""


@dataclass(frozen=True)
class Draft:
    """A file that was read, where it would go, and what would happen. `settings`: what was chosen for reading it."""

    reading: Reading
    target: Target
    plan: Plan
    settings: dict = field(default_factory=dict)

    @property
    def is_reply(self) -> bool:
        return self.reading.form == "reply"

    @property
    def fingerprint(self) -> str:
        words = f"{self.target.key} {self.target.review.key} {self.reading.form} {self.plan.fingerprint}"
        return hashlib.sha256(words.encode()).hexdigest()


def drafted(ctx, reading, settings, here=None) -> Draft:
    """What bringing this file in would do. `here`: the review that the person is looking at. Raises Refused."""
    target = target_of(ctx, reading, settings.get("session"), here, settings.get("into"))
    if reading.form == "reply" and target.is_new:       # it answers what is there already
        if not target.others:
            raise Refused(lazy("The coalition follows no review of this session. Bring in its recommendations first."))
        target = Target(target.others[0], target.others[1:])
    return Draft(reading, target, _planned(ctx, reading, target.review), settings)


def _planned(ctx, reading, review):
    existing = existing_of(ctx, review)
    if reading.form == "reply":
        return plan_positions(reading.rows, existing, reading.problems)
    return plan(reading.rows, existing, reading.problems)


def bring_in(ctx, sources, draft, name, content, *, left_out=frozenset(), stored=None):
    """Write what the draft says, all or nothing; gives the Import, or None where there is nothing new to write.

    `left_out`: uids of recommendations whose change is not wanted. `stored`: the file of the preview, whose content is
    kept already. Raises PlanDiffers when something else was written meanwhile.
    """
    if draft.plan.writes_nothing:
        return None
    if stored is None:
        sha256, size = keep(sources.files, content), len(content)
    else:
        sha256, size = stored.sha256, stored.size_bytes
    review = draft.target.review
    try:
        with change(ctx, "recommendations.import", ctx.coalition if draft.target.is_new else review) as entry:
            _lock(ctx, review)
            standing_plan = _planned(ctx, draft.reading, review)
            if standing_plan.fingerprint != draft.plan.fingerprint:
                raise PlanDiffers(lazy("Something else was brought in or changed since you looked. Look again at what "
                                       "would happen now: nothing was written."))
            if draft.target.is_new:
                entry.add(review)
            file = entry.also(stored) if stored else entry.add(
                StoredFile(sha256=sha256, name=ending_of(name), size_bytes=size, at=ctx.now, seat=ctx.seat))
            file.expires_at = None
            return _write(entry, draft, standing_plan, file, left_out)
    except IntegrityError as error:
        raise PlanDiffers(lazy("Somebody else brought in the same in this moment. Look again at what would happen now: "
                               "nothing was written.")) from error


def _write(entry, draft, standing_plan, file, left_out):
    review, settings = draft.target.review, draft.settings
    changed = [item for item in standing_plan.changed if item.standing.uid not in left_out]
    made = entry.add(Import(
        review=review, form=draft.reading.form, file=file, sha256=file.sha256, settings=settings, at=entry.ctx.now,
        seat=entry.ctx.seat, new_count=len(standing_plan.new), changed_count=len(changed),
        unchanged_count=len(standing_plan.unchanged), refused_count=len(standing_plan.refused)))
    if draft.is_reply:
        save_positions(entry, review, made, standing_plan, left_out)
    else:
        Writer(entry, review, made).write(standing_plan, left_out)
    return made


def _lock(ctx, review):
    """Two imports into one review wait for each other."""
    if review.id is not None:
        list(locked(visible(ctx, Review).where(Review.id == review.id)))


# Between preview and confirmation.

def keep_for_preview(ctx, sources, name, content, settings) -> StoredFile:
    """Keep a file that was read, until it is confirmed; it goes after 24 hours."""
    drop_expired(ctx, sources)
    sha256 = keep(sources.files, content)
    with change(ctx, "recommendations.import", ctx.coalition) as entry:
        return entry.add(StoredFile(sha256=sha256, name=ending_of(name), size_bytes=len(content), at=ctx.now,
                                    seat=ctx.seat, settings=settings, expires_at=ctx.now + KEPT_UNCONFIRMED))


def choose(ctx, stored, **settings) -> None:
    """Read the kept file otherwise from now on; an empty value takes a choice back."""
    with change(ctx, "recommendations.import", stored):
        stored.settings = {name: value for name, value in {**stored.settings, **settings}.items() if value}


def preview(ctx, sources, stored, here=None) -> Draft:
    """Read a kept file again, and say what would happen now."""
    if stored.expires_at is None or stored.expires_at < ctx.now or not path_of(sources.files, stored.sha256).exists():
        raise Refused(GONE)
    subject = stored.settings.get("subject", "recommendations")
    reading = sources.read_kept(stored, subject, stored.settings)
    return drafted(ctx, reading, stored.settings, here)


def drop_expired(ctx, sources) -> None:
    """Forget the coalition's files that nobody confirmed, and their bytes where no other file has the same."""
    expired = list(visible(ctx, StoredFile).where(StoredFile.expires_at < ctx.now))
    if not expired:
        return
    with change(ctx, "recommendations.import", ctx.coalition) as entry:
        for stored in expired:
            entry.remove(stored)
    for sha256 in {stored.sha256 for stored in expired}:
        drop(sources.files, sha256, ctx.now)


def imports_of(ctx, review) -> list[Import]:
    """The imports of a review, the newest first, those taken back too."""
    return list(visible(ctx, Import).where(Import.review == review).order_by(Import.at.desc(), Import.id.desc()))
