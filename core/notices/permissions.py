"""What the pages of notices let be allowed, beside the permissions of accounts and coalitions."""

from core.language import lazy
from core.policy import Permission

PERMISSIONS = [
    Permission("instance.mail", lazy("See which mails are stuck, try them again, send oneself a test mail"),
               frozenset({"administrator"})),
]
