"""The annex: one neutral Document of a round, in every form; and the coalition's own OHCHR matrix, filled."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from core.api import Refused, Review, _, guard_names, label, labels, lazy, ngettext, visible
from core.documents.document import (
    Cell,
    Column,
    Document,
    Key,
    KeyEntry,
    Paragraph,
    Row,
    Run,
    Separator,
    Table,
    direction_of,
    plain,
)
from core.documents.forms import FORMS
from core.documents.marks import Mark
from core.files.store import StoredFile, content_of
from core.language import direction
from core.reference.states import state_name
from plugins.midterm.evidence import evidence_of
from plugins.midterm.fill_matrix import Filling, fill
from plugins.midterm.lights import LIGHTS, WORDS, in_words
from plugins.midterm.matrix import grouped, lines_of, name_of, states_of, tally, terms_of
from plugins.midterm.models import Round
from plugins.recommendations.models import Import, ImportRow
from plugins.recommendations.positions import POSITION_WORDS

DOORS = ("public", "members")
ALL_FORMS = (*FORMS, "matrix")
WORD_TYPE = FORMS["docx"].media_type


@dataclass(frozen=True)
class File:
    """A finished file: its name says the door and the day, and nothing of who asked."""

    name: str
    media_type: str
    content: bytes


def export(ctx, review: Review, assessment_round: Round, form: str, files, door: str = "public",
           import_uid: str | None = None) -> File:
    """The annex in one of FORMS, or "matrix": the imported file with its assessment column filled.

    `files` is the folder of stored originals. `door` public: agreed words only; members: each organisation's too.
    """
    if form not in ALL_FORMS:
        raise Refused(lazy("“%(form)s” is no form. Choose one of: %(forms)s.", form=form, forms=", ".join(ALL_FORMS)))
    if door not in DOORS:
        raise Refused(lazy("“%(door)s” is no door. Choose public or members.", door=door))
    stem = f"{review.key}-midterm-{door}-{ctx.today.isoformat()}"
    if form == "matrix":
        filled = filled_matrix(ctx, review, assessment_round, files, door, import_uid)
        return File(f"{stem}-matrix.docx", WORD_TYPE, filled)
    document = build(ctx, review, assessment_round, door)
    if door == "public":
        guard_names(ctx, document.pieces())
    return File(f"{stem}.{form}", FORMS[form].media_type, FORMS[form].write(document))


def build(ctx, review: Review, assessment_round: Round, door: str = "public") -> Document:
    """The report as a neutral document: the key on top, then a table grouped by theme.

    A recommendation with several headings stands once, under the first.
    """
    lines = lines_of(ctx, review, assessment_round)
    ids = [line.id for line in lines]
    words = _Words(ctx, lines, door, states_of(ctx, ids), terms_of(ctx, ids), evidence_of(ctx, ids))
    rows: list[Row | Separator] = []
    for group in grouped(lines):
        name = group.theme or _("Without a theme")
        rows.append(Separator(_("Theme: %(theme)s", theme=name) if group.theme else name, name))
        rows += [words.row(line) for line in group.lines]
    columns = (Column(_("Recommendation"), 34), Column(_("Position"), 10),
               Column(_("Full list of themes and affected persons"), 22),
               Column(_("Assessment/comments on level of implementation"), 34))
    title = _("%(state)s: mid-term assessment of recommendations", state=review.title)
    return Document(title, _subtitle(ctx, review, assessment_round, lines), ctx.locale,
                    direction(ctx.locale), ctx.today,
                    (_key(lines), plain(_counting(lines), small=True),
                     Table(_("Recommendations and their assessment"), columns, tuple(rows), _("Theme"), _("Light"))))


def _subtitle(ctx, review, assessment_round, lines):
    cycle = _("Cycle %(cycle)s, session %(session)s of the Working Group", cycle=review.cycle or "–",
              session=review.wg_session or "–")
    return f"{ctx.coalition.title} · {cycle} · {assessment_round.title}"


def _key(lines):
    counts = tally(lines)
    return Key(_("Recommendations by level of implementation"),
               tuple(KeyEntry(Mark(str(WORDS[light]), light), counts.get(light, 0)) for light in LIGHTS))


def _counting(lines):
    waiting = sum(not line.is_agreed for line in lines)
    total = ngettext("%(num)d recommendation.", "%(num)d recommendations.", len(lines))
    rule = _("Where law and practice differ, the lower of the two gives the colour and is counted.")
    if not waiting:
        return f"{total} {rule}"
    left = ngettext("%(num)d is not agreed yet.", "%(num)d are not agreed yet.", waiting)
    return f"{total} {left} {rule}"


def _marks(light, in_practice):
    return tuple(Mark(str(words), value) for value, words in in_words(light, in_practice))


class _Words:
    """The cells of one recommendation, in the reader's language and by the door's rules."""

    def __init__(self, ctx, lines, door, states, terms, evidence):
        self.ctx, self.door, self.states, self.terms, self.evidence = ctx, door, states, terms, evidence
        named = {vote.membership for line in lines for vote in line.votes} if door == "members" else set()
        labels(ctx, named | {membership for line in lines for membership, _sentence in line.dissents})

    def row(self, line):
        return Row((Cell(self._recommendation(line)),
                    Cell((plain(str(POSITION_WORDS[line.position])),) if line.position else ()),
                    Cell(self._terms(line)), Cell(self._assessment(line))))

    def _recommendation(self, line):
        locale = _locale_beside(line.text, self.ctx.locale)
        states = " ".join(f"({state_name(iso3, locale)})" for iso3 in self.states.get(line.id, ()))
        runs = [Run(f"{line.number} ", bold=True)] if line.number else []
        wording = (Paragraph((*runs, Run(f"{line.text} {states}".strip()))),)
        return (*wording, plain(line.source, small=True)) if line.source else wording

    def _terms(self, line):
        names = {kind: [name for other, name in self.terms.get(line.id, ()) if other == kind]
                 for kind in ("theme", "affected", "sdg")}
        parts = [plain(name, small=True) for name in names["theme"]]
        if names["affected"]:
            parts.append(plain(_("Affected persons:"), bold=True, small=True))
            parts += [plain(name, small=True) for name in names["affected"]]
        if names["sdg"]:
            parts.append(plain(_("SDGs: %(goals)s", goals=_(", ").join(names["sdg"])), small=True))
        return tuple(parts)

    def _assessment(self, line):
        parts: list[Paragraph | Mark] = []
        if line.is_agreed:
            parts += _marks(line.agreed.light, line.agreed.in_practice)
            parts += [plain(text) for text in line.agreed.comment.splitlines() if text.strip()]
            parts += [self._dissent(*dissent) for dissent in line.dissents]
        if self.door == "members":
            parts += self._votes(line)
        return (*parts, *self._sources(line))

    def _dissent(self, membership, sentence):
        """Through the public door a dissent is printed without the name of who wrote it."""
        if self.door == "members":
            return plain(_("Dissent, %(organisation)s: %(sentence)s", organisation=label(self.ctx, membership),
                           sentence=sentence), italic=True)
        return plain(_("Dissent of an organisation: %(sentence)s", sentence=sentence), italic=True)

    def _votes(self, line):
        parts = []
        for vote in sorted(line.votes, key=lambda one: label(self.ctx, one.membership).casefold()):
            if vote.light:
                said = " · ".join(str(words) for _light, words in in_words(vote.light, vote.in_practice))
                words = f"{label(self.ctx, vote.membership)}: {said}"
                parts.append(plain(f"{words}. {vote.comment}" if vote.comment else words, small=True))
        return parts

    def _sources(self, line):
        """Evidence as sources: through the public door only the coalition's own, which names nobody."""
        return [plain(_("Source: %(evidence)s", evidence=evidence_words(evidence)), small=True)
                for evidence in self.evidence.get(line.id, ())
                if self.door == "members" or evidence.membership_id is None]


