"""Putting files into a coalition, their versions, and who gets what of them.

What a person brings is kept as it is, for its own people. Everybody else gets a copy that was written anew without the
names in it; it is made before anything is kept, so there is no moment in which a file lacks it.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from peewee import Case, fn

from core.changes import change
from core.coalitions.models import Coalition, Membership, Owned
from core.db import locked
from core.errors import Forbidden, NotThere, Refused
from core.files.child import convert_in_child
from core.files.cleaning import clean
from core.files.kinds import check_attached
from core.files.models import AttachedVersion, Attachment
from core.files.store import StoredFile, as_file, circle_bytes, keep, path_of, sweep, there
from core.language import lazy, lazy_plural
from core.policy import News, Permission, visible

PERMISSIONS = [
    Permission("files.see", lazy("See the coalition's files, and download the copies made for others"),
               frozenset({"coordinator", "editor", "member"})),
    Permission("files.add", lazy("Put a file into the coalition, for one's own organisation or for the coalition"),
               frozenset({"coordinator", "editor", "member"}), news={"attachment": News(
                   lazy_plural("A file, brought by %(who)s", "%(num)d files, brought by %(who)s", 0), "files.index",
                   needs="files.see")}),
    Permission("files.change", lazy("Bring a new version of a file, and change what is said of it"),
               frozenset({"coordinator:any", "editor:any", "member"}), own="membership", news={"attachment": News(
                   lazy_plural("A file, changed by %(who)s", "Changes of files by %(who)s: %(num)d", 0), "files.index",
                   needs="files.see")}),
    Permission("files.delete", lazy("Delete a file with all its versions"),
               frozenset({"coordinator:any", "editor", "member"}), own="membership"),
]
LONGEST_NAME = 80
UNSAFE = re.compile(r"[^\w .,()+-]+")


@dataclass(frozen=True)
class FileStore:
    """Where the bytes lie, and how many a coalition may keep."""

    folder: Path
    quota_bytes: int

    @classmethod
    def of(cls, settings):
        return cls(settings.files, settings.coalition_megabytes * 1024**2)


@dataclass(frozen=True)
class Upload:
    """A file as it was sent: its name there, and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True)
class About:
    """What is said of a file: what it is, who wrote it, where it was found, its date, a note."""

    title: str
    source: str = ""
    place: str = ""
    dated_on: date | None = None
    note: str = ""


def store_upload(ctx, store: FileStore, upload: Upload, about: About, membership: Membership | None = None,
                 belongs_to: Owned | None = None) -> Attachment:
    """A new file of one of one's own organisations, or of the coalition (None). Refused says what is wrong with it."""
    if membership is not None and membership not in ctx.memberships:
        raise Forbidden(lazy("You do not act for this organisation. Choose one of yours, or the coalition."))
    made = Attachment(coalition=ctx.coalition, membership=membership, **vars(about))
    attach(made, belongs_to)
    _refuse_without_title(about)
    kept = _kept(ctx, store, upload)
    with change(ctx, "files.add", made) as entry:
        entry.add(made)
        _add_version(entry, store, made, 1, kept)
    sweep(store.folder, ctx.now)
    return made


def add_version(ctx, store: FileStore, attachment: Attachment, upload: Upload, version=None) -> None:
    """A newer version of a file; the earlier ones stay."""
    kept = _kept(ctx, store, upload)
    with change(ctx, "files.change", attachment, version=version) as entry:
        newest = (AttachedVersion.select(fn.MAX(AttachedVersion.number))
                  .where(AttachedVersion.attachment == attachment).scalar())
        _add_version(entry, store, attachment, newest + 1, kept)
    sweep(store.folder, ctx.now)


def describe(ctx, attachment: Attachment, about: About, version=None) -> None:
    """Change what is said of a file."""
    _refuse_without_title(about)
    with change(ctx, "files.change", attachment, version=version):
        for name, value in vars(about).items():
            setattr(attachment, name, value)


def attach(attachment: Attachment, thing: Owned | None) -> None:
    """Let a file belong to an object of the coalition; the caller saves it, inside its own change()."""
    attachment.about_kind = thing._meta.table_name if thing is not None else None
    attachment.about_uid = thing.uid if thing is not None else None


def delete(ctx, store: FileStore, attachment: Attachment) -> None:
    """Delete a file with all its versions; bytes that came in the last hour go with the next one's coming or going."""
    with change(ctx, "files.delete", attachment) as entry:
        entry.remove_parts(AttachedVersion, AttachedVersion.attachment == attachment)
        entry.remove(attachment)
    sweep(store.folder, ctx.now)


def _refuse_without_title(about):
    if not about.title:
        raise Refused(lazy("Say what this file is, such as “Letter to the Ministry of Justice”."))


def _kept(ctx, store, upload):
    """The fields of a version whose bytes, original and clean copy, lie in the store."""
    refuse_over_quota(ctx, store, len(upload.content))
    said, copy = cleaned(upload, store.folder)
    return {"kind": said["kind"], "left_out": said["left_out"],
            "sha256": keep(store.folder, upload.content), "size_bytes": len(upload.content),
            "clean_sha256": keep(store.folder, copy), "clean_bytes": len(copy)}


