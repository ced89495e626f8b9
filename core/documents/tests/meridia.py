"""A small annex of an invented State, in both directions, with everything that a document can hold."""

import datetime

from core.documents.document import (
    Cell,
    Column,
    Document,
    Heading,
    Key,
    KeyEntry,
    Paragraph,
    Row,
    Run,
    Separator,
    Table,
    plain,
)
from core.documents.marks import Mark

PARTIAL = Mark("Partial implementation", "partial")
IN_LAW = Mark("In law: implemented", "implemented")
IN_PRACTICE = Mark("In practice: no progress", "none")
DISSENT = "Heron Institute holds another view: the register exists."

ENGLISH_HEADINGS = ("Recommendation", "Position", "Themes", "Assessment/comments on level of implementation")
ARABIC_HEADINGS = ("التوصية", "الموقف", "المواضيع", "تقييم مستوى التنفيذ")


def make_row(number, wording, *assessment):
    return Row((
        Cell((Paragraph((Run(number, bold=True), Run(f" {wording}"))), plain("A/HRC/55/99 - Para. 3", small=True))),
        Cell((plain("Supported"),)),
        Cell((plain("Rights of the child; protection", small=True), plain("- Children", small=True))),
        Cell(assessment)))


def make_annex(*rows, lang="en", title="Meridia: mid-term annex"):
    arabic = lang == "ar"
    rows = rows or (
        Separator("Theme: Rights of the child", "Rights of the child"),
        make_row("121.4", "Raise the age of responsibility (Kenya)", PARTIAL, plain("Tabled in May.")),
        make_row("121.10", "Consult children & parents <soon> (Peru)", IN_LAW, IN_PRACTICE, plain("Nobody asked."),
                 plain(DISSENT, italic=True)),
        Separator("Theme: Prisons", "Prisons"),
        make_row("121.11", "Reduce overcrowding (Fiji)"))
    columns = tuple(Column(heading, width) for heading, width in
                    zip(ARABIC_HEADINGS if arabic else ENGLISH_HEADINGS, (34, 10, 22, 34), strict=True))
    return Document(
        title, "تقييم الائتلاف" if arabic else "By the coalition", lang, "rtl" if arabic else "ltr",
        datetime.date(2026, 3, 2),
        (Key("التوصيات حسب مستوى التنفيذ" if arabic else "By level of implementation",
             (KeyEntry(IN_PRACTICE, 1), KeyEntry(PARTIAL, 1))),
         Heading(1, "الجدول" if arabic else "The table"),
         Paragraph((Run("One "), Run("bold", bold=True), Run(" and one "), Run("slanted", italic=True))),
         Table("Recommendations", columns, rows, "Theme", "Light")))
