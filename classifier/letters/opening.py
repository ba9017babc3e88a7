"""A letter's subject and opening, as every model that looks at whole letters sees them.

One text for all of them (what kind of letter, its topics, present danger), so that the encoder reads it once. Section
numbers are masked, since a section that an applicant names is almost never the ground of the answer and often another
Act's.
"""

from __future__ import annotations

import re

_SECTION = re.compile(r"\b(?:sections?|sec|ss?|art(?:icle)?s?|reg(?:ulation)?s?)\.? ?\d[\w().]{0,12}", re.IGNORECASE)
CHARACTERS = 1500
"""How much of the letter is read: what it wants stands in its opening, and the encoder takes no more."""


def masked(text: str) -> str:
    """The text with section numbers blanked, of the same length."""
    return _SECTION.sub(lambda m: " " * len(m[0]), text)


def opening(subject: str, blind: str) -> str:
    """Subject and opening of a letter's blind text."""
    return masked(f"{subject}. {blind[:CHARACTERS]}")