def cleaned(upload, folder: Path) -> tuple[dict, bytes]:
    """What was sent, as others get it: (its kind and what it lacks, bytes). Refused says what is wrong with it."""
    with as_file(upload.content, upload.name, folder) as path:
        return convert_in_child(clean, path, {}, check=check_attached)


def _add_version(entry, store, attachment, number, kept):
    ctx = entry.ctx
    # Two who upload at once wait for each other here, so that together they stay below the quota.
    list(locked(Coalition.select(Coalition.id).where(Coalition.id == ctx.coalition.id)))
    copy_bytes = kept["clean_bytes"] if kept["clean_sha256"] != kept["sha256"] else 0
    refuse_over_quota(ctx, store, kept["size_bytes"] + copy_bytes)
    own = {membership.id for membership in ctx.memberships}
    entry.add(AttachedVersion(attachment=attachment, number=number, at=ctx.now, seat=ctx.seat,
                              membership=attachment.membership_id if attachment.membership_id in own else None, **kept))


def used_bytes(ctx) -> int:
    """What the files take that all see: originals, copies for others, the files of imports. What circles of trust keep
    counts towards the quota alone: others would learn of it by this number."""
    copies = Case(None, [(AttachedVersion.clean_sha256 == AttachedVersion.sha256, 0)], AttachedVersion.clean_bytes)
    attached = (visible(ctx, Attachment, fn.SUM(AttachedVersion.size_bytes + copies)).join(AttachedVersion).scalar())
    imported = visible(ctx, StoredFile, fn.SUM(StoredFile.size_bytes)).scalar()
    return int(attached or 0) + int(imported or 0)


def refuse_over_quota(ctx, store: FileStore, more_bytes: int) -> None:
    """Refused where so many bytes more are more than the coalition may keep."""
    if used_bytes(ctx) + circle_bytes(ctx.coalition) + more_bytes > store.quota_bytes:
        raise Refused(lazy("The coalition's files may take %(quota)d MB, and this one does not fit beside the others. "
                           "Delete files that are no longer needed, or ask the administrator for more room.",
                           quota=store.quota_bytes // 1024**2))


def files_of(ctx, things=None) -> list[tuple[Attachment, list[AttachedVersion]]]:
    """The coalition's files, or those that belong to these objects, each with its versions, newest first. Two queries.

    By day, newest first, then by title: the hour in which somebody works is nobody's to see.
    """
    query = visible(ctx, Attachment, Attachment, Membership).join(Membership, "LEFT OUTER JOIN")
    if things is not None:
        query = query.where(Attachment.about_uid.in_([thing.uid for thing in things]))
    attachments = {attachment.id: attachment for attachment in query}
    versions: dict[int, list[AttachedVersion]] = defaultdict(list)
    for version in (AttachedVersion.select().where(AttachedVersion.attachment.in_(list(attachments)))
                    .order_by(AttachedVersion.number.desc())):
        versions[version.attachment_id].append(version)
    found = [(attachment, versions[attachment.id]) for attachment in attachments.values()]
    return sorted(found, key=lambda pair: (-pair[1][0].at.toordinal(), pair[0].title.casefold(), pair[0].uid))


def version_of(ctx, attachment: Attachment, number: int) -> AttachedVersion:
    """The version of this number; NotThere where there is none."""
    found = AttachedVersion.get_or_none(AttachedVersion.attachment == attachment, AttachedVersion.number == number)
    if found is None:
        raise NotThere(lazy("There is nothing at this address, or it is not yours to see."))
    return found


def may_have_original(ctx, version: AttachedVersion) -> bool:
    """Who brought it, and the people of the organisation for which they did."""
    is_own = version.membership_id in {membership.id for membership in ctx.memberships}
    return is_own or version.seat_id is not None and version.seat_id == ctx.seat.id


def original_of(ctx, store: FileStore, version: AttachedVersion) -> Path:
    """Where the bytes lie as they were brought; Forbidden for all but its own people."""
    if not may_have_original(ctx, version):
        raise Forbidden(lazy("Only who brought this file, and their own organisation, get it as it was brought. "
                             "Download the copy."))
    return there(path_of(store.folder, version.sha256))


def copy_of(store: FileStore, version: AttachedVersion) -> Path:
    """Where the copy for everybody lies."""
    return there(path_of(store.folder, version.clean_sha256))


def name_for_others(attachment: Attachment, version: AttachedVersion) -> str:
    """How the copy is called: by its title; by the day alone where the organisation is not named."""
    if attachment.membership is not None and attachment.membership.is_withheld:
        return f"file-{version.at:%Y-%m-%d}.{version.kind}"
    return own_name(attachment, version)


def own_name(attachment: Attachment, version: AttachedVersion) -> str:
    """How the original is called for its own people: by its title."""
    return f"{safe_name(attachment.title) or 'file'}.{version.kind}"


def safe_name(name: str) -> str:
    """The words as a file can be called by; empty where nothing of them can stand there."""
    return " ".join(UNSAFE.sub(" ", name).split())[:LONGEST_NAME].strip(" .")
