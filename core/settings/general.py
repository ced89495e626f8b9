"""What a coalition is called, and in which languages it is offered."""

from core.changes import change
from core.errors import Refused
from core.language import lazy

LONGEST_TITLE = 120         # it stands in the masthead of every page


def offered_languages(coalition, of_instance) -> list[str]:
    """The languages to choose from in this coalition, in the instance's order; all of them where nobody chose."""
    chosen = [code for code in of_instance if coalition is not None and code in coalition.languages]
    return chosen or list(of_instance)


def save_general(ctx, title: str, state_name: str, languages, of_instance, version=None) -> None:
    """`state_name`: how the State is called here, empty for the UN's name. `languages`: codes of those offered."""
    title, languages = " ".join(title.split()), set(languages)
    if not title:
        raise Refused(lazy("A coalition needs a title, such as “Meridia UPR Coalition”."))
    if len(title) > LONGEST_TITLE:
        raise Refused(lazy("The title has %(count)d characters; there is room for %(most)d. Shorten it.",
                           count=len(title), most=LONGEST_TITLE))
    if strange := sorted(languages - set(of_instance)):
        raise Refused(lazy("“%(code)s” is no language of this installation. There are: %(known)s.",
                           code=strange[0], known=", ".join(of_instance)))
    if not languages:
        raise Refused(lazy("A coalition needs a language. Tick at least one."))
    with change(ctx, "coalition.settings", ctx.coalition, version=version):
        ctx.coalition.title, ctx.coalition.state_name = title, " ".join(state_name.split())
        # All of them means all: also one that the installation gets later.
        ctx.coalition.languages = [] if languages == set(of_instance) else sorted(languages)
