"""What we promise an organisation before it joins, and what we cannot. Every line names the machines that hold the
program to it (SAFETY, "What we promise"); a line without one, or that is not true on this server, is not shown."""

from dataclasses import dataclass

from core.keyring import lies_in_memory
from core.language import Words, lazy


@dataclass(frozen=True)
class Line:
    words: Words
    machines: str


PROMISED = (
    Line(lazy("You choose whether your name is shown to everyone, only to members, or to nobody. Until you choose, it "
              "is shown to nobody."), "M-2"),
    Line(lazy("If you withhold it, you appear under a random word. Only your own people and the coordinators you tick "
              "can see your name."), "M-1, M-2"),
    Line(lazy("Only you can make yourself more visible. Nobody can do it for you in these pages; if it was entered "
              "from a paper you gave, your people are told."), "M-1"),
    Line(lazy("Your name, people and addresses lie sealed in the database and in backups. Who steals a backup reads "
              "nothing of them."), "M-2, M-9"),
)
IN_MEMORY = Line(lazy("The key of this server is typed in after each start. Who takes the machine while it is switched "
                      "off reads nothing of your name, people and addresses."), "M-9")
ALSO_PROMISED = (
    Line(lazy("When you leave and ask for it, we destroy the key to your name, people and addresses. They are then "
              "unreadable, also in old backups."), "M-9"),
    Line(lazy("Someone who is expelled is out at that second."), "M-1"),
    Line(lazy("Mails can be made to say nothing at all."), "M-2"),
)
CONTACTS_NOBODY = Line(lazy("The server contacts nobody except to send mail: no trackers, fonts, maps, statistics."),
                       "M-4")
NO_NETWORK_ADDRESSES = Line(lazy("We keep no network addresses."), "M-2")

ON_DISK = lazy("The key of this server lies on its disk. Who takes the machine takes the key with it, and can read "
               "your name, people and addresses.")
NOT_PROMISED = (
    lazy("The person who runs the server can read it while it runs. If a court or a soldier forces them, they may have "
         "to. Ask who runs it, in which country, and whether you trust them."),
    lazy("What you write in drafts, comments, tasks and files is not sealed; do not write your name there."),
    lazy("A file that you bring lies here twice: the copy for the others, and the original for you, with the author's "
         "name that your program wrote into it. Neither is sealed. Take your name out of the file's properties first."),
    lazy("Who withholds the name later than at the beginning keeps the same place and word here. Who saw the name "
         "before, in a list, a link or a file, can tell afterwards who it is."),
    lazy("Your style, language, subject and hours can give you away to people who know you."),
    lazy("Your mail provider sees mail arriving from this server; your internet provider sees that you visit it. Tor "
         "Browser works here."),
    lazy("What others have downloaded we cannot take back."),
    lazy("This software can have mistakes. The people who run this server owe you the truth about one that touches you "
         "within 72 hours; that is a duty of people, no machine checks it."),
)
BEFORE_SIGNING = lazy(
    "The UN publishes joint submissions with the names of all who sign, at the start of the text, for ever. If you "
    "withhold your name you can write, comment and vote, you are counted, but you are not on that list. Signing is a "
    "separate step, done by you, with the exact text in which your name will stand.")
WHO_SEES = (
    (lazy("Other members"), lazy("Your name, unless you withhold it; then a random word. The names of your people, "
                                 "unless you withhold yours. What you write here for the coalition.")),
    (lazy("Coordinators"), lazy("The same as other members; your withheld name only if you tick them. They invite, "
                                "suspend and end memberships.")),
    (lazy("The administrator of the server, in these pages"), lazy("How many organisations there are. No name, no "
                                                                   "draft, no address.")),
    (lazy("Who runs the machine"), lazy("Everything, while it runs, if they want to.")),
    (lazy("People outside"), lazy("The number of organisations. Your name only if you choose “named” and tick it.")),
)


def promised(settings, host) -> list[Line]:
    """The lines that are true on this server."""
    return [*PROMISED, *([IN_MEMORY] if lies_in_memory(settings.key_file_path) else []), *ALSO_PROMISED,
            *([] if with_network(host) else [CONTACTS_NOBODY]), NO_NETWORK_ADDRESSES]


def not_promised(settings, host) -> list[Words]:
    """What this server cannot promise."""
    plugins = ", ".join(with_network(host))
    return [*([] if lies_in_memory(settings.key_file_path) else [ON_DISK]), NOT_PROMISED[0],
            *([lazy("A plugin of this server opens connections to other hosts: %(plugins)s. What it sends there we "
                    "cannot promise.", plugins=plugins)] if plugins else []), *NOT_PROMISED[1:]]


def with_network(host) -> list[str]:
    return [str(loaded.manifest.title) for loaded in host.loaded.values() if loaded.manifest.network]
