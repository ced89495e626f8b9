"""What a plugin can answer: each hook's docstring is its contract, and docs/hooks.md is made from them.

A plugin answers what it has something to say to; None or an empty list is "nothing from me". Answers are the frozen
dataclasses of this page: no HTML, no model, no app. No hook is asked while a change() is open.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import pluggy

from core.language import Words

hookspec = pluggy.HookspecMarker("commonweal")
hookimpl = pluggy.HookimplMarker("commonweal")


@dataclass(frozen=True)
class Plugin:
    """The manifest in a plugin's `plugin.py`, as PLUGIN. `requires` names plugins whose models it uses."""

    name: str
    title: Words
    version: str
    requires: tuple[str, ...] = ()
    network: bool = False       # opens connections to other hosts
    mails: bool = False         # sends mail


@dataclass(frozen=True)
class Entry:
    """One entry of the coalition's bar: where it leads, and at which other pages it is the current one."""

    title: Words
    endpoint: str
    weight: int = 50
    endpoints: tuple[str, ...] = ()     # further endpoints at which this entry is the current one


@dataclass(frozen=True)
class WaitingItem:
    """Something that waits for this person. `key` is stable for what, whom and which date: a reminder goes out once
    per key. `plain` says it without content, for mails and calendars: no organisation, no person, no words of what was
    written, no count; without it they say only that something waits."""

    key: str
    sentence: Words
    url: str
    due: date | None = None
    weight: int = 50
    done: int | None = None             # with `total`: how far it is
    total: int | None = None
    act: Words | None = None            # what its button says
    plain: Words | None = None


@dataclass(frozen=True)
class Panel:
    """A titled fragment for a named place: a template of the plugin, and the values it is drawn with."""

    title: Words
    template: str
    values: dict = field(default_factory=dict, hash=False)
    weight: int = 50


@dataclass(frozen=True)
class FacetValue:
    """One value of a facet. `key` is its word in addresses; `mark` draws it as a light (its data word)."""

    key: str
    label: str
    mark: str | None = None


@dataclass(frozen=True)
class Facet:
    """A way to narrow a list that another plugin shows: the values each object has, by the object's uid."""

    name: str
    title: Words
    values: dict[str, tuple[FacetValue, ...]] = field(default_factory=dict, hash=False)
    order: tuple[str, ...] = ()         # keys in the order to show; others follow by label
    shown: bool = False                 # the values also stand in the list's rows
    absent: Words | None = None         # the label for objects without a value, key "-"


@dataclass(frozen=True)
class Offset:
    """A day of a stage: so many days after (or before: negative) a day of the review that has a name.

    `anchor`: review (its day), opening or closing (of the window for submissions), adoption (in plenary).
    """

    days: int
    anchor: str = "review"


@dataclass(frozen=True)
class StageDocument:
    """A document that belongs to a stage. `symbol` may hold {session} and {iso3}; empty: it follows from nothing."""

    key: str                            # its word, one in all stages: "summary"
    title: Words
    symbol: str = ""


@dataclass(frozen=True)
class TrainingLink:
    """Where people learn what a stage asks of them. `source`: who offers it."""

    title: Words
    url: str
    source: Words


@dataclass(frozen=True)
class StageSpec:
    """A stage of a workflow. `who` acts: any of the words state, un, us. A day that follows from nothing is None."""

    id: str
    title: Words
    purpose: Words
    who: str
    links: tuple[TrainingLink, ...]             # at least one
    start: Offset | None = None
    end: Offset | None = None
    documents: tuple[StageDocument, ...] = ()


@dataclass(frozen=True)
class Transition:
    """A way from one stage to another, by their ids, with the names of the conditions that it asks."""

    start: str
    end: str
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """A condition's answer: met or not, a whole sentence that says which, and where it can be met. `warns`: it is no
    obstacle, but something is open that whoever moves the review should know."""

    ok: bool
    sentence: Words
    link: str = ""
    warns: bool = False


