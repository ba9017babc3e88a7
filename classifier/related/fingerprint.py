"""What two letters are compared by: a hash of the words, and a MinHash signature with the bands that find it again.

The words are the applicant-blind text's. Shingles are single words and pairs of neighbours; function words and the
furniture of requests ("under the Freedom of Information Act …", "please could you provide …") make no shingle by
themselves, so that two letters with nothing but these in common share next to nothing. The numbers below come from a
calculation and a measurement, both in `docs/related.md`.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
import zlib
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np

PERMUTATIONS = 128
"""Hash functions of a signature: the similarity it gives is off by 0.04 on average (standard deviation) at 0.7."""
ROWS = 4
BANDS = 32
"""Bands of four functions each: a pair of similarity s is found with 1 - (1 - s^4)^32, which is 0.9999 at 0.73 (copies
with a tenth of their words changed, on average), 0.98 at 0.59 (all but one in a hundred of them), and 0.005 at 0.11
(requests built from the same stock of phrases; those of different people share 0.006)."""
MOST_WORDS = 5_000
"""Words read for a signature: a longer letter is its annexes."""
FEWEST_SHINGLES = 8
"""A text with fewer says too little to be compared by a part of its words."""
FEWEST_WORDS = 6
"""A text with fewer words ("Thank you for your reply") is no evidence when it comes again."""

_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = str.maketrans("", "", "'’‘`")
_CHUNK = 2_048

_FUNCTION_WORDS = """
    a about above after again against all also am an and any are as at away back be because been before being below
    between both but by can cannot cant could did do does doesnt doing done dont down during each either else etc even
    ever every few first for from further get give given go had has hasnt have havent having he her here hers him his
    how however i id if ill im in including into is isnt it its itself ive just kind last least less let like made make
    many may me might mine more most much must my myself name near need neither never next no none nor not nothing now
    of off on once one only onto or other our ours out over own per perhaps please put rather re really regarding said
    same say see she should shouldnt since so some something still such than that thats the their them then there these
    they this those though through thus to together too two under until up upon us use used using very via was wasnt we
    well were what whatever when where whether which while who whom whose why will wish with within without wont would
    yes yet you your youre yours yourself whats theres lets hows whos
"""
_FURNITURE = """
    able accept accordance acknowledge act acts address advance advice advise aid alternatively am analysis annual
    answer answered answering answers anything apologise applicant applied apply appreciate appreciated ask asked asking
    assist assistance attached authority authorities available aware based below best better breakdown break broken
    build calendar case clarification clarify clear code comply concerning confirm consider considered constabulary
    contact copies copy correspondence cost costs covered covering csv data date day days dear deadline detail detailed
    details dictated disclose disclosed disclosure document documents easier electronic electronically email emails end
    excel exceed exceeds exempt exemption exemptions extent faithfully figure figures file find finally financial
    following follows force forces form format forward free freedom full grateful greatly happy hear hello help hesitate
    hi held hold hope identify include included includes inform information interest involved issue kindly know legal
    letter limit limits line list listed look looking madam manner matter means month months morning narrow number
    numbers obtain office officer outline outlined outlining particular per period periods person phone please pleased
    point points police possible practice prefer preferably prior provide provided provides providing provision public
    query question questions reach reason reasonable receipt receive received receiving recorded records reference
    refine reformulate refuse regard regards relate related relates relating relevant reply request requested requesting
    requests require required response respond respective right rights section sections seeking seek send sent separate
    separately service set sincerely sir sirs specific specifically specify spreadsheet statutory submit submitted
    suggest team terms thank thanks time timescale total truly understand unable wanted want way welcome working write
    writing year years 2000 20 foi foia foias fois
