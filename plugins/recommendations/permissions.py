"""What this plugin lets be allowed."""

from core.api import News, Permission, lazy, lazy_plural

EVERYBODY = frozenset({"coordinator", "editor", "member"})
KEEPERS_OF_THE_COLLECTION = frozenset({"coordinator", "editor", "operator"})

CHANGED = News(lazy_plural("A recommendation, changed or added by %(who)s",
                           "%(num)d recommendations, changed or added by %(who)s", 0), "recommendations.index",
               needs="recommendations.see")
BROUGHT = News(lazy_plural("A file with recommendations, brought by %(who)s",
                           "%(num)d files with recommendations, brought by %(who)s", 0), "recommendations.index",
               needs="recommendations.see")
PERMISSIONS = [
    Permission("recommendations.see", lazy("Read the recommendations and take them along as a file"),
               EVERYBODY | {"operator"}, adjustable=True),
    Permission("recommendations.edit", lazy("Add and correct recommendations and positions by hand"),
               KEEPERS_OF_THE_COLLECTION, adjustable=True,
               news={"recommendations_recommendation": CHANGED, "review": CHANGED}),
    Permission("recommendations.import", lazy("Bring files in, and take an import back"),
               KEEPERS_OF_THE_COLLECTION, adjustable=True, news={"coalition": BROUGHT, "review": BROUGHT}),
]
