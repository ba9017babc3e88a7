"""Section 8(1) of the Freedom of Information Act 2000: a request is in writing, states the name of the applicant and an
address for correspondence, and describes the information requested.

The test is not a hard one: an e-mail address is an address, a question describes what it asks for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from classifier.letters.applicant import is_full_name
from classifier.letters.asks import asks
from classifier.records import Validity

if TYPE_CHECKING:
    from classifier.records import Letter

_POSTAL = re.compile(
    r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b|\b\d{1,4}[A-Za-z]? [A-Z][\w'’]+ (?:Street|Road|Lane|Avenue|Close|Way"
    r"|Drive|Court|Place|Row|View|Gardens|Terrace)\b"
)

_DESCRIBES = re.compile(
    r"\b(?:information|figures|statistics|data|documents?|records?|details) (?:about|on|regarding|concerning"
    r"|relating to|held|for)\b|^[ \t\xa0]{0,40}(?:\d{1,2}[.)]|[-•*]) \S",
    re.IGNORECASE | re.MULTILINE,
)


def check_validity(letter: Letter) -> Validity:
    """What of s8(1) the letter meets: a name, an address to write to, words that describe information."""
    person = letter.applicant
    end = letter.whole[-1500:] if not person.address else ""
    return Validity(
        name=is_full_name(person.name),
        address="@" in person.address or _POSTAL.search(end) is not None,
        description=asks(letter.text) or _DESCRIBES.search(letter.text) is not None,
    )
