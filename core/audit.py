"""The audit: who did what to which object, and when; never a value, a name or an address.

Lines are append-only (triggers refuse UPDATE and DELETE), and each carries the hash of the one before, so that
a line taken out or changed later shows: `commonweal doctor` calls broken_at(). Old months go by cut() alone, which
leaves the number and the hash of the last line it took in a line of its own.
"""

import hashlib
from contextlib import contextmanager
from datetime import datetime

from peewee import CharField, DateTimeField, IntegerField, fn

from core.db import JSONField, Shared, database, is_sqlite, locked, new_uid, transaction
from core.errors import Refused
from core.language import lazy

CUT = "audit.cut"


class AuditLine(Shared):
    """One act. `number` orders the chain and never leaves the server; `others` counts objects beside `object_uid`."""

    number = IntegerField(unique=True)
    uid = CharField(max_length=12, unique=True, default=new_uid)
    at = DateTimeField()                                # UTC, to the minute
    actor = CharField(max_length=12)
    via = CharField(max_length=10)
    coalition_uid = CharField(max_length=12, null=True)
    action = CharField(max_length=60)
    kind = CharField(max_length=60, null=True)
    object_uid = CharField(max_length=12, null=True)
    others = IntegerField(default=0)
    fields = JSONField(default=list)
    result = CharField(max_length=20, default="done")   # done, or refused
    hash_before = CharField(max_length=64)
    hash = CharField(max_length=64)
    change_uid = CharField(max_length=12, null=True)    # the change() whose revisions hold the earlier values

    class Meta:
        table_name = "audit_line"
        indexes = ((("coalition_uid", "number"), False),)

    def fingerprint(self) -> str:
        parts: tuple = (self.number, self.uid, self.at.isoformat(), self.actor, self.via, self.coalition_uid,
                        self.action, self.kind, self.object_uid, self.others, ",".join(self.fields), self.result,
                        self.hash_before)
        if self.change_uid is not None:         # lines from before there was this column keep their hash
            parts = (*parts, self.change_uid)
        return hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).hexdigest()


class AuditHead(Shared):
    """The one row that holds the end of the chain; writers queue here as their last step before the commit."""

    number = IntegerField(default=0)
    hash = CharField(max_length=64, default="")

    class Meta:
        table_name = "audit_head"


def is_told():
    """The condition for the lines that others than who did it may read: an act in a circle of trust would say that
    there is one, and who is in it."""
    return ~(AuditLine.action.startswith("circles.") | AuditLine.action.startswith("refused:circles.")
             | fn.COALESCE(AuditLine.kind, "").startswith("circle"))


def write(ctx, action, obj=None, others=0, fields=(), result="done", change_uid=None) -> AuditLine:
    """Add a line inside the transaction that is open. change() calls it; what is not a change calls note()."""
    head = locked(AuditHead.select()).first() or AuditHead.create()
    coalition = ctx.coalition
    line = AuditLine(number=head.number + 1, at=ctx.now.replace(second=0, microsecond=0), actor=ctx.actor, via=ctx.via,
                     coalition_uid=coalition.uid if coalition else None, action=action,
                     kind=obj._meta.table_name if obj is not None else None,
                     object_uid=getattr(obj, "uid", None), others=others, fields=sorted(fields), result=result,
                     hash_before=head.hash, change_uid=change_uid)
    line.hash = line.fingerprint()
    line.save(force_insert=True)
    AuditHead.update(number=line.number, hash=line.hash).where(AuditHead.id == head.id).execute()
    return line


def newest_number() -> int:
    """The number of the chain's last line: as long as it stands, nothing was written that people can see."""
    row = database.execute_sql('SELECT number FROM audit_head').fetchone()
    return row[0] if row else 0


def note(ctx, action, obj=None, result="done") -> None:
    """A line about what changes nothing: a sign-in, a refusal, an export."""
    with transaction():
        write(ctx, action, obj, result=result)


def broken_at() -> int | None:
    """The number of the first line that does not follow from the one before it; None: the chain is whole.

    After a cut the chain begins where the newest line of a cut says, and with the hash that it says.
    """
    expected, before = _begins_after()
    expected += 1
    for line in AuditLine.select().order_by(AuditLine.number).iterator():
        if line.number != expected or line.hash_before != before or line.hash != line.fingerprint():
            return line.number
        expected, before = line.number + 1, line.hash
    head = AuditHead.select().first() or AuditHead()
    return None if (head.number, head.hash) == (expected - 1, before) else expected


def _begins_after() -> tuple[int, str]:
    """(number, hash) of the last line that was cut; (0, "") where none was. That line's own hash guards the two."""
    newest = AuditLine.select().where(AuditLine.action == CUT).order_by(AuditLine.number.desc()).first()
    if newest is None:
        return 0, ""
    try:
        number, last = newest.fields
        return int(number.removeprefix("after:")), last.removeprefix("hash:")
    except ValueError:                  # somebody wrote into it: then no line follows from it
        return -1, ""


def cut(ctx, before: datetime) -> int:
    """Take out the lines from the beginning up to the first that is not older than this moment; gives how many.

    The caller has asked who may. The chain is looked at first: what was tampered with is evidence, and stays.
    """
    with transaction():
        head = locked(AuditHead.select()).get()
        if (broken := broken_at()) is not None:
            raise Refused(lazy("The audit's chain is broken at line %(number)d, so nothing is cut. Run: commonweal "
                               "doctor", number=broken))
        kept = AuditLine.select(AuditLine.number).where(AuditLine.at >= before).order_by(AuditLine.number).first()
        last = AuditLine.get_or_none(AuditLine.number == (kept.number if kept else head.number + 1) - 1)
        if last is None:
            return 0
        with _unlocked():
            count = AuditLine.delete().where(AuditLine.number <= last.number).execute()
        # A number and a hash are no values of anything: the rule of the audit stands.
        write(ctx, CUT, fields=(f"after:{last.number}", f"hash:{last.hash}"), others=count)
    return count


@contextmanager
def _unlocked():
    """Without the trigger that refuses to delete, inside the transaction that is open: nobody else is ever without."""
    if is_sqlite():
        name = "audit_line_no_delete"
        (sql,) = database.execute_sql("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()
        database.execute_sql(f"DROP TRIGGER {name}")
        yield
        database.execute_sql(sql)
    else:
        database.execute_sql("ALTER TABLE audit_line DISABLE TRIGGER audit_line_no_change")
        yield
        database.execute_sql("ALTER TABLE audit_line ENABLE TRIGGER audit_line_no_change")
