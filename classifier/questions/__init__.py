"""From a letter's words to what it asks: one reading of the whole letter, then its items with their places.

`split` finds every possible marker (`markers`), chooses one outline for the letter (`outline`), cuts the text into
pieces (`segments`), labels them together (`asks`) and builds the items (`items`). Each step is linear in the text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from classifier.questions.asks import AskModel, label
from classifier.questions.items import build
from classifier.questions.lines import read_lines
from classifier.questions.markers import candidates
from classifier.questions.outline import choose
from classifier.questions.segments import split_sentences

if TYPE_CHECKING:
    from classifier.records import Question

__all__ = ["AskModel", "split"]


def split(text: str, blind: str | None = None, *, asks: AskModel | None = None) -> tuple[Question, ...]:
    """The items of a letter: `text` as in `Letter.text`, `blind` as in `Letter.blind` (same length; `text` where None).

    Offsets are into `text`. Without a model, rules decide what asks. Topics and grounds are left empty. Raises
    ValueError where the two texts differ in length; any other input gives an answer.
    """
    if blind is None:
        blind = text
    elif len(blind) != len(text):
        raise ValueError("the blind text must be as long as the text")
    seen = _masked(text, blind) if blind != text else text
    lines = read_lines(seen)
    markers = choose(candidates(seen, lines))
    segments = split_sentences(seen, lines, markers)
    labels, _ = label(blind, segments, markers, asks)
    return build(text, segments, labels, markers)


def _masked(text: str, blind: str) -> str:
    """`text` with what was blanked in `blind` made opaque: who wrote must not move a marker or end a sentence."""
    out: list[str] = []
    at = 0
    size = len(text)
    while at < size:
        if text[at] == blind[at]:
            out.append(text[at])
            at += 1
            continue
        stop = at
        last = at
        while stop < size and (text[stop] != blind[stop] or text[stop].isspace()):
            if text[stop] != blind[stop]:
                last = stop
            stop += 1
        run = text[at : last + 1]
        hidden = "".join(c if c.isspace() else "x" for c in run)
        if run[-1] in ".?!:":
            hidden = hidden[:-1] + run[-1]
        out.append(hidden)
        at = last + 1
    return "".join(out)