@dataclass(frozen=True)
class Patch:
    """What a plugin adds to a workflow.

    The stages stand in a line behind `after`: it leads to the first of them, and the last leads where `after` led,
    once all `conditions` of the patch are met besides. Without stages, they are asked when a review leaves `after`.
    With `transitions`, these alone lead on from `after` and from the stages, each with the conditions that it names.
    """

    workflow: str                               # "upr-cycle"
    after: str
    stages: tuple[StageSpec, ...] = ()          # each id begins with the plugin's name and a hyphen
    conditions: dict[str, Callable] = field(default_factory=dict, hash=False)   # "meridia.heard": its function
    transitions: tuple[Transition, ...] = ()


@dataclass(frozen=True)
class SearchHit:
    """How one object stands among what was found. Core marks the words in `title` and `text`."""

    uid: str
    group: Words                        # the heading above all of its kind: "Recommendations"
    title: str
    endpoint: str
    values: dict = field(default_factory=dict, hash=False)      # of the endpoint's address
    text: str = ""                      # the whole text; the page shows what stands around the words
    detail: str = ""                    # whose, of which review


@dataclass(frozen=True)
class OwnData:
    """What a plugin keeps of one organisation, for itself: `name` is the word under which it stands in the file, and
    each row plain data: words, numbers, days as text, lists, dicts; no name of anybody else."""

    name: str
    rows: tuple[dict, ...] = field(default=(), hash=False)


@hookspec
def blueprints():
    """The plugin's pages.

    Asked by  core.plugins, once at start.
    Answers   list of flask.Blueprint named like the plugin; put under /c/<coalition>/<plugin>/. Every view function
              names its permission with core.web.frame.route; one without it, and the plugin is not loaded.
    Failure   the plugin is not loaded; the log, `doctor` and the administrator's page say why.
    Since     0.1
    Example   plugins/midterm/plugin.py::blueprints
    """


@hookspec
def permissions():
    """The words that the plugin's routes and changes name.

    Asked by  core.plugins, once at start.
    Answers   list of core.policy.Permission, each name beginning with the plugin's name and a dot.
    Failure   the plugin is not loaded; the log, `doctor` and the administrator's page say why.
    Since     0.1
    Example   plugins/midterm/plugin.py::permissions
    """


@hookspec
def tables():
    """The plugin's models, for the access machine, the backup's comparison and doctor.

    Asked by  core.plugins, once at start.
    Answers   list of models; each table's name begins with the plugin's name. They are made by the plugin's own
              `migrations/`, never at load.
    Failure   the plugin is not loaded; the log, `doctor` and the administrator's page say why.
    Since     0.1
    Example   plugins/recommendations/plugin.py::tables
    """


@hookspec
def commands():
    """The plugin's commands, under its own name.

    Asked by  core.cli, once at start.
    Answers   list of click.Command; `commonweal <plugin> <command>`.
    Failure   the plugin is not loaded; the log, `doctor` and the administrator's page say why.
    Since     0.1
    Example   plugins/midterm/plugin.py::commands
    """


@hookspec
def workflow_patches():
    """Stages, and conditions on the way between them, for a workflow of core.

    Asked by  core.plugins, once at start; core.workflows.engine checks each: every id known, every stage reached.
    Answers   list of Patch. A condition is a function (ctx, review) that gives a Verdict and writes nothing; it is
              asked on the review's page and before a transition.
    Failure   a patch that does not fit: the plugin is not loaded, the workflow stands as before, and the log, `doctor`
              and the administrator's page say why. A condition that raises counts as not met, and says so.
    Since     0.2
    Example   docs/example_plugin/meridia/plugin.py::workflow_patches
    """


@hookspec
def navigation(ctx):
    """The plugin's entries in the coalition's bar.

    Asked by  core.web.frame, once per page of a coalition.
    Gets      ctx: Context.
    Answers   list of Entry, in the order of their weight.
    Failure   the page comes without them, with a gap that names the plugin; the error is in the log.
    Since     0.1
    Example   plugins/midterm/plugin.py::navigation
    """


