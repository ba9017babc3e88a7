"""Runs every phrase of the register through the matcher: the register's own tests, for whoever edits a rule."""

from __future__ import annotations

from datetime import date
from typing import Literal

from classifier.records import Question, Value
from classifier.referral.matcher import find
from classifier.referral.register import Register, Rule, period


class Failure(Value, frozen=True):
    """A phrase that does not do what its rule says; `raised` are the rules that it raised."""

    rule: str
    expected: Literal["fires", "does not fire"]
    phrase: str
    raised: tuple[str, ...]


class CheckReport(Value, frozen=True):
    """What `register check` found: how many phrases were run, and those that fail."""

    version: str
    phrases: int
    failures: tuple[Failure, ...]


def rules_raised(register: Register, phrase: str, day: date) -> tuple[str, ...]:
    """The rules that `phrase`, as a letter of one question received on `day`, raises; withdrawn ones too."""
    question = Question(id="q1", number="1", parent=None, kind="request", span=(0, len(phrase)), text=phrase)
    return tuple(dict.fromkeys(r.rule for r in find(phrase, (question,), register, day, day)))


def check_register(register: Register) -> CheckReport:
    """Run each phrase on a day on which its rule is in force: the latest such day that the register knows."""
    failures: list[Failure] = []
    count = 0
    for rule in register.rules.values():
        day = _day_in_force(rule)
        for phrase, should in [(p, True) for p in rule.must_fire] + [(p, False) for p in rule.must_not_fire]:
            count += 1
            raised = rules_raised(register, phrase, day)
            if (rule.id in raised) is not should:
                failures.append(
                    Failure(rule=rule.id, expected="fires" if should else "does not fire", phrase=phrase, raised=raised)
                )
    return CheckReport(version=register.version, phrases=count, failures=tuple(failures))


def _day_in_force(rule: Rule) -> date:
    last = rule.levels[-1]
    day = last.end or last.start or date(2024, 1, 2)
    if period(rule, day) is None:
        raise AssertionError(f"{rule.id}: its last period does not hold on {day}")
    return day
