from __future__ import annotations

from datetime import date, timedelta

import pytest

from classifier.deadlines import (
    KNOWN_UNTIL,
    add_month,
    add_working_days,
    calendar_problem,
    deadlines_for,
    is_working_day,
)

# Weekday bank holidays in any part of the UK, as GOV.UK lists them.
UNION = {
    2024: "0101 0102 0318 0329 0401 0506 0527 0712 0805 0826 1202 1225 1226",
    2025: "0101 0102 0317 0418 0421 0505 0526 0714 0804 0825 1201 1225 1226",
    2026: "0101 0102 0317 0403 0406 0504 0525 0615 0713 0803 0831 1130 1225 1228",
    2027: "0101 0104 0317 0326 0329 0503 0531 0712 0802 0830 1130 1227 1228",
}


@pytest.mark.parametrize("year", sorted(UNION))
def test_working_days_leave_out_every_holiday_of_any_part_and_no_other_weekday(year: int) -> None:
    day, off = date(year, 1, 1), list[str]()
    while day.year == year:
        if day.weekday() < 5 and not is_working_day(day):
            off.append(f"{day:%m%d}")
        day += timedelta(days=1)
    assert " ".join(off) == UNION[year]


@pytest.mark.parametrize("day", [date(2022, 6, 2), date(2022, 6, 3), date(2022, 9, 19), date(2023, 5, 8)])
def test_proclaimed_days_are_not_working_days(day: date) -> None:
    assert not is_working_day(day)


def test_a_holiday_of_scotland_alone_moves_an_english_due_date() -> None:
    assert add_working_days(date(2026, 6, 12), 1) == date(2026, 6, 16)
    assert is_working_day(date(2026, 6, 15), ("ENG",))


def test_the_day_after_receipt_is_day_one_whatever_day_it_came() -> None:
    assert add_working_days(date(2024, 9, 6), 1) == date(2024, 9, 9)
    assert add_working_days(date(2024, 9, 7), 1) == date(2024, 9, 9)
    assert add_working_days(date(2024, 9, 8), 20) == add_working_days(date(2024, 9, 6), 20) == date(2024, 10, 4)


def test_a_period_of_no_days_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        add_working_days(date(2024, 1, 3), 0)


def test_a_new_request_has_twenty_working_days_and_the_notice_falls_on_the_same_day() -> None:
    answer, notice = deadlines_for("new_request", "foi", date(2024, 12, 20))
    assert (answer.what, answer.start, answer.due) == ("answer", date(2024, 12, 20), date(2025, 1, 23))
    assert answer.rule == "FOIA 2000 s10(1): 20 working days"
    assert (notice.what, notice.due) == ("public interest notice", answer.due)
    assert "2025-02-20" in notice.rule


def test_a_clarification_starts_the_clock_anew() -> None:
    first = deadlines_for("clarification_reply", "foi", date(2024, 9, 16))[0]
    assert (first.what, first.due) == ("answer", date(2024, 10, 14))
    assert "s" in first.rule
    assert "1(3)" in first.rule


def test_a_review_states_twenty_and_forty_days() -> None:
    review, latest = deadlines_for("internal_review", "foi", date(2024, 9, 16))
    assert (review.what, review.due) == ("review", date(2024, 10, 14))
    assert (latest.what, latest.due) == ("review at the latest", date(2024, 11, 11))


def test_environmental_requests_and_reviews_follow_their_own_regulations() -> None:
    answer, latest = deadlines_for("new_request", "eir", date(2024, 9, 16))
    assert [answer.due, latest.due] == [date(2024, 10, 14), date(2024, 11, 11)]
    assert all(d.rule.startswith("EIR 2004") for d in (answer, latest))
    (review,) = deadlines_for("internal_review", "eir", date(2024, 9, 16))
    assert review.due == date(2024, 11, 11)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2024, 9, 3), date(2024, 10, 3)),
        (date(2025, 1, 31), date(2025, 2, 28)),
        (date(2024, 1, 31), date(2024, 2, 29)),
        (date(2024, 8, 7), date(2024, 9, 9)),  # the 7th is a Saturday
        (date(2024, 11, 25), date(2024, 12, 27)),  # Christmas Day, Boxing Day
        (date(2024, 12, 9), date(2025, 1, 9)),
    ],
)
def test_subject_access_is_due_on_the_same_date_next_month_or_the_next_working_day(received: date, due: date) -> None:
    assert add_month(received) == due
    (only,) = deadlines_for("subject_access", "subject_access", received)
    assert (only.what, only.due) == ("subject access", due)


def test_subject_access_counts_the_holidays_of_its_own_part_only() -> None:
    assert add_month(date(2024, 11, 2)) == date(2024, 12, 2)
    assert add_month(date(2024, 11, 2), "SCT") == date(2024, 12, 3)


def test_a_mixed_letter_and_one_that_is_also_something_else_start_both_clocks() -> None:
    assert {d.what for d in deadlines_for("new_request", "mixed", date(2024, 9, 3))} >= {"answer", "subject access"}
    both = deadlines_for("chaser", "foi", date(2024, 9, 3), also=("new_request",))
    assert both[0].what == "answer"
    review_first = deadlines_for("internal_review", "foi", date(2024, 9, 3), also=("new_request",))
    assert [d.what for d in review_first][:1] == ["review"]
    assert "answer" in {d.what for d in review_first}


@pytest.mark.parametrize(
    "kind", ["chaser", "follow_up", "withdrawal", "acknowledgement", "cru_circulation", "response"]
)
def test_mail_that_asks_for_nothing_new_starts_no_clock(kind: str) -> None:
    assert deadlines_for(kind, "foi", date(2024, 9, 3)) == ()  # type: ignore[arg-type]


def test_years_beyond_the_calendar_say_so() -> None:
    known = deadlines_for("new_request", "foi", date(KNOWN_UNTIL, 6, 1))
    assert calendar_problem(known) is None
    assert not any("projection" in d.rule for d in known)
    beyond = deadlines_for("new_request", "foi", date(KNOWN_UNTIL, 12, 20))
    problem = calendar_problem(beyond)
    assert problem is not None
    assert problem.code == "calendar-unknown"
    assert all("projection" in d.rule for d in beyond)
