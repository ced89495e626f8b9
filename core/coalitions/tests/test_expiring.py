"""What nobody came back for goes by itself, with its keys, and nothing that somebody may still come back for."""

from datetime import timedelta

import pytest

from core.audit import AuditLine
from core.changes import FormMark
from core.coalitions import claims, joining, organisation_import
from core.coalitions.models import Invitation, OrganisationFile
from core.coalitions.tests.factories import kept_list
from core.db import transaction
from core.notices.jobs import WORKS, run_due
from core.policy import unnarrowed
from core.sealing import current

FORGET = [work for work in WORKS if work.name == "forget what is over"]


def keys():
    return current().all_references()


@pytest.mark.database
def test_lists_invitations_and_marks_go_with_their_keys(app, cast, withheld):
    ctx = cast.coordinator.ctx
    joined = joining.invite(ctx, "Never Answered House", "house@invented.example", "Nela").membership
    before = keys()
    kept_list(cast)
    organisation_import.keep_for_preview(cast.keeper.ctx, "list.csv", [])
    claims.invite_person(ctx, "never@invented.example", "Never Asked", "member")
    FormMark.create(actor=cast.member.seat.uid, mark="old", at=ctx.now, sentence="Mirela is in the coalition.")
    written = AuditLine.select().count()
    run_due(app, ctx.now + timedelta(hours=23), FORGET)
    assert (unnarrowed(OrganisationFile).count(), FormMark.select().count(), AuditLine.select().count()) == (
        2, 1, written)
    run_due(app, ctx.now + timedelta(hours=49), FORGET)
    assert (unnarrowed(OrganisationFile).count(), FormMark.select().count()) == (0, 0)
    assert unnarrowed(Invitation).count() == 2 and len(keys() - before) == 1
    run_due(app, ctx.now + timedelta(hours=72) + claims.KEPT_UNUSED + timedelta(hours=1), FORGET)
    # That of an organisation which has not joined stays: its people are invited anew from there.
    assert [row.membership for row in unnarrowed(Invitation)] == [joined] and keys() == before
    lines = list(AuditLine.select().where(AuditLine.number > written).order_by(AuditLine.number))
    assert [(line.action, line.via, line.actor, line.object_uid) for line in lines] == [
        ("coalition.forget", "job", "nobody", cast.coalition.uid)] * 2


def test_a_locked_coalition_s_go_too(app, cast):
    kept_list(cast)
    with transaction():
        type(cast.coalition).update(locked_at=cast.coordinator.ctx.now).execute()
    run_due(app, cast.coordinator.ctx.now + timedelta(hours=25), FORGET)
    assert unnarrowed(OrganisationFile).count() == 0
