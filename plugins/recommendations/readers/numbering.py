"""Word's automatic numbers: what Word prints before a paragraph whose text holds no number, such as "6.12".

The number is not in the document; it follows from numbering.xml, the styles and the order of the paragraphs.
"""

from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml import parse_xml
from docx.oxml.ns import qn

W_VAL = qn("w:val")
LEVELS = 9
LARGEST_IN_LETTERS = 2000
ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
         (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


class Numbering:
    """Gives the label of each paragraph; asked once for every paragraph of the document, in order."""

    def __init__(self, document):
        root = _part_root(document, RT.NUMBERING)
        self.abstracts = {} if root is None else {_id(a, "abstractNumId"): a for a in root.findall(qn("w:abstractNum"))}
        self.nums = {} if root is None else {_id(num, "numId"): num for num in root.findall(qn("w:num"))}
        styles = document.styles.element
        self.styles = {style.get(qn("w:styleId")): style for style in styles.findall(qn("w:style"))}
        self.counters = {}              # id of the abstract definition → numbers of its levels; several nums share one
        self.overridden = set()         # (numId, level) whose own start was taken already
        self.levels = {}

    def label(self, paragraph):
        """The label as Word prints it ("6.12", "(a)", "•"), or None where the paragraph has none."""
        num_id, level = self._place(paragraph)
        num = self.nums.get(num_id)
        if num is None or not 0 <= level < LEVELS:
            return None
        abstract_id = self._abstract_of(num)
        if abstract_id is None:
            return None
        self._count(abstract_id, num_id, level)
        return self._printed(abstract_id, num_id, level)

    def _place(self, paragraph):
        """(numId, level) from the paragraph itself, else from its style or the styles that it is based on."""
        properties = paragraph.find(qn("w:pPr"))
        num_id, level = _number_properties(properties)
        style_id = _value(properties, "w:pStyle") or self._default_style()
        seen = set()
        while style_id in self.styles and style_id not in seen and (num_id is None or level is None):
            seen.add(style_id)
            style = self.styles[style_id]
            style_num, style_level = _number_properties(style.find(qn("w:pPr")))
            if num_id is None and style_num is not None:
                num_id = style_num
                if style_level is None and level is None:
                    style_level = self._level_of_style(style_num, style_id)
            level = style_level if level is None else level
            style_id = _value(style, "w:basedOn")
        return num_id, level or 0

    def _default_style(self):
        return next((style_id for style_id, style in self.styles.items()
                     if style.get(qn("w:type")) == "paragraph" and style.get(qn("w:default")) in ("1", "true")), None)

    def _level_of_style(self, num_id, style_id):
        """A level can name the style that uses it (pStyle); then the style need not say the level."""
        abstract = self.abstracts.get(self._abstract_of(self.nums.get(num_id)))
        for level in abstract.findall(qn("w:lvl")) if abstract is not None else ():
            if _value(level, "w:pStyle") == style_id:
                return _whole(level.get(qn("w:ilvl")), 0)
        return None

    def _abstract_of(self, num, depth=0):
        abstract_id = _value(num, "w:abstractNumId")
        abstract = self.abstracts.get(abstract_id)
        linked = _value(abstract, "w:numStyleLink")
        if linked and linked in self.styles and depth < 5:
            style_num = _number_properties(self.styles[linked].find(qn("w:pPr")))[0]
            return self._abstract_of(self.nums.get(style_num), depth + 1) if style_num in self.nums else abstract_id
        return abstract_id if abstract is not None else None

    def _count(self, abstract_id, num_id, level):
        counters = self.counters.setdefault(abstract_id, [None] * LEVELS)
        for upper in range(level):
            self._override(counters, num_id, upper)
            if counters[upper] is None:
                counters[upper] = self._start(abstract_id, num_id, upper)
        if not self._override(counters, num_id, level):
            counters[level] = (self._start(abstract_id, num_id, level) if counters[level] is None
                               else counters[level] + 1)
        for deeper in range(level + 1, LEVELS):
            restart = _value(self._level(abstract_id, num_id, deeper), "w:lvlRestart")
            if restart is None or level < _whole(restart, LEVELS):
                counters[deeper] = None

    def _override(self, counters, num_id, level):
        """The number's own start, which holds once, at the first paragraph that comes to it."""
        override = _override_of(self.nums[num_id], level)
        start = _value(override, "w:startOverride")
        if start is None or (num_id, level) in self.overridden:
            return False
        self.overridden.add((num_id, level))
        counters[level] = _whole(start, 1)
        return True

    def _start(self, abstract_id, num_id, level):
        return _whole(_value(self._level(abstract_id, num_id, level), "w:start"), 1)

    def _level(self, abstract_id, num_id, level):
        key = (abstract_id, num_id, level)
        if key not in self.levels:
            own = _override_of(self.nums[num_id], level)
            found = own.find(qn("w:lvl")) if own is not None else None
            if found is None:
                found = next((lvl for lvl in self.abstracts[abstract_id].findall(qn("w:lvl"))
                              if lvl.get(qn("w:ilvl")) == str(level)), None)
            self.levels[key] = found
        return self.levels[key]

    def _printed(self, abstract_id, num_id, level):
        definition = self._level(abstract_id, num_id, level)
        text = _value(definition, "w:lvlText")
        if not text:
            return None
        is_legal = definition.find(qn("w:isLgl")) is not None
        for upper in range(LEVELS):
            mark = f"%{upper + 1}"
            if mark in text:
                form = _value(self._level(abstract_id, num_id, upper), "w:numFmt") or "decimal"
                count = self.counters[abstract_id][upper]
                count = self._start(abstract_id, num_id, upper) if count is None else count
                text = text.replace(mark, _in_form(count, "decimal" if is_legal else form))
        return text.strip()


def _in_form(count, form):
    if form in ("lowerLetter", "upperLetter") and 0 < count <= LARGEST_IN_LETTERS:
        letters = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
        return letters.upper() if form == "upperLetter" else letters
    if form in ("lowerRoman", "upperRoman") and 0 < count <= LARGEST_IN_LETTERS:
        letters, left = "", count
        for value, roman in ROMAN:
            letters += roman * (left // value)
            left %= value
        return letters.upper() if form == "upperRoman" else letters
    if form == "decimalZero":
        return f"{count:02d}"
    return "" if form == "none" else str(count)


def _part_root(document, relationship):
    try:
        part = document.part.part_related_by(relationship)
    except KeyError:
        return None
    return part.element if hasattr(part, "element") else parse_xml(part.blob)


def _whole(value, otherwise):
    """A number of the file, which may say anything."""
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 10 else otherwise


def _id(element, name):
    return element.get(qn(f"w:{name}"))


def _value(element, path):
    found = element.find(qn(path)) if element is not None else None
    return found.get(W_VAL) if found is not None else None


def _number_properties(properties):
    """(numId or None, level or None); numId "0" takes the number away."""
    numbers = properties.find(qn("w:numPr")) if properties is not None else None
    level = _value(numbers, "w:ilvl")
    return _value(numbers, "w:numId"), _whole(level, 0) if level is not None else None


def _override_of(num, level):
    return next((override for override in num.findall(qn("w:lvlOverride"))
                 if override.get(qn("w:ilvl")) == str(level)), None)
