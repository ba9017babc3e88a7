"""How many of the referrals that must be made are raised, by the register's patterns and the model together."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from classifier.referral.matcher import Thresholds, find
from classifier.referral.register import levels, load_register
from classifier.training.figures import Figure, figure
from classifier.training.held_out import judged_letters

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from classifier.referral.register import Register, Rule
    from classifier.training.blends import Fitted
    from classifier.training.figures import Of
    from classifier.training.rows import Data

RECALL = "mandatory referrals: recall, patterns and model together"
PRECISION = "mandatory referrals: precision, patterns and model together"
_STEP = 0.05
_LOWEST = 0.1


def referral_figures(rules: Fitted, limits: Mapping[str, float], data: Data, today: date) -> Iterator[Figure]:
    """Recall and precision of mandatory referrals by letter and rule, on letters of held-out voices.

    Levels are those of each letter's day of receipt, of `today` where it has none. `limits` are the probabilities from
    which the model alone flags, by level. `n` counts the referrals that are due, and those that are raised. Raises
    RegisterError.
    """
    kept = judged_letters(data, rules)
    counts = _counts(kept, rules, limits, data, today)
    voices = [data.examples[i].gold.source for i in kept]
    for name, of in ((RECALL, 2), (PRECISION, 1)):
        made = figure(name, len(kept), _ratio(counts[:, 0], counts[:, of]), voices)
        yield made._replace(n=int(counts[:, of].sum()))


def limits_for_recall(
    rules: Fitted, limits: Mapping[str, float], data: Data, today: date, recall: float
) -> dict[str, float]:
    """`limits` with the mandatory one lowered as far as it takes to raise this share of what is due, if anything does.

    A referral that is missed costs more than one that a person dismisses.
    """
    kept = [i for i in judged_letters(data, rules) if any(data.truth["rules"][row].any() for row in data.rows_of[i])]
    limit = float(limits["mandatory"])
    while True:
        tried = {**limits, "mandatory": round(limit, 4)}
        caught, _, due = _counts(kept, rules, tried, data, today).sum(axis=0)
        if caught >= recall * due - 1e-9:
            return tried
        if limit <= _LOWEST:
            return dict(limits)
        limit = max(_LOWEST, limit - _STEP)


def _counts(kept: Sequence[int], rules: Fitted, limits: Mapping[str, float], data: Data, today: date) -> np.ndarray:
    """For each letter the mandatory rules that are due and raised, raised, and due."""
    register = _register()
    thresholds = Thresholds(**limits)
    names = rules.blend.labels
    out = np.zeros((len(kept), 3))
    for n, i in enumerate(kept):
        example = data.examples[i]
        letter = example.letter
        received = letter.message.received.date() if letter.message.received else today
        asked = [q for q in example.questions if q.kind == "request"]
        scores = {
            q.id: dict(zip(names, map(float, rules.held_out[row]), strict=True))
            for q, row in zip(asked, data.rows_of[i], strict=False)
        }
        labelled = data.truth["rules"][data.rows_of[i]].max(axis=0)
        due = {x for x, true in zip(names, labelled, strict=True) if true and _mandatory(register.rules[x], received)}
        found = find(
            letter.blind, example.questions, register, received, today, subject=letter.message.subject,
            model_scores=scores, thresholds=thresholds,
        )  # fmt: skip
        raised = {r.rule for r in found if r.level == "mandatory"}
        out[n] = len(due & raised), len(raised), len(due)
    return out


@cache
def _register() -> Register:
    """Compiled once: a retraining asks for it again and again."""
    return load_register()


def _mandatory(rule: Rule, day: date) -> bool:
    return levels(rule, day) == "mandatory"


def _ratio(part: np.ndarray, whole: np.ndarray) -> Of:
    return lambda w: float(w @ part / (w @ whole)) if w @ whole else float("nan")
