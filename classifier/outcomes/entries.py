"""A disclosure log cut into its entries."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from classifier.outcomes.signs import BARE, HEADED, ITEM, OUTCOME, REQUEST, RESPONSE, ROW, SUMS_UP, WHOLE, reference_at

if TYPE_CHECKING:
    from collections.abc import Sequence


def entries(body: str) -> list[tuple[str | None, str]]:
    """The entries of a disclosure log, each with its reference; the whole text as one where it is no log of several."""
    found = body.split("\n")
    starts: list[tuple[int, str]] = []
    for k, line in enumerate(found):
        ref = reference_at(line)
        if ref is None or (starts and starts[-1][1] == ref):
            continue
        if BARE.match(line.strip()) and not _begins_entry(found, k):
            continue
        starts.append((k, ref))
    if not starts:
        return _by_labels(found)
    if len(starts) == 1:
        return [(starts[0][1], body)]
    edges = [_back_to_title(found, k) for k, _ in starts]
    edges[0] = min(edges[0], starts[0][0])
    out: list[tuple[str | None, str]] = []
    for (_, ref), a, b in zip(starts, edges, [*edges[1:], len(found)], strict=True):
        out.append((ref, "\n".join(found[a:b])))
    return out


def _begins_entry(found: Sequence[str], k: int) -> bool:
    """Whether a number on a line of its own is a log entry's: a title follows it, and a headline or label later on."""
    below = [x.strip() for x in found[k + 1 : k + 6] if x.strip()]
    if not below or not re.search(r"[A-Za-z]{3}", below[0]) or "\t" in below[0]:
        return False
    return any(
        SUMS_UP.match(x.strip()) or RESPONSE.match(x.strip()) or REQUEST.match(x.strip()) or OUTCOME.match(x.strip())
        for x in found[k + 1 : k + 60]
    )


def _back_to_title(found: Sequence[str], k: int) -> int:
    """The line of the title above a reference line, or that line."""
    if WHOLE.match(found[k]) or HEADED.match(found[k]) or ROW.match(found[k]) or BARE.match(found[k].strip()):
        return k
    at = k - 1
    while at >= 0 and not found[at].strip() and k - at <= 2:
        at -= 1
    if at < 0:
        return k
    title = found[at].strip()
    if (
        3 < len(title) <= 120
        and title[-1] not in ".:;,?"
        and not ITEM.match(title)
        and (at == 0 or not found[at - 1].strip())
    ):
        return at
    return k


def _by_labels(found: Sequence[str]) -> list[tuple[str | None, str]]:
    """Entries without references: each begins with a label such as "Request:" that comes again."""
    starts = [
        k
        for k, x in enumerate(found)
        if ((m := REQUEST.match(x)) and m["end"] is not None and len(x.strip()) <= 60)
        or x.lower().startswith("request:")
    ]
    answers = [k for k, x in enumerate(found) if RESPONSE.match(x)]
    if (
        len(starts) < 2
        or len(answers) < 2
        or not all(any(a < r < b for r in answers) for a, b in zip(starts, [*starts[1:], len(found)], strict=True))
    ):
        return [(None, "\n".join(found))]
    edges = [0, *(_back_to_title(found, k) for k in starts[1:])]
    return [(None, "\n".join(found[a:b])) for a, b in zip(edges, [*edges[1:], len(found)], strict=True)]
