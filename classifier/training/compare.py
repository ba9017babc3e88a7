"""Whether a candidate may take the place of the model in use, and why not where it may not.

Both are judged on the same voices of the corpus, held out of training, and on the corrections that no model learns
from. A candidate is worse in a figure where it leaves the 95 % interval of the model in use on the bad side: what lies
within may be chance. Mandatory referrals are another matter: fewer of them found is worse, however few.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from classifier.records import Value
from classifier.training.figures import average_precision, f1, figure, share
from classifier.training.referrals import RECALL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from classifier.model.blend import Blend
    from classifier.training.blends import Rows
    from classifier.training.corrections import Rowed
    from classifier.training.figures import Figure

FEWEST = 30
"""Questions (or letters) held back from corrections below which they decide nothing: one would weigh too much."""
_LESS_IS_BETTER = "calibration error"


class Compared(Value, frozen=True, kw_only=True):
    """One figure of both models. `low` and `high` are the 95 % interval of the model in use."""

    name: str
    on: str
    now: float
    low: float
    high: float
    candidate: float
    n: int
    worse: bool


def compare(
    now: Iterable[Figure], candidate: Iterable[Figure], on: str, floor: dict[str, float] | None = None
) -> list[Compared]:
    """The figures that both have, in the candidate's order. `on` says which letters they are of.

    `floor` are the ends of intervals, by figure, that no model since the shipped one may leave: many small losses, each
    within its interval, would otherwise add up.
    """
    known = {f.name: f for f in now}
    out: list[Compared] = []
    for new in candidate:
        old = known.get(new.name)
        if old is None:
            continue
        worse = _worse(new.name, new.value, old, (floor or {}).get(new.name))
        out.append(
            Compared(
                name=new.name, on=on, now=old.value, low=old.low, high=old.high, candidate=new.value, n=new.n,
                worse=worse,
            )
        )  # fmt: skip
    return out


def _worse(name: str, value: float, old: Figure, floor: float | None) -> bool:
    if np.isnan(value) or np.isnan(old.value):
        return np.isnan(value) and not np.isnan(old.value)
    if name == RECALL:
        return value < old.value - 1e-9
    if _LESS_IS_BETTER in name:
        return value > (old.high if floor is None else min(old.high, floor))
    return value < (old.low if floor is None else max(old.low, floor))


def bad_end(figure: Figure) -> float:
    """The end of a figure's interval on its bad side."""
    return figure.high if _LESS_IS_BETTER in figure.name else figure.low


def reasons(compared: Iterable[Compared]) -> list[str]:
    """Why the candidate may not take the place of the model in use, a line each; nothing where it may."""
    out: list[str] = []
    for c in compared:
        if not c.worse:
            continue
        if c.name == RECALL:
            out.append(f"{c.name}: {c.candidate:.3f}, now {c.now:.3f}: it must not fall ({c.on})")
        else:
            out.append(f"{c.name}: {c.candidate:.3f}, outside {c.low:.3f} to {c.high:.3f}, now {c.now:.3f} ({c.on})")
    return out


def on_corrections(blends: dict[str, Blend], held: Rowed) -> Iterator[Figure]:
    """The figures of a model on corrections that it did not learn from; none of a part where too few were judged.

    `blends` are the model's parts by name. Intervals draw letters.
    """
    if not held.kinds.letters:
        return
    for part in ("topics", "grounds"):
        rows = np.flatnonzero(held.data.weight[part])
        if len(rows) < FEWEST:
            continue
        scores = _scores(blends[part], held.data.questions, rows)
        truth = held.data.truth[part][rows]
        letters = [held.data.questions.letters[int(i)] for i in rows]
        said = scores >= blends[part].thresholds
        if part == "topics":
            said[np.arange(len(rows)), scores.argmax(axis=1)] = True
        yield figure(
            f"{part}: average precision over all, by question", len(rows), average_precision(scores, truth), letters
        )
        yield figure(f"{part}: F1 of the suggested, by question", len(rows), f1(said, truth), letters)
    rows = np.flatnonzero(held.data.weight["kinds"])
    if len(rows) >= FEWEST:
        scores = _scores(blends["kinds"], held.kinds, rows)
        right = scores.argmax(axis=1) == held.kinds.truth[rows].argmax(axis=1)
        yield figure("kinds: right", len(rows), share(right.astype(float)), [held.kinds.letters[int(i)] for i in rows])


def _scores(blend: Blend, rows: Rows, kept: Sequence[int] | np.ndarray) -> np.ndarray:
    return blend.score(rows.vectors[kept], blend.features([rows.views[int(i)] for i in kept]))
