"""Which of two forms of a text to take: the plain one, unless the HTML says more; both where they are two texts."""

from __future__ import annotations

import re
from typing import Final

_WORD: Final = re.compile(r"\w{3,40}")
_COMPARED: Final = 20_000  # characters of each form that are compared
_FEW: Final = 5  # words, below which a form is too short to compare
_SHARED: Final = 0.3  # the share of words that two forms of one text have at least: links and styles aside, nearly all
_NUMBERED: Final = re.compile(r"^[ \t>]{0,20}(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)]\s", re.MULTILINE)


def better(plain: str, rich: str) -> str:
    """`plain`, or the text of the HTML where it loses nothing: the plain form is missing, a stub, or without numbers.

    Some programs write "your program cannot show HTML" as the plain form, and some drop the numbers of lists, without
    which questions cannot be told apart. Two forms that have little in common are two texts, and a reader's program
    decides which of them is seen: both are kept, so that neither a stub nor a trick hides the letter.
    """
    if not plain.strip():
        return rich
    if _are_two_texts(plain, rich):
        return f"{rich.strip()}\n\n{plain.strip()}"
    if len(rich) > 3 * len(plain) + 200:
        return rich
    if len(_NUMBERED.findall(rich)) > len(_NUMBERED.findall(plain)) and len(rich) > 0.5 * len(plain):
        return rich
    return plain


def _are_two_texts(plain: str, rich: str) -> bool:
    first = set(_WORD.findall(plain[:_COMPARED].lower()))
    second = set(_WORD.findall(rich[:_COMPARED].lower()))
    fewer = min(len(first), len(second))
    return fewer >= _FEW and len(first & second) < _SHARED * fewer
