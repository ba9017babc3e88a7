"""What a person's look at a letter is worth: the cost of its likely mistakes. One formula, here and nowhere else.

    worth = sum over everything the program decided of  cost × min(p, 1 - p)
          + a fixed cost for what nobody could decide: words that may mean danger, attachments that were not read

`p` is the calibrated chance that a label holds, so min(p, 1 - p) is the chance that the program is wrong about it
either way, and the sum is the expected cost of leaving the letter as it stands. A rule that was found by its words
carries no chance of its own; `RULE_FLOOR` stands for it. The worklist multiplies by `NEARNESS`, since the same mistake
costs more as a deadline comes near. Costs are relative to one wrong topic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from classifier.sheets.order import strictest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from classifier.records import Referral, Tag, TriageRecord

COST_TOPIC: Final = 1.0
COST_GROUND: Final = 2.0
COST_KIND: Final = 4.0
"""A wrong kind starts the wrong clock, or none."""
COST_REFERRAL: Final = {"mandatory": 10.0, "advised": 2.0, "withdrawn": 0.5}
COST_DANGER: Final = 40.0
COST_UNREAD: Final = 3.0
RULE_FLOOR: Final = 0.1
NEARNESS: Final = {"overdue": 3.0, "soon": 2.0, "later": 1.0}
SOON_DAYS: Final = 5
"""Working days ahead within which a deadline is soon."""
UNSURE: Final = 0.85
"""A letter is unsure where its least sure label is at least so unsure: a chance between 0.425 and 0.575."""


def worth(record: TriageRecord) -> float:
    """The expected cost of leaving the letter as it stands, without the nearness of its deadline; 0 for a paper that
    is protected, since nothing is decided about it here."""
    if record.protected:
        return 0.0
    total = COST_KIND * _doubt(record.kind.score) + COST_DANGER * len(record.urgent)
    total += COST_UNREAD * len(record.problems)
    for topics, grounds in _tags(record):
        total += COST_TOPIC * sum(_doubt(t.score) for t in topics)
        total += COST_GROUND * sum(_doubt(t.score) for t in grounds)
    # One rule on ten questions is one thing to judge.
    likeliest: dict[str, Referral] = {}
    for referral in record.referrals:
        likeliest.setdefault(referral.rule, referral)
    return total + sum(
        COST_REFERRAL[min((r.level, r.level_today), key=lambda x: -COST_REFERRAL[x])] * max(RULE_FLOOR, _doubt(r.score))
        for r in likeliest.values()
    )


def unsureness(record: TriageRecord) -> float:
    """How unsure the letter's least sure label is: 0 certain, 1 as likely as not."""
    if record.protected or not record.text.strip():
        return 0.0
    doubts = [_doubt(t.score) for topics, grounds in _tags(record) for t in (*topics, *grounds)]
    return 2 * max((_doubt(record.kind.score), *doubts))


def reasons_of(record: TriageRecord) -> tuple[bool, bool, bool]:
    """Whether a letter may be urgent, has a mandatory subject, has a part that was not read."""
    if record.protected:
        return False, False, False
    return bool(record.urgent), strictest(record) == "mandatory", bool(record.problems)


def _doubt(p: float) -> float:
    return min(p, 1 - p)


def _tags(record: TriageRecord) -> Iterator[tuple[Iterable[Tag], Iterable[Tag]]]:
    """Topics and grounds of each question, or of the letter as a whole where it has none: never both, since the
    letter's sum up its questions'."""
    asked = [q for q in record.questions if q.topics or q.exemptions]
    if asked:
        yield from ((q.topics, q.exemptions) for q in asked)
    else:
        yield record.topics, record.exemptions
