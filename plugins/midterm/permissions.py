"""What the plugin lets be allowed, by the table of roles (SAFETY 5): an organisation's light is its own people's."""

from core.api import News, Permission, lazy, lazy_plural


def _news(sentence, endpoint="midterm.matrix", counts_parts=False):
    return News(sentence, endpoint, counts_parts, needs="midterm.see")


LIGHTS = lazy_plural("A light by %(who)s", "%(num)d lights by %(who)s", 0)
EVIDENCE = _news(lazy_plural("Evidence by %(who)s", "%(num)d pieces of evidence by %(who)s", 0))
SHARED = _news(lazy_plural("Recommendations were shared out by %(who)s",
                           "Recommendations were shared out %(num)d times by %(who)s", 0))
# The operator acts at the command line for organisations that gave their lights on paper.
PERMISSIONS = [
    Permission("midterm.see", lazy("See the matrix, the shares and all lights of the coalition"),
               frozenset({"coordinator", "editor", "member", "operator"}), adjustable=True),
    Permission("midterm.assess", lazy("Set the light of one's own organisation, and give its evidence"),
               frozenset({"coordinator", "editor", "member", "operator"}), own="membership", adjustable=True,
               news={"midterm_assessment": _news(LIGHTS), "membership": _news(LIGHTS, counts_parts=True),
                     "midterm_evidence": EVIDENCE}),
    Permission("midterm.dissent", lazy("Let a dissent of one's own organisation stand beside an agreed light"),
               frozenset({"coordinator", "editor", "member"}), own="membership", adjustable=True,
               news={"midterm_dissent": _news(lazy_plural("A dissent by %(who)s", "%(num)d dissents by %(who)s", 0))}),
    Permission("midterm.share", lazy("Open and close rounds, and share recommendations out"),
               frozenset({"coordinator", "editor", "operator"}), adjustable=True,
               news={"review": SHARED, "midterm_round": SHARED}),
    Permission("midterm.agree", lazy("Write down the light that the coalition agreed, and its evidence"),
               frozenset({"coordinator", "editor", "operator"}), adjustable=True,
               news={"midterm_evidence": EVIDENCE, "midterm_round": _news(
                   lazy_plural("A light of the coalition, written down by %(who)s",
                               "%(num)d lights of the coalition, written down by %(who)s", 0), counts_parts=True)}),
    Permission("midterm.claim", lazy("Write down what the State says of its own implementation"),
               frozenset({"coordinator", "editor"}), adjustable=True, news={"midterm_claim": _news(
                   lazy_plural("A claim of the State, written down by %(who)s",
                               "%(num)d claims of the State, written down by %(who)s", 0))}),
    Permission("midterm.export", lazy("Export the annex and the filled matrix"),
               frozenset({"coordinator", "editor", "operator"}), adjustable=True),
]
