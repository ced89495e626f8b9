"""What the roles may do in a coalition, where its coordinators decide otherwise than the permissions declare.

The bounds are core.policy's: only a permission that says `adjustable`, only editors and members, never `:any`.
"""

from core.changes import change
from core.errors import Refused
from core.language import lazy
from core.policy import ADJUSTED_ROLES, Permission, declared, holders_of


def declared_roles(permission: Permission) -> set[str]:
    """Which of the adjusted roles hold it when nobody decided."""
    return {role.removesuffix(":any") for role in permission.default} & set(ADJUSTED_ROLES)


def held_roles(permission: Permission, coalition) -> set[str]:
    """The roles that hold it in this coalition now, for reading: without the `:any` that says how far."""
    return {role.removesuffix(":any") for role in holders_of(permission, coalition)}


def save_grants(ctx, shown, ticked, version=None) -> None:
    """Decide for the permissions that were `shown` (their words): `ticked` holds those given, as (permission, role).

    What was not shown stays as it was: a plugin that came since the page was opened loses nothing.
    """
    known = declared()
    for name in [*shown, *(name for name, _role in ticked)]:
        if name not in known or not known[name].adjustable:
            raise Refused(lazy("“%(name)s” cannot be decided by a coalition. Open the settings again.", name=name))
    for name, role in ticked:
        if role not in ADJUSTED_ROLES:
            raise Refused(lazy("“%(role)s” is no role that can be given or lose something here. There are: %(roles)s.",
                               role=role, roles=", ".join(ADJUSTED_ROLES)))
        if name not in shown:
            raise Refused(lazy("“%(name)s” was ticked without its row. Open the settings again.", name=name))
    with change(ctx, "coalition.settings", ctx.coalition, version=version):
        grants = dict(ctx.coalition.grants)
        for name in shown:
            roles = {role for ticked_name, role in ticked if ticked_name == name}
            if roles == declared_roles(known[name]):
                grants.pop(name, None)
            else:
                grants[name] = sorted(roles)
        ctx.coalition.grants = grants
