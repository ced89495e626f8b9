"""Who reads the audit: a coordinator the coalition's, everybody else what they did themselves (SAFETY 5)."""

from core.language import lazy
from core.policy import Permission

PERMISSIONS = [
    Permission("audit.own", lazy("See in the audit what one did oneself"),
               frozenset({"coordinator", "editor", "member", "operator"})),
    Permission("audit.see", lazy("See in the audit what everybody did"), frozenset({"coordinator", "operator"})),
    Permission("audit.export", lazy("Take the audit along as a file"), frozenset({"coordinator", "operator"})),
    Permission("audit.cut", lazy("Take old months out of the audit"), frozenset({"operator"})),
]