@hookspec
def waiting_items(ctx):
    """What waits for this person, in this coalition.

    Asked by  core.coalitions.today, for the page Today, the calendar and its feed; by the job that reminds people, once
              a day for each seat; by the job that counts what waits; by the page on which another hands over for who
              leaves. There, and in a job, nobody of that seat has asked for a page: url_for() and the frame's
              review_here() answer as on Today.
    Gets      ctx: Context, with the memberships for which the person acts.
    Answers   list of WaitingItem, at most 50; only what visible() gives this person. Each with `plain`, the sentence
              that a mail may carry.
    Failure   Today comes with a gap that names the plugin; a reminder or a feed comes without its items; the error is
              in the log.
    Since     0.1
    Example   plugins/midterm/plugin.py::waiting_items
    """


@hookspec
def panels(ctx, place, objects):
    """Titled fragments beside what another plugin shows.

    Asked by  core.web.panels, once per place and page, after access to the objects was granted.
    Gets      ctx: Context. place: str, such as "recommendation.main"; the asking plugin's README lists its places.
              objects: list of what the page shows there.
    Answers   list of Panel.
    Order     Panel.weight, then the plugin's name.
    Failure   the page comes with a gap that names the plugin; the error is in the log.
    Since     0.1
    Example   plugins/midterm/plugin.py::panels
    """


@hookspec
def facets(ctx, place, objects):
    """Ways to narrow a list that another plugin shows.

    Asked by  the plugin that shows the list, through core.plugins.gather, once per page.
    Gets      ctx: Context. place: str, such as "recommendations.list". objects: every object of the list.
    Answers   list of Facet; values by the uid of the object.
    Failure   the list comes without them, with a gap that names the plugin; the error is in the log.
    Since     0.1
    Example   plugins/midterm/plugin.py::facets
    """


@hookspec
def readers():
    """Forms of file that the plugin can read.

    Asked by  the plugin that imports, through core.plugins.gather, at each import.
    Answers   list of core.files.reading.Reader. They run in a child process, without a database.
    Failure   the import goes on with the other readers, with a gap that names the plugin.
    Since     0.1
    Example   plugins/recommendations/plugin.py::readers
    """


@hookspec
def demonstration(ctx, files):
    """The plugin's share of the demonstration coalition.

    Asked by  core.demonstration, once, plugins in the order of `requires`; the coalition is new, with its people and
              organisations.
    Gets      ctx: Context of the demonstration's coordinator. files: Path of the instance's file store.
    Answers   None; it writes through its own services. Everything in it is invented.
    Failure   the demonstration comes without its share; the error is in the log and on standard error.
    Since     0.1
    Example   plugins/midterm/plugin.py::demonstration
    """


@hookspec
def search_hits(ctx, objects):
    """How the plugin's objects are called, and where they lead.

    Asked by  core.search, once per page of what was found, of the audit and of Today, and by the command `search`. In
              the audit, and among what others did on Today, stand also objects that are not searched. What is found a
              model says
              itself: change() writes down the words of the fields in its `searched`, in its own transaction, where no
              plugin is asked; `search_texts` adds what stands beside.
    Gets      ctx: Context. objects: list of what is shown, of all plugins' models; each passed visible().
    Answers   list of SearchHit, for its own objects only; by their uid.
    Failure   the page comes without them, with a gap that names the plugin; the error is in the log.
    Since     0.2
    Example   plugins/recommendations/plugin.py::search_hits
    """


@hookspec
def own_data(ctx, membership):
    """What the plugin keeps of one organisation, which takes it along or looks at it before it leaves.

    Asked by  core.coalitions.leaving, when somebody of the organisation downloads what is kept of it.
    Gets      ctx: Context. membership: Membership of an organisation for which the person acts.
    Answers   list of OwnData; only rows of this membership, from visible().
    Failure   the file comes without them and names the plugin; the error is in the log.
    Since     0.2
    Example   plugins/midterm/plugin.py::own_data
    """
