"""Markdown becomes HTML that can do no harm."""

import re

import pytest

from core.web.prose import drawn, split_title


def test_what_people_write_is_drawn():
    assert drawn("One *word* and **two**.\n\n- a\n- b\n\n| x |\n|---|\n| 1 |\n") == (
        "<p>One <em>word</em> and <strong>two</strong>.</p>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<table>\n<thead>\n"
        "<tr>\n<th>x</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n</tr>\n</tbody>\n</table>")


def test_a_heading_can_be_linked_to():
    assert drawn("## Share out\n\n[there](#share-out)") == (
        '<h2 id="share-out">Share out</h2>\n<p><a href="#share-out" rel="noopener noreferrer">there</a></p>')


@pytest.mark.parametrize("harm", [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<style>p {}</style>", "<iframe src=//x></iframe>",
    "<svg onload=alert(1)></svg>", "<form action=/x></form>", "<math><mi xlink:href='data:x'></mi></math>"])
def test_a_tag_that_could_do_harm_is_left_out(harm):
    assert re.sub("</?p>", "", drawn(f"Before {harm} after")).split() == ["Before", "after"]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "file:///x",
                                     "vbscript:x", "&#106;avascript:alert(1)"])
def test_a_link_leads_to_the_web_to_mail_or_to_our_own_pages(address):
    assert drawn(f"[x]({address})") == '<p><a rel="noopener noreferrer">x</a></p>'


@pytest.mark.parametrize("address", ["https://upr.example.org/a", "http://x.example", "mailto:a@b.example",
                                     "/c/x", "#y"])
def test_other_links_are_kept(address):
    assert drawn(f"[x]({address})") == f'<p><a href="{address}" rel="noopener noreferrer">x</a></p>'


def test_no_attribute_passes_but_the_allowed_ones():
    assert drawn('<a href="/x" onclick="y" class="z" style="a" target="_blank">w</a> <em id="e">v</em>') == (
        '<p><a href="/x" rel="noopener noreferrer">w</a> <em>v</em></p>')


def test_the_title_stands_apart():
    assert split_title("# The *title*\n\nText.\n") == ("The *title*", "\nText.\n")
