"""No text makes a regular expression of the package work more than in proportion to its length."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pattern_tools import Found, attacks, patterns, seconds

# Patterns that see bounded text only, with the most characters that they are given, and who sees to it.
BOUNDED = {
    "classifier.letters.blind._ON_MY_BEHALF": (60, "the 60 characters before a hit"),
    "classifier.referral.patterns._WINDOW": (300, "phrases of the register, one at a time"),
    "classifier.training.authored._ATTRIBUTE": (300, "a line of our own corpus"),
    "classifier.training.authored._HEADER": (300, "a line of our own corpus"),
    "classifier.training.gold._ENDS_ASKING": (300, "a sentence of a labelled letter, in a maintainer's evaluation"),
    "classifier.training.varieties": (400, "a paragraph of our own corpus"),
    "classifier.training.varieties._NUMBERED": (400, "a paragraph of our own corpus"),
}
# Matched at one place of a line, by another module or through a name that the source does not show.
ANCHORED = {
    "classifier.outcomes.signs._LABELLED",
    "classifier.outcomes.signs.ANSWERS",
    "classifier.outcomes.signs.OUTCOME",
    "classifier.outcomes.signs.RESPONSE",
    "classifier.outcomes.scopes._AFTER_NAMED",
}
EACH = 5  # texts tried on each pattern
SCREEN, SMALL, LARGE = 3_000, 2_000, 8_000  # characters


def grows_too_fast(pattern: re.Pattern[Any], most: int = EACH, *, anchored: bool = False) -> str:
    """The text on which the time of finding all matches grows faster than the text, "" where there is none.

    Processor time, and the ratio of four times the text: 4 where work is in proportion, 16 where it is squared.
    """
    for prefix, piece in attacks(pattern, most):
        tail = b"\0!" if isinstance(prefix, bytes) else "\0!"

        def text(size: int, prefix: Any = prefix, piece: Any = piece, tail: Any = tail) -> Any:
            return prefix + piece * (size // len(piece)) + tail

        def work(size: int, times: int = 1, text: Any = text) -> float:
            return seconds(pattern, text(size), times, anchored=anchored)

        # Work that doubles with each piece shows at twenty of them; what lies further is not reached then.
        if any(work(count * len(piece)) > 0.02 for count in (14, 18, 20)):
            return f"{prefix!r} and {piece!r} again and again: exponential"
        if work(700) > 0.1 and work(700, 3) > 0.1:
            return f"{prefix!r} and {piece!r} again and again: more than 0.1 s for 700 characters"
        if work(SCREEN) < 0.004:
            continue
        small, large = work(SMALL, 2), work(LARGE)
        if large > 8.5 * small and work(LARGE, 2) > 8.5 * work(SMALL, 3):
            return f"{prefix!r} and {piece!r} again and again: {small:.4f} s, then {large:.4f} s"
    return ""


@pytest.fixture(scope="module")
def found() -> list[Found]:
    return patterns()


def test_every_pattern_works_in_proportion_to_the_text(found: list[Found]) -> None:
    assert len(found) > 300
    slow: dict[str, str] = {}
    for one in found:
        anchored = one.anchored or one.place in ANCHORED
        if not _bounded(one.place) and (why := grows_too_fast(one.pattern, anchored=anchored)):
            slow[one.place] = why
    assert slow == {}


def _bounded(place: str) -> bool:
    return place in BOUNDED or place.partition(":")[0] in BOUNDED


@pytest.mark.parametrize("place", BOUNDED)
def test_patterns_for_bounded_text_are_quick_on_as_much_as_they_are_given(found: list[Found], place: str) -> None:
    most, _ = BOUNDED[place]
    held = [f for f in found if f.place == place or f.place.partition(":")[0] == place]
    assert held, "no longer there: take it off the list"
    for one in held:
        for prefix, piece in attacks(one.pattern, EACH):
            assert seconds(one.pattern, (prefix + piece * most)[:most], 3) < 0.05


@pytest.mark.parametrize("bad", [r"(a+)+$", r"(?:x|x)*y", r"\s*\n", r"[a-z]+@", r"<!--.*-->", r"(\d+),?\d*;"])
def test_patterns_that_backtrack_would_be_noticed(bad: str) -> None:
    assert grows_too_fast(re.compile(bad), 24) != ""


@pytest.mark.parametrize("good", [r"[a-z]{1,30}@", r"^\d{1,3}[.)]", r"\bhow many\b"])
def test_patterns_that_do_not_are_let_be(good: str) -> None:
    assert grows_too_fast(re.compile(good), 24) == ""
