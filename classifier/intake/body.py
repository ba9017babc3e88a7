"""Which of two forms of the same text to take: the plain one, unless the HTML says more."""

from __future__ import annotations

import re
from typing import Final

_NUMBERED: Final = re.compile(r"^[ \t>]{0,20}(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)]\s", re.MULTILINE)


def better(plain: str, rich: str) -> str:
    """`plain`, or the text of the HTML where it loses nothing: the plain form is missing, a stub, or without numbers.

    Some programs write "your program cannot show HTML" as the plain form, and some drop the numbers of lists, without
    which questions cannot be told apart.
    """
    if not plain.strip():
        return rich
    if len(rich) > 3 * len(plain) + 200:
        return rich
    if len(_NUMBERED.findall(rich)) > len(_NUMBERED.findall(plain)) and len(rich) > 0.5 * len(plain):
        return rich
    return plain
