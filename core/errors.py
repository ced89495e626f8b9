"""What a service says when it does not do what it was asked to."""

from core.language import lazy


def trace(error: BaseException) -> str:
    """What a log may say of an error: its type, and the last places that it came through.

    Not its message: that of a database quotes what somebody typed.
    """
    places, frame = [], error.__traceback__
    while frame is not None:
        places.append(f"{frame.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{frame.tb_lineno}")
        frame = frame.tb_next
    return f"{type(error).__name__} at {' > '.join(places[-6:])}"


class NotDone(Exception):
    """Nothing was done. Its one argument is a sentence for the person: what is wrong and what to do.

    The sentence is a `core.language.Words` (or str); str(error) gives it in the language of the moment.
    """

    @property
    def sentence(self):
        return self.args[0]


class Refused(NotDone):
    """What was asked for cannot be. A view may take it, and show the sentence beside its form."""


class NotThere(Refused):
    """The object does not exist for this person: absent, another coalition's, or not visible. A page says 404."""


class Forbidden(Refused):
    """The person can see the object and may not do this to it. A page says 403."""


class SignInAgain(NotDone):
    """It may be done, once the person has proved anew who they are. A page leads there and back: no view takes it with
    what is refused."""

    def __init__(self):
        super().__init__(lazy("Before this, sign in again: it must be you who does it."))


class SecondFactorFirst(NotDone):
    """The person's role needs a second factor, and they have none yet. A page leads to where it is set up."""

    def __init__(self):
        super().__init__(lazy("Your role needs a second factor, and your account has none yet. Set it up first; it "
                              "takes two minutes."))


class TooMany(Refused):
    """The person, or the network address, asked for this too often. `until` is when it can be asked for again."""

    def __init__(self, until):
        super().__init__(lazy("This was asked for very often in a short time. Nothing was done by this press. Wait "
                              "until the hour below, then send it again."))
        self.until = until


class Conflict(Refused):
    """Somebody else changed the object since this person saw it.

    `mine` holds the values that were about to be written, `theirs` those that stand, `version` the number that
    stands; all by field name, so that a page can show both and lose neither.
    """

    def __init__(self, sentence, obj, mine, theirs, version):
        super().__init__(sentence)
        self.obj, self.mine, self.theirs, self.version = obj, mine, theirs, version