def _locale_beside(text, locale):
    """The language in which States stand behind a wording: the reader's, but English behind English words in an Arabic
    annex. Office programs break a line after the bracket before an Arabic name, and mix up the names that follow."""
    return "en" if locale == "ar" and direction_of(text, "rtl") == "ltr" else locale


def evidence_words(evidence) -> str:
    """One line: what it shows, its source and its date."""
    facts = [evidence.note or evidence.title, evidence.url, evidence.source,
             evidence.dated_on.isoformat() if evidence.dated_on else ""]
    return _(", ").join(fact for fact in facts if fact)


def newest_matrix(ctx, review: Review, uid: str | None = None) -> Import | None:
    """The import of this uid, else the newest OHCHR matrix of the review that was not taken back; None without one."""
    query = (visible(ctx, Import, Import, StoredFile).join(StoredFile)
             .where(Import.review == review, Import.form == "matrix", Import.undone_at.is_null()))
    if uid:
        query = query.where(Import.uid == uid)
    return query.order_by(Import.id.desc()).first()


def filled_matrix(ctx, review: Review, assessment_round: Round, files, door="public", import_uid=None) -> bytes:
    """The original matrix with the agreed lights in its assessment column, and every other cell as it was."""
    made = newest_matrix(ctx, review, import_uid)
    if made is None:
        raise Refused(lazy("No OHCHR matrix was brought in for this review, so there is none to fill. Import the "
                           "thematic list (.docx), or export the annex."))
    lines = {line.id: line for line in lines_of(ctx, review, assessment_round)}
    words = _Words(ctx, list(lines.values()), door, {}, {}, {})
    places: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for table_no, row_no, part, recommendation in (
            visible(ctx, Import, ImportRow.table_no, ImportRow.row_no, ImportRow.part, ImportRow.recommendation)
            .join(ImportRow, on=(ImportRow.import_made == Import.id))
            .where(Import.id == made.id, ImportRow.table_no.is_null(False), ImportRow.recommendation.is_null(False))
            .order_by(ImportRow.part, ImportRow.id).tuples()):
        places.setdefault((table_no, row_no), []).append((part, recommendation))
    several = {recommendation for held in places.values() if len(held) > 1 for _part, recommendation in held}
    states = states_of(ctx, several)
    if door == "public":
        guard_names(ctx, [(name_of(line.number, line.part), line.agreed.comment) for line in lines.values()
                          if line.is_agreed])
    fills = {place: [_filling(ctx, words, lines[one], states if len(held) > 1 else {}) for _part, one in held
                     if one in lines and lines[one].is_agreed] for place, held in places.items()}
    made_on = ctx.now.replace(tzinfo=ZoneInfo("UTC")).date()
    return fill(content_of(files, made.file.sha256), {place: found for place, found in fills.items() if found}, made_on)


def _filling(ctx, words, line, states):
    paragraphs = [text for text in line.agreed.comment.splitlines() if text.strip()]
    paragraphs += [words._dissent(*dissent).text for dissent in line.dissents]
    return Filling(_marks(line.agreed.light, line.agreed.in_practice), tuple(paragraphs),
                   tuple(state_name(iso3, ctx.locale) for iso3 in states.get(line.id, ())))
