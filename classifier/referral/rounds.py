"""A request that goes round: the rules that other letters raise, not this letter's own words.

The casebook knows whether a text was seen at other forces and how many other people sent it here. Where that is so, the
register's rules on round robins and campaigns apply although the letter says nothing of either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from classifier.referral.matcher import referral
from classifier.referral.register import period

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from classifier.records import Kind, Question, Referral
    from classifier.referral.register import Register
    from classifier.related import Relations

ROUND_ROBIN = "NAT-01"
CAMPAIGN = "NAT-04"
FEWEST_SENDERS = 3
"""Other people who sent the same text here, from which it may be a campaign: two may be one household."""
_ASKING = frozenset({"new_request", "clarification_reply", "media_enquiry"})


def add_rounds(
    found: tuple[Referral, ...], relations: Relations, kind: Kind, questions: Sequence[Question], register: Register,
    received: date, today: date,
) -> tuple[Referral, ...]:  # fmt: skip
    """`found` with the rules that `relations` raise, in the register's order. `because` says what was seen.

    A rule that the letter's own words raise already, or that was not in force on `received`, is not added, and none is
    to a message that asks for nothing: a circulation goes round by its nature.
    """
    if kind.label not in _ASKING and "new_request" not in kind.also:
        return found
    reasons: dict[str, str] = {}
    if relations.other_forces:
        ids = [r.id for r in relations.related if r.relation == "same request to other forces"]
        reasons[ROUND_ROBIN] = f"the same request was seen at another force or the referral unit ({_letters(ids)})"
    if relations.senders >= FEWEST_SENDERS:
        ids = [r.id for r in relations.related if r.relation == "same text"]
        reasons[CAMPAIGN] = f"{relations.senders} other people sent the same text here ({_letters(ids)})"
    first = next((q.id for q in questions if q.kind == "request"), None)
    there = {r.rule for r in found}
    new = [
        referral(register, register.rules[rule], received, today, first, because, 1.0)
        for rule, because in reasons.items()
        if rule not in there and rule in register.rules and period(register.rules[rule], received) is not None
    ]
    order = {rule: n for n, rule in enumerate(register.rules)}
    return tuple(sorted((*found, *new), key=lambda r: order[r.rule])) if new else found


def _letters(ids: Sequence[str]) -> str:
    """The letters in words; their ids are shortened, the whole ones stand in `related`."""
    if not ids:
        return "seen before"
    return f"{'letter' if len(ids) == 1 else 'letters'} {', '.join(i[:12] for i in ids)}"