"""
PLAIN = frozenset((_FUNCTION_WORDS + _FURNITURE).split())
"""Words that tell one request from another by themselves as little as a comma does."""


class Fingerprint(NamedTuple):
    """`text_key` is equal for equal words, "" for a text too short; `signature` holds the low 16 bits of each minimum
    as little-endian bytes, b"" where there are too few shingles; `bands` are the keys it is found again by."""

    text_key: str
    signature: bytes
    bands: tuple[int, ...]


def words(text: str) -> list[str]:
    """The words of a text, folded: case, compatibility forms, apostrophes and line breaks make no difference."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).translate(_APOSTROPHES).casefold())


def fingerprint(text: str) -> Fingerprint:
    """The fingerprint of an applicant-blind text. The same on every machine; time is linear in the text's length."""
    import numpy as np

    found = words(text)
    if len(found) < FEWEST_WORDS:
        return Fingerprint("", b"", ())
    key = hashlib.blake2b(" ".join(found).encode(), digest_size=16).hexdigest()
    shingles = _shingles(found[:MOST_WORDS])
    if len(shingles) < FEWEST_SHINGLES:
        return Fingerprint(key, b"", ())
    multipliers, offsets = _permutations()
    lowest = np.full(PERMUTATIONS, np.iinfo(np.uint64).max, dtype=np.uint64)
    for start in range(0, len(shingles), _CHUNK):
        part = shingles[start : start + _CHUNK, None] * multipliers + offsets
        np.minimum(lowest, part.min(axis=0), out=lowest)
    minima = (lowest >> np.uint64(32)).astype(np.uint32)
    return Fingerprint(key, minima.astype("<u2").tobytes(), _bands(minima))


def similarities(signature: bytes, others: list[bytes]) -> list[float]:
    """The Jaccard similarity (0 to 1) of a signature's shingles with each of `others`', as signatures tell it."""
    import numpy as np

    if not signature or not others:
        return [0.0] * len(others)
    mine = np.frombuffer(signature, dtype="<u2")
    table = np.zeros((len(others), PERMUTATIONS), dtype="<u2")
    usable = [len(other) == len(signature) for other in others]
    for row, other in enumerate(others):
        if usable[row]:
            table[row] = np.frombuffer(other, dtype="<u2")
    shares = (table == mine).mean(axis=1)
    return [float(share) if ok else 0.0 for share, ok in zip(shares, usable, strict=True)]


def _shingles(found: list[str]) -> np.ndarray:
    """The distinct shingles as 64-bit hashes: words that say something, and pairs with at least one of them."""
    import numpy as np

    hashed = np.fromiter((zlib.crc32(w.encode()) for w in found), dtype=np.uint64, count=len(found))
    telling = np.fromiter((w not in PLAIN for w in found), dtype=bool, count=len(found))
    pairs = _mixed(hashed[:-1] * np.uint64(0x9E3779B97F4A7C15) + hashed[1:])
    return np.unique(np.concatenate([_mixed(hashed[telling]), pairs[telling[:-1] | telling[1:]]]))


def _mixed(x: np.ndarray) -> np.ndarray:
    """SplitMix64's finaliser: every bit of the result hangs on every bit of `x`."""
    import numpy as np

    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@cache
def _permutations() -> tuple[np.ndarray, np.ndarray]:
    """Multiply-shift hash functions. They are part of the casebook's form: other numbers need a migration."""
    import numpy as np

    drawn = _mixed(np.arange(1, 2 * PERMUTATIONS + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15))
    return drawn[:PERMUTATIONS] | np.uint64(1), drawn[PERMUTATIONS:]


def _bands(minima: np.ndarray) -> tuple[int, ...]:
    """A key for each band of `ROWS` minima, a signed 64-bit number as databases hold it; the band's place is in it."""
    import numpy as np

    rows = minima.reshape(BANDS, ROWS).astype(np.uint64)
    key = np.arange(1, BANDS + 1, dtype=np.uint64)
    for column in range(ROWS):
        key = _mixed(key * np.uint64(0x9E3779B97F4A7C15) + rows[:, column])
    return tuple(int(k) for k in key.view(np.int64))
