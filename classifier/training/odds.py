"""A decision-maker's odds: how likely a reader thinks each ground is in the final answer to a letter of the corpus.

The labels say which grounds an experienced officer would consider; of those, forces cite some. The odds say how often,
which is what a triage officer is shown, so grounds are learnt from them. `corpora/odds.jsonl` has a line a letter: its
own odds and each item's. What is left out is less likely than one in fifty. Who gave them: `corpora/DATASHEET.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from classifier.errors import CorpusError
from classifier.taxonomy import taxonomy

if TYPE_CHECKING:
    from pathlib import Path

FILE = "odds.jsonl"


class LetterOdds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By ground, the probability (0 to 1) that the answer to a letter relies on it, for any part of the letter and for
    each item. A letter of one item says it once."""

    id: str
    letter: Mapping[str, float]
    items: Mapping[str, Mapping[str, float]] = {}

    def of(self, item: str | None) -> Mapping[str, float]:
        """The odds of an item; the letter's, where it has but one or none."""
        return self.letter if item is None else self.items.get(item, self.letter)


Odds = Mapping[str, LetterOdds]


def load_odds(folder: Path) -> dict[str, LetterOdds]:
    """The odds of the corpus in `folder`, by letter; none where it has no file of them. Raises CorpusError."""
    path = folder / FILE
    if not path.exists():
        return {}
    known = set(taxonomy().ground_labels)
    out: dict[str, LetterOdds] = {}
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            read = msgspec.json.decode(line, type=LetterOdds)
        except msgspec.MsgspecError as e:
            raise CorpusError(f"{path}, line {number}: {e}") from e
        for ground, odds in [pair for of in (read.letter, *read.items.values()) for pair in of.items()]:
            if ground not in known or not 0 < odds <= 1:
                raise CorpusError(
                    f"{path}, line {number}: {ground} {odds}: no ground of the taxonomy, or no probability"
                )
        out[read.id] = read
    return out
