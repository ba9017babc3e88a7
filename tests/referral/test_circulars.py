from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from classifier.errors import RegisterError
from classifier.force import Force
from classifier.letters import read_letter
from classifier.record import make_record
from classifier.records import Kind, Letter, Message, MessageKind, Person, TriageRecord
from classifier.referral.circulars import Proposal, is_circular, proposals, with_log_number
from classifier.referral.register import load_register
from classifier.tagging.tagger import Tagged

REGISTER = load_register()
TODAY = date(2026, 2, 10)
TEXT = """{mark}Log Number: 00041724

Logged with: National

Applicants Request:

1. What does the force pay for boots?

CRU Advice:

No harm in release. {announcement}

Kind regards
"""
NO_LONGER = "Requests on drones flown over protests are no longer a mandatory referral."


def circular(
    announcement: str = NO_LONGER, *, mark: str = "", subject: str = "CRU Circulation", **changes: Any
) -> Letter:
    plain: dict[str, Any] = {
        "id": "c" * 64,
        "source": "in.mbox#1",
        "subject": subject,
        "received": datetime(2024, 6, 3, 9, tzinfo=ZoneInfo("Europe/London")),
        "received_basis": "received header",
        "sender": Person(name="NPCC CRU", address="npcc.cru@npcc.police.uk"),
        "to": ("foi@thornshire.police.uk",),
        "body": TEXT.format(mark=mark, announcement=announcement),
    }
    return read_letter(Message(**{**plain, **changes}), Force())


def record(letter: Letter, kind: MessageKind = "cru_circulation", *, duplicate_of: str | None = None) -> TriageRecord:
    return make_record(
        letter, Kind(label=kind, score=1.0), Tagged((), (), (), {}), (), (), (), Force(), duplicate_of=duplicate_of
    )  # fmt: skip


def open_paper(letter: Letter, **changes: Any) -> TriageRecord:
    """The record of a circulation without a marking, which may be shown."""
    return msgspec.structs.replace(record(letter), protected=False, **changes)


def test_the_log_number_stands_first_in_its_one_form_and_only_once() -> None:
    letter = circular(subject="Log No.00041724 - about FOI 15167/24")
    references = with_log_number(letter, REGISTER, TODAY).references
    assert references[0] == "CRU 417/24"
    assert any("15167" in r for r in references)
    assert not any("41724" in r for r in references)


def test_a_circulation_without_a_log_number_keeps_its_references() -> None:
    letter = circular(body="Colleagues, see FOI 15167/24.", subject="CRU advice")
    assert with_log_number(letter, REGISTER, TODAY) is letter


@pytest.mark.parametrize(
    ("kind", "sender", "is_one"),
    [
        (Kind(label="cru_circulation", score=1), "own_force", True),
        (Kind(label="new_request", score=1, also=("cru_circulation",)), "own_force", True),
        (Kind(label="follow_up", score=1), "cru", True),
        (Kind(label="new_request", score=1), "public", False),
    ],
)
def test_what_counts_as_a_circulation(kind: Kind, sender: Any, is_one: bool) -> None:
    assert is_circular(kind, sender) is is_one


def test_an_announced_change_is_proposed_from_the_day_of_receipt() -> None:
    found = proposals(open_paper(circular()), REGISTER, TODAY)
    assert found == (
        Proposal(
            rule="TEC-03",
            level="withdrawn",
            start=date(2024, 6, 3),
            words=NO_LONGER,
            source="CRU circulation 417/24",
            letter="c" * 64,
        ),
    )
    assert proposals(open_paper(circular(), received=None), REGISTER, TODAY)[0].start == TODAY


def test_the_words_of_a_paper_for_police_eyes_only_stay_in_it() -> None:
    marked = record(circular(mark="OFFICIAL - SENSITIVE\nPOLICE EYES ONLY\n\n"))
    assert marked.protected
    found = proposals(marked, REGISTER, TODAY)
    assert [(p.rule, p.words, p.letter) for p in found] == [("TEC-03", None, "c" * 64)]


def test_nothing_is_proposed_by_a_copy_by_another_message_or_where_the_register_has_it() -> None:
    assert proposals(record(circular(), duplicate_of="d" * 64), REGISTER, TODAY) == ()
    public = circular(sender=Person(name="A", address="a@mail.example"), subject="FOI", body=NO_LONGER)
    assert proposals(record(public, "new_request"), REGISTER, TODAY) == ()
    known = circular("Requests for the number of registered sex offenders are no longer a mandatory referral.")
    assert proposals(record(known), REGISTER, TODAY) == ()
    earlier = msgspec.structs.replace(record(known), received=datetime(2022, 6, 1, tzinfo=ZoneInfo("Europe/London")))
    assert [p.rule for p in proposals(earlier, REGISTER, TODAY)] == ["RSO-01"]
    assert proposals(record(circular("Please reply as usual.")), REGISTER, TODAY) == ()


def test_a_change_that_is_accepted_says_who_accepted_it() -> None:
    proposal = proposals(open_paper(circular()), REGISTER, TODAY)[0]
    change = proposal.change(" B. Head ", start=date(2024, 7, 1))
    assert (change.rule, change.level, change.start) == ("TEC-03", "withdrawn", date(2024, 7, 1))
    assert change.source == "CRU circulation 417/24, accepted by B. Head"
    with pytest.raises(RegisterError):
        proposal.change(" ")
