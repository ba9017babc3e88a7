"""Lists whose numbers are not in the text: HTML and Word write them, and the items keep exact places."""

from __future__ import annotations

import re
import textwrap

import pytest

from classifier.intake.html import to_text
from classifier.questions import split
from classifier.rooms import asks

LETTER = """Dear harbour office,

I should like to know about the moorings:

1. How many moorings are let in the outer harbour?
2. What did each cost in the summer of 2018?
a) at the north quay
b) at the south quay
3. Please send the rules on which boats may lie there overnight.

Please reply by e-mail.
"""


def shapes(text: str) -> list[tuple[str, str]]:
    return [(q.kind, q.text) for q in split(text, asks=asks())]


def as_paragraphs(text: str) -> str:
    return "".join(f"<p>{line}</p>\n" for line in text.split("\n") if line)


def as_outlook(text: str) -> str:
    lines = "".join(f"<p class=MsoNormal>{line or '<o:p>&nbsp;</o:p>'}</p>\n" for line in text.split("\n"))
    return f"<html><head><style><!-- p.MsoNormal, li.MsoNormal {{margin:0cm}} --></style></head><body>{lines}"


def as_list(text: str) -> str:
    inner = re.sub(r"\na\) (.*)\nb\) (.*)", r'<ol type="a"><li>\1</li><li>\2</li></ol>', text)
    items = re.sub(r"(?m)^\d\. (.*)$", r"<li>\1</li>", inner)
    start, end = items.index("<li>"), items.rindex("</li>") + 5
    head, tail = (as_paragraphs(x) for x in (items[:start], items[end:]))
    return f"{head}<ol>{items[start:end]}</ol>{tail}"


@pytest.mark.parametrize("dress", [as_paragraphs, as_outlook, as_list])
def test_a_letter_as_html_splits_as_its_plain_text_does(dress: object) -> None:
    assert callable(dress)
    assert shapes(to_text(str(dress(LETTER)))) == shapes(LETTER)


@pytest.mark.parametrize("columns", [40, 60, 72])
def test_a_wrapped_letter_splits_as_its_plain_text_does(columns: int) -> None:
    wrapped = "\n".join("\n".join(textwrap.wrap(line, columns)) for line in LETTER.split("\n"))
    assert shapes(wrapped) == shapes(LETTER)


def test_numbers_of_html_lists_are_read_and_their_items_keep_their_places() -> None:
    text = to_text(
        '<p>Tell me:</p><ol type="a" start="3"><li>How many tugs?<li>Who owns them?<li value="7">Since when?</ol>'
    )
    found = split(text, asks=asks())
    assert [(q.number, text[slice(*q.span)]) for q in found] == [
        ("c", "How many tugs?"), ("d", "Who owns them?"), ("g", "Since when?"),
    ]  # fmt: skip
