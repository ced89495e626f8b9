"""What the instance's administrator may do with the installation; none of it gives a role in a coalition."""

from core.language import lazy
from core.policy import Permission

PERMISSIONS = [
    Permission("instance.plugins", lazy("Say that a plugin's new code is right"), frozenset({"administrator"})),
]
