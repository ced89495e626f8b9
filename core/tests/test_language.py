"""A sentence that lay in a database is a sentence, or another one stands in its place."""

import pytest

from core.language import Words, lazy, lazy_plural

UNREADABLE = "What stood here cannot be read."
GOOD = [lazy("Plain."), lazy("100 % of it."), lazy("%(a)s and %(b)s", a="x", b=7),
        lazy("%(a)s: %(b)s", a=lazy("In."), b=""),
        lazy("%(share)d %% of %(all)s", share=7, all=None), lazy_plural("%(num)d row", "%(num)d rows", 3)]
BAD = ["text", None, 7, [], {}, {"text": "x"}, {"text": 7, "values": {}, "plural": None},
       {"text": None, "values": {}, "plural": None}, {"text": "x", "values": [], "plural": None},
       {"text": "%(a)300000000s", "values": {"a": "x"}, "plural": None},
       {"text": "%(a)s", "values": {"b": "x"}, "plural": None},
       {"text": "%(a)s" * 2, "values": {"a": "x"}, "plural": None},
       {"text": "%s", "values": {"a": "x"}, "plural": None}, {"text": "%(a)r", "values": {"a": "x"}, "plural": None},
       {"text": "%(a)d", "values": {"a": "x"}, "plural": None}, {"text": "x", "values": {}, "plural": "y"},
       {"text": "%(num)d", "values": {"num": 1}, "plural": "%(more)s"},
       {"text": "%(a)s", "values": {"a": {"text": "%(b)9s", "values": {"b": 1}, "plural": None}}, "plural": None},
       {"text": "x" * 20_001, "values": {}, "plural": None},
       {"text": "%(a)s", "values": {"a": "x" * 20_001}, "plural": None}]


@pytest.mark.parametrize("words", GOOD, ids=str)
def test_a_sentence_that_was_kept_is_the_same(words):
    assert str(Words.from_kept(words.kept())) == str(words) != UNREADABLE


@pytest.mark.parametrize("kept", BAD, ids=range(len(BAD)))
def test_what_is_none_is_not_filled_in(kept):
    assert str(Words.from_kept(kept)) == UNREADABLE
