"""What the plugin lets be allowed, by the table of roles (SAFETY 5): an organisation's light is its own people's."""

from core.api import Permission, lazy

# The operator acts at the command line for organisations that gave their lights on paper.
PERMISSIONS = [
    Permission("midterm.see", lazy("See the matrix, the shares and all lights of the coalition"),
               frozenset({"coordinator", "editor", "member", "operator"}), adjustable=True),
    Permission("midterm.assess", lazy("Set the light of one's own organisation, and give its evidence"),
               frozenset({"coordinator", "editor", "member", "operator"}), own="membership", adjustable=True),
    Permission("midterm.dissent", lazy("Let a dissent of one's own organisation stand beside an agreed light"),
               frozenset({"coordinator", "editor", "member"}), own="membership", adjustable=True),
    Permission("midterm.share", lazy("Open and close rounds, and share recommendations out"),
               frozenset({"coordinator", "editor", "operator"}), adjustable=True),
    Permission("midterm.agree", lazy("Write down the light that the coalition agreed, and its evidence"),
               frozenset({"coordinator", "editor", "operator"}), adjustable=True),
    Permission("midterm.claim", lazy("Write down what the State says of its own implementation"),
               frozenset({"coordinator", "editor"}), adjustable=True),
    Permission("midterm.export", lazy("Export the annex and the filled matrix"),
               frozenset({"coordinator", "editor", "operator"}), adjustable=True),
]
