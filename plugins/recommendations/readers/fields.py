"""What a table can say about a recommendation, and the words by which people head its columns."""

import html
import re

from core.language import lazy
from core.reference.files import made_from_tables
from core.reference.states import all_states, find_state, folded_name, is_state_code, state_name
from core.tables.mapping import Field, fold
from plugins.recommendations.readers.positions import position_in
from plugins.recommendations.readers.states_at_end import names_in
from plugins.recommendations.rows import POSITIONS

NUMBER = re.compile(r"(?:[A-D]\s?[-–]\s?)?\d{1,3}[.,]\d{1,3}(?:[.,]\d{1,3})?\s?\(?[a-z]?\)?\.?", re.IGNORECASE)
GOAL = re.compile(r"(?:SDG|ODD|ODS|Goal|Target)?\s*(\d{1,2}(?:\.[0-9a-z]{1,2})?)\b", re.IGNORECASE)
LONGEST_POSITION = 60
ARABIC_POSITIONS = (("جزئي", "supported-in-part"), ("قيد", "pending"), ("مرفوض", "noted"), ("رفض", "noted"),
                    ("علم", "noted"), ("تأييد", "supported"), ("مؤيد", "supported"), ("مقبول", "supported"),
                    ("قبول", "supported"))
MECHANISM = re.compile(r"(?:- )?(?:UPR|CEDAW|CRC|CAT|CCPR|CESCR|CERD|CRPD|CMW|CED|SPT|SPB|HRC|SP|SR|WG|IE)\b")
PLEDGE = "voluntary pledge"
OTHER_LANGUAGES = ("es", "pt", "ru", "zh")
SEPARATORS = re.compile(r"[,;/\n、，；]|\s(?:and|et|y|e|и|و)\s|\s[-–—]\s")


def position_of(cell):
    """One of POSITIONS, or None: a cell's words, in English, French, Spanish or Arabic, or our own word."""
    folded = fold(cell)
    if len(cell) > LONGEST_POSITION or folded == PLEDGE:
        return None
    own = folded.replace(" ", "-")
    arabic = next((position for word, position in ARABIC_POSITIONS if fold(word) in folded), None)
    return own if own in POSITIONS else arabic or position_in(cell)


def goal_of(entry):
    """"16" of "SDG 16 - PEACE, JUSTICE …"; None of anything else."""
    found = GOAL.match(entry.strip())
    return found[1] if found else None


def states_of(entry):
    """(ISO3 codes, names that no State has) of a cell's entry, also in languages whose UN names we do not keep."""
    known, unknown = ([entry], []) if is_state_code(entry) else names_in(entry)
    if unknown:
        parts = [part for part in SEPARATORS.split(entry) if part.strip()]
        codes = [find_state(part) or _names_elsewhere().get(folded_name(part)) for part in parts]
        if all(codes):
            return codes, []
    return known, unknown


@made_from_tables
def _names_elsewhere():
    return {folded_name(state_name(code, language)): code for language in OTHER_LANGUAGES for code in all_states()}


def _looks_like_states(cell):
    known, unknown = states_of(html.unescape(cell))
    return len(cell) < 1500 and bool(known) and not unknown


def _looks_like_wording(cell):
    return len(cell) > 25 and len(cell.split()) >= 4


FIELDS = (
    Field("number", lazy("Number"), (
        "no", "no.", "nr", "number", "rec no", "rec number", "recommendation no", "recommendation number", "paragraph",
        "paragraph number", "para", "para no", "ref", "reference", "numéro", "n°", "num", "paragraphe", "número", "núm",
        "nº", "párrafo", "رقم", "الرقم", "رقم التوصية", "الفقرة"), looks=NUMBER.fullmatch, is_told_by_cells=True),
    Field("part", lazy("Part"), ("part", "partie", "parte", "جزء"), looks=re.compile(r"\d{0,2}").fullmatch),
    Field("text", lazy("Wording"), (
        "text", "recommendation", "recommendations", "recommendation text", "text of recommendation",
        "text of the recommendation", "wording", "full text", "texte", "recommandation", "recommandations",
        "texte de la recommandation", "libellé", "texto", "recomendación", "recomendaciones",
        "texto de la recomendación", "التوصية", "التوصيات", "نص التوصية", "النص"),
        required=True, looks=_looks_like_wording, is_told_by_cells=True),
    Field("states", lazy("Recommending States"), (
        "recommending state", "recommending states", "recommending country", "recommending countries",
        "upr reccomending states", "state", "states", "country", "countries", "from", "rs", "made by", "proposed by",
        "recommended by", "état auteur", "états auteurs", "état recommandant", "état", "états", "pays", "auteur",
        "estado recomendante", "estados recomendantes", "estado", "estados", "país", "países", "الدولة الموصية",
        "الدول الموصية", "الدولة", "الدول", "البلد"), many=True, looks=_looks_like_states, is_told_by_cells=True),
    Field("position", lazy("Position"), (
        "position", "response", "status", "state response", "government response", "position of the state",
        "position of the state under review", "upr position", "decision", "réponse", "position de l'état",
        "position de l'état examiné", "statut", "posición", "respuesta", "posición del estado", "estatus", "الموقف",
        "موقف الدولة", "الرد", "رد الدولة"), looks=position_of, means=position_of, is_told_by_cells=True),
    Field("themes", lazy("Themes"), (
        "theme", "themes", "full list of themes", "issue", "issues", "right", "rights", "topic", "topics", "area",
        "rights area", "thematic area", "category", "cluster", "human rights theme", "human rights themes", "thème",
        "thèmes", "thématique", "droit", "droits", "tema", "temas", "derecho", "derechos", "الموضوع", "المواضيع",
        "الحق", "الحقوق"), many=True),
    Field("theme_headings", lazy("Headings"), ("theme headings", "theme heading", "heading", "section"), many=True),
    Field("affected", lazy("Affected persons"), (
        "affected persons", "affected", "groups of persons", "persons affected", "affected groups", "persons",
        "groupes de personnes", "personnes concernées", "grupos de personas", "personas afectadas", "الفئات",
        "الأشخاص المتضررون", "الفئات المتضررة"), many=True),
    Field("sdgs", lazy("SDGs"), (
        "sdg", "sdgs", "relevant sdgs", "goal", "goals", "sustainable development goals", "odd", "ods",
        "أهداف التنمية المستدامة"), many=True, looks=goal_of),
    Field("source", lazy("Source"), (
        "source", "source of position", "sources", "source de la position", "fuente", "fuente de la posición",
        "المصدر")),
    Field("symbol", lazy("Symbol of the document"), (
        "symbol", "document symbol", "document", "cote", "signatura", "الرمز", "الوثيقة"),
        looks=re.compile(r"[AE]/.*\d.*").fullmatch),
    Field("session", lazy("Session"), (
        "session", "upr session", "wg session", "sesión", "الدورة"), looks=re.compile(r"\d{1,2}").fullmatch),
    Field("review_state", lazy("State under review"), (
        "state under review", "sur", "to", "country under review", "countries concerned", "country concerned",
        "reviewed state", "reviewed country", "state reviewed", "état examiné", "pays examiné", "estado examinado",
        "país examinado", "الدولة موضوع الاستعراض", "الدولة قيد الاستعراض"), looks=find_state),
    Field("body", lazy("Body that recommends (UPR, CEDAW …)"), ("body", "mechanism", "reccomending body",
                                                                "recommending body"), looks=MECHANISM.match),
)
