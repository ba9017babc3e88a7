from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from classifier.records import Kind, MessageKind, Question, Related, Relation
from classifier.referral.matcher import find
from classifier.referral.register import load_register
from classifier.referral.rounds import FEWEST_SENDERS, add_rounds
from classifier.related import Relations

if TYPE_CHECKING:
    from pathlib import Path

    from classifier.records import Referral
    from classifier.referral.register import Register

REGISTER = load_register()
DAY = date(2025, 3, 3)
TEXT = "How many police dogs were retired?"


def related(relation: Relation, *ids: str) -> tuple[Related, ...]:
    return tuple(Related(id=i * 64, relation=relation, score=1.0) for i in ids)


def added(
    relations: Relations, kind: MessageKind = "new_request", text: str = TEXT, register: Register = REGISTER
) -> tuple[Referral, ...]:
    questions = (Question(id="q1", number="1", parent=None, kind="request", span=(0, len(text)), text=text),)
    found = find(text, questions, register, DAY, DAY)
    return add_rounds(found, relations, Kind(label=kind, score=1.0), questions, register, DAY, DAY)


ELSEWHERE = Relations(related=related("same request to other forces", "a", "b"), other_forces=True)


def test_a_request_seen_at_other_forces_is_a_round_robin() -> None:
    (only,) = added(ELSEWHERE)
    rule = REGISTER.rules["NAT-01"]
    assert (only.rule, only.subject, only.question) == ("NAT-01", rule.subject, "q1")
    assert only.level == rule.levels[-1].level
    assert "seen at another force" in only.because
    assert "aaaaaaaaaaaa, bbbbbbbbbbbb" in only.because


def test_three_other_senders_of_one_text_may_be_a_campaign_and_two_are_not() -> None:
    same = related("same text", "a", "b", "c")
    (only,) = added(Relations(related=same, senders=FEWEST_SENDERS))
    assert only.rule == "NAT-04"
    assert only.because.startswith("3 other people sent the same text here")
    assert added(Relations(related=same[:2], senders=FEWEST_SENDERS - 1)) == ()


def test_what_the_letter_says_itself_is_not_said_twice_and_the_order_is_the_registers() -> None:
    text = "How many informants (CHIS) do you run? I am asking every force in the UK."
    found = added(ELSEWHERE, text=text)
    rules = [r.rule for r in found]
    assert rules.count("NAT-01") == 1
    assert "every force in the UK" in next(r.because for r in found if r.rule == "NAT-01")
    both = Relations(related=ELSEWHERE.related, other_forces=True, senders=5)
    order = list(REGISTER.rules)
    rules = [r.rule for r in added(both, text="How many informants (CHIS) do you run?")]
    assert {"NAT-01", "NAT-04"} < set(rules)
    assert rules == sorted(rules, key=order.index)


def test_messages_that_ask_for_nothing_new_and_circulations_are_left_alone() -> None:
    both = Relations(related=ELSEWHERE.related, other_forces=True, senders=5)
    assert added(both, "chaser") == ()
    assert added(both, "cru_circulation") == ()


def test_a_rule_that_is_not_in_force_is_not_raised(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(
        '[[rule]]\nid = "NAT-01"\nsubject = "Later"\ntrigger = "later"\nwhere = "letter"\npatterns = ["zebra+"]\n'
        'levels = [{ level = "advised", from = 2030-01-01 }]\n',
        encoding="utf-8",
    )
    assert added(ELSEWHERE, register=load_register(overlay=path)) == ()
