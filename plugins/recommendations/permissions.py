"""What this plugin lets be allowed."""

from core.api import Permission, lazy

EVERYBODY = frozenset({"coordinator", "editor", "member"})
KEEPERS_OF_THE_COLLECTION = frozenset({"coordinator", "editor", "operator"})

PERMISSIONS = [
    Permission("recommendations.see", lazy("Read the recommendations and take them along as a file"),
               EVERYBODY | {"operator"}, adjustable=True),
    Permission("recommendations.edit", lazy("Add and correct recommendations and positions by hand"),
               KEEPERS_OF_THE_COLLECTION, adjustable=True),
    Permission("recommendations.import", lazy("Bring files in, and take an import back"),
               KEEPERS_OF_THE_COLLECTION, adjustable=True),
]
