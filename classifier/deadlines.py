"""The clocks that a message starts: answer, review, subject access. Dates in, dates out; nothing is guessed.

Sources of the rules: Freedom of Information Act 2000 ss.1(3), 10(1), 10(3), 10(6), 17(2); the section 45 code of
practice (2018) part 5; Environmental Information Regulations 2004 regs 5(2), 7(1), 9, 11(4); UK GDPR Article 12(3) with
the ICO's guidance on the right of access. A working day is any day but Saturday, Sunday, Christmas Day, Good Friday and
a bank holiday under the Banking and Financial Dealings Act 1971 in any part of the United Kingdom (s10(6)), so that a
holiday of one part counts for every force.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from classifier.records import Deadline, MessageKind, Problem, Regime

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Part = Literal["ENG", "WLS", "SCT", "NIR"]
PARTS: tuple[Part, ...] = ("ENG", "WLS", "SCT", "NIR")

KNOWN_UNTIL = 2028
"""The last year whose bank holidays GOV.UK had published when the pinned `holidays` release was checked against them.

Later years are the library's projection: a holiday can still be moved or proclaimed.
"""

_DAY = timedelta(days=1)
_UNKNOWN = "; bank holidays after {year} are a projection, check the date"

ANSWER_FOI = "FOIA 2000 s10(1): 20 working days"
ANSWER_CLARIFIED = "FOIA 2000 ss.1(3), 10(6): 20 working days anew from the clarification"
ANSWER_EIR = "EIR 2004 reg 5(2): 20 working days"
ANSWER_EIR_CLARIFIED = "EIR 2004 regs 5(2), 9(4): 20 working days anew from the clarification"
ANSWER_EIR_LATEST = "EIR 2004 reg 7(1): 40 working days at most, where complex and voluminous; say so within 20"
EXTENSION = (
    "FOIA 2000 ss.10(3), 17(2): where the public interest needs longer, tell the applicant by then; "
    "the ICO expects the answer within 40 working days, {latest}"
)
REVIEW_FOI = "FOIA 2000 s45 code, part 5: 20 working days"
REVIEW_FOI_LATEST = "FOIA 2000 s45 code, part 5: 40 working days at most, exceptional cases"
REVIEW_EIR = "EIR 2004 reg 11(4): 40 working days at most"
ACCESS = "UK GDPR Art 12(3): one calendar month"


@lru_cache(maxsize=512)
def _bank_holidays(part: Part, year: int) -> frozenset[date]:
    from holidays import country_holidays

    return frozenset(country_holidays("GB", subdiv=part, years=year))


def is_working_day(day: date, parts: Sequence[Part] = PARTS) -> bool:
    """Whether `day` counts under s10(6), or for the bank holidays of the given parts of the UK alone."""
    return day.weekday() < 5 and not any(day in _bank_holidays(part, day.year) for part in parts)


def add_working_days(start: date, days: int) -> date:
    """The `days`-th working day after `start`; day 1 is the first working day after it. `days` is at least 1."""
    if days < 1:
        raise ValueError(f"a period has at least one day, not {days}")
    day = start
    while days:
        day += _DAY
        days -= is_working_day(day)
    return day


def add_month(start: date, part: Part = "ENG") -> date:
    """One calendar month after `start` by the ICO's rule for subject access.

    The corresponding date of the next month, or that month's last day where there is none; where this is a weekend or
    a public holiday in `part`, the next working day there.
    """
    year, month = (start.year + 1, 1) if start.month == 12 else (start.year, start.month + 1)
    day = date(year, month, min(start.day, monthrange(year, month)[1]))
    while not is_working_day(day, (part,)):
        day += _DAY
    return day


def deadlines_for(
    kind: MessageKind,
    regime: Regime,
    received: date,
    also: Iterable[MessageKind] = (),
    part: Part = "ENG",
) -> tuple[Deadline, ...]:
    """The clocks that a message received on `received` (the calendar day in London) starts.

    `also` is what else the message is at the same time. `what` is `answer`, `answer at the latest`, `public interest
    notice`, `review`, `review at the latest` or `subject access`; the clock that binds first stands first. A chaser, a
    follow-up and everything that asks for nothing new starts none of its own: its case's clock runs on.
    """
    kinds = (kind, *also)
    out: list[Deadline] = []
    if "internal_review" in kinds:
        out += _review(regime, received)
    if "clarification_reply" in kinds or "new_request" in kinds:
        # A clarification that carries a new request as well starts both clocks on one day: one entry says it.
        out += _answer(regime, received, clarified="clarification_reply" in kinds)
    if "subject_access" in kinds or ("new_request" in kinds and regime in ("mixed", "subject_access")):
        out.append(_clock("subject access", received, add_month(received, part), ACCESS))
    return tuple(dict.fromkeys(out))


def _answer(regime: Regime, received: date, *, clarified: bool) -> list[Deadline]:
    if regime == "subject_access":
        return []
    due, latest = add_working_days(received, 20), add_working_days(received, 40)
    if regime == "eir":
        return [
            _clock("answer", received, due, ANSWER_EIR_CLARIFIED if clarified else ANSWER_EIR),
            _clock("answer at the latest", received, latest, ANSWER_EIR_LATEST),
        ]
    return [
        _clock("answer", received, due, ANSWER_CLARIFIED if clarified else ANSWER_FOI),
        _clock("public interest notice", received, due, EXTENSION.format(latest=latest.isoformat())),
    ]


def _review(regime: Regime, received: date) -> list[Deadline]:
    latest = add_working_days(received, 40)
    if regime == "eir":
        return [_clock("review", received, latest, REVIEW_EIR)]
    return [
        _clock("review", received, add_working_days(received, 20), REVIEW_FOI),
        _clock("review at the latest", received, latest, REVIEW_FOI_LATEST),
    ]


def _clock(what: str, start: date, due: date, rule: str) -> Deadline:
    if due.year > KNOWN_UNTIL:
        rule += _UNKNOWN.format(year=KNOWN_UNTIL)
    return Deadline(what=what, start=start, due=due, rule=rule)


def calendar_problem(deadlines: Iterable[Deadline]) -> Problem | None:
    """A `calendar-unknown` problem where a clock runs into years whose bank holidays are not yet known, else None."""
    beyond = [d for d in deadlines if d.due.year > KNOWN_UNTIL]
    if not beyond:
        return None
    return Problem(
        code="calendar-unknown",
        part="deadlines",
        detail=(
            f"bank holidays are known until {KNOWN_UNTIL}; due {max(d.due for d in beyond).isoformat()} "
            "counts projected ones: check the date"
        ),
    )
