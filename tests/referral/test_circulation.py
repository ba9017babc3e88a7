from __future__ import annotations

from datetime import date

import pytest

from classifier.referral.circulation import (
    is_circulation,
    normal_log_number,
    question_numbers,
    read_circulation,
)
from classifier.referral.register import load_register

REGISTER = load_register()
TEXT = """OFFICIAL - SENSITIVE
POLICE EYES ONLY

Colleagues,

Log Number: 000907/24

Case worker: A. Body

Logged with: National

Sent from: a member of the public

Applicants Request:

1) How many drones has the force?
2) Is referring this now mandatory? It should be a mandatory referral on drones.
3) Which pilots fly them?

CRU Advice:

Check the cost limit for all parts first.

Q1 totals may be given.

Q2 and Q3 - consider section 31. (Questions 2 and 5 of 0811/23 refer to Q1 and Q3 of this request)

{announcement}

If you require any further assistance please ring.

Kind regards
"""


def read(announcement: str = "", day: date = date(2024, 6, 3)):
    return read_circulation(
        "Log No. 907/24 - AB - CRU Circulation (31/05/2024)",
        TEXT.replace("{announcement}", announcement),
        day,
        REGISTER,
    )


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("43/23", "43/23"),
        ("001355/22", "1355/22"),
        ("00135522", "1355/22"),
        ("Log No.00135522", "1355/22"),
        ("CRU Case No 000088/15", "88/15"),
        ("0090724.msg", "907/24"),
        ("12 / 24", "12/24"),
        ("no number here", None),
        ("23/01/2023", None),
        ("1234", None),
    ],
)
def test_log_numbers_have_one_form(written: str, number: str | None) -> None:
    assert normal_log_number(written) == number


def test_the_fields_are_read() -> None:
    got = read()
    assert (got.log_number, got.national, got.circulated) == ("907/24", True, date(2024, 5, 31))
    assert got.markings == ("OFFICIAL - SENSITIVE", "POLICE EYES ONLY")
    assert got.request.startswith("1) How many drones")
    assert got.request.endswith("fly them?")
    assert got.request_span is not None
    assert TEXT[slice(*got.request_span)] == got.request
    assert "ring" not in got.advice
    assert got.other_cases == ("811/23",)


def test_advice_is_read_per_question_and_earlier_cases_are_mapped() -> None:
    got = read()
    assert [a.questions for a in got.per_question] == [("1",), ("2", "3")]
    assert [(m.log_number, m.theirs, m.ours) for m in got.maps] == [("811/23", "2", "1"), ("811/23", "5", "3")]


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("1, 6 and 9", ("1", "6", "9")),
        ("Q3 & Q9", ("3", "9")),
        ("2 to 5", ("2", "3", "4", "5")),
        ("1a, 2-3", ("1a", "2", "3")),
    ],
)
def test_question_numbers_and_ranges(written: str, numbers: tuple[str, ...]) -> None:
    assert question_numbers(written) == numbers


def test_a_subject_that_leaves_the_list_is_proposed_as_withdrawn_from_that_day() -> None:
    (edit,) = read(
        "Please note that requests about Prevent referrals are no longer a mandatory referral to the CRU."
    ).edits
    assert (edit.rule, edit.level, edit.start, edit.known) == ("NS-03", "withdrawn", date(2024, 6, 3), False)
    assert "no longer a mandatory" in edit.because
    change = edit.as_change()
    assert (change.rule, change.level, change.start, change.source) == (
        "NS-03", "withdrawn", date(2024, 6, 3), "CRU circulation 907/24",
    )  # fmt: skip


def test_a_subject_that_joins_the_list_is_proposed_as_mandatory() -> None:
    (edit,) = read("From today all requests about counter-drone equipment are now a mandatory referral.").edits
    assert (edit.rule, edit.level) == ("TEC-03", "mandatory")


def test_a_change_that_the_register_knows_is_marked_so() -> None:
    said = "Requests for statistics on registered sex offenders are no longer mandatory referrals."
    (edit,) = read(said, date(2023, 1, 25)).edits
    assert (edit.rule, edit.known) == ("RSO-01", True)


def test_an_unknown_subject_is_left_for_a_person_to_name() -> None:
    (edit,) = read("Requests about beekeeping are now a mandatory referral.").edits
    assert edit.rule is None
    with pytest.raises(ValueError, match="choose one"):
        edit.as_change()


def test_the_applicants_own_words_announce_nothing() -> None:
    assert read().edits == ()


def test_what_a_circulation_is_and_is_not() -> None:
    assert is_circulation("Log No. 907/24", TEXT)
    assert is_circulation("CRU Circulation", "POLICE EYES ONLY\n\nSee attached.", "NPCC CRU Mailbox")
    assert not is_circulation("FOI request", "How many requests did you refer to the Central Referral Unit?\n\nA. Body")
    assert not is_circulation("My request", "Request: how many dogs?\n\nDate: 3 May\n")
