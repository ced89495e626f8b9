"""Pages that are kept: bounded in memory, and gone with the first write."""

from core.web import kept_pages
from core.web.kept_pages import KeptPages


def test_a_page_is_given_for_its_own_number_and_reader_only_and_goes_with_the_first_write():
    pages = KeptPages()
    pages.put(7, "mine", b"a")
    assert [pages.get(7, "mine"), pages.get(7, "another's"), pages.get(8, "mine")] == [b"a", None, None]
    pages.put(8, "another's", b"b")
    assert [pages.get(7, "mine"), pages.get(8, "mine"), pages.get(8, "another's")] == [None, None, b"b"]


def test_all_pages_together_are_bounded_and_the_least_lately_asked_for_goes_first(monkeypatch):
    monkeypatch.setattr(kept_pages, "MOST_BYTES", 10)
    pages = KeptPages()
    pages.put(1, "one", b"aaaa")
    pages.put(1, "one", b"bbbb")                   # in place of the first, not beside it
    pages.put(1, "two", b"cccc")
    assert pages.get(1, "one") == b"bbbb"
    pages.put(1, "three", b"dddd")
    assert [pages.get(1, key) for key in ("one", "two", "three")] == [b"bbbb", None, b"dddd"]
    pages.put(1, "huge", b"e" * 11)
    assert [pages.get(1, key) for key in ("one", "three", "huge")] == [None, None, None]
