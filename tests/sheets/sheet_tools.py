"""Records made by hand."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from classifier.records import (
    Deadline,
    Kind,
    Person,
    Problem,
    Question,
    Referral,
    Related,
    Tag,
    TriageRecord,
    Urgent,
    Validity,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

LONDON = ZoneInfo("Europe/London")
TEXT = (
    "Dear Sir or Madam\n\n1. How many people on the register live in Saltmarsh?\n"
    "2. What did the new radios cost?\n\nPlease send a spreadsheet.\n\nP. Ockley"
)


def tag(label: str, score: float = 0.9, *, suggested: bool = True, because: Sequence[str] = ()) -> Tag:
    return Tag(label=label, score=score, suggested=suggested, because=tuple(because))


def question(number: str, words: str, text: str = TEXT, **given: Any) -> Question:
    start = text.index(words)
    values: dict[str, Any] = {
        "id": f"q{number}", "number": number, "parent": None, "kind": "request", "span": (start, start + len(words)),
        "text": words,
    }  # fmt: skip
    return Question(**(values | given))


def referral(rule: str = "RSO-01", level: str = "mandatory", today: str = "withdrawn", **given: Any) -> Referral:
    values: dict[str, Any] = {
        "rule": rule, "subject": "Registered sex offenders: statistics at force level", "level": level,
        "level_today": today, "evidence": "documented", "confirmed": None, "question": "q1",
        "because": "people on the register", "effective_from": None, "effective_to": date(2023, 1, 24),
    }  # fmt: skip
    return Referral(**(values | given))


def record(**given: Any) -> TriageRecord:
    values: dict[str, Any] = {
        "id": "ab" * 32, "source": "inbox/one.eml", "part_of": None, "duplicate_of": None,
        "received": datetime(2026, 2, 3, 9, 30, tzinfo=LONDON), "received_basis": "received header",
        "subject": "Two questions", "references": ("EP/00417/26",), "sender_class": "public",
        "applicant": Person(name="P. Ockley", address="ockley@mail.example"),
        "kind": Kind(label="new_request", score=0.97), "regime": "foi", "protected": False,
        "validity": Validity(name=True, address=True, description=True), "text": TEXT,
        "questions": (
            question("1", "How many people on the register live in Saltmarsh?",
                     topics=(tag("sex_offender_management", 0.93, because=("people on the register",)),),
                     exemptions=(tag("s38", 0.4, because=("live in Saltmarsh",)), tag("s12", 0.05, suggested=False))),
            question("2", "What did the new radios cost?", topics=(tag("ict_systems_cyber_security", 0.7),)),
            question("3", "Please send a spreadsheet.", kind="format"),
        ),
        "topics": (tag("ict_systems_cyber_security", 0.7), tag("sex_offender_management", 0.93)),
        "exemptions": (tag("s38", 0.4),), "referrals": (), "departments": ("Public Protection",),
        "deadlines": (
            Deadline(what="answer", start=date(2026, 2, 3), due=date(2026, 3, 3), rule="FOIA 2000 s10(1)"),
        ),
        "urgent": (), "related": (), "attachments": (), "problems": (),
    }  # fmt: skip
    return TriageRecord(**(values | given))


def urgent_record(**given: Any) -> TriageRecord:
    text = "I asked about 999 calls. He is outside my door now and says he will hurt me."
    values: dict[str, Any] = {
        "id": "cd" * 32, "source": "inbox/two.eml", "text": text, "questions": (), "subject": "calls",
        "urgent": (Urgent(because="He is outside my door now", why="threat"),),
    }  # fmt: skip
    return record(**(values | given))


def protected_record(**given: Any) -> TriageRecord:
    values: dict[str, Any] = {
        "id": "ef" * 32, "source": "inbox/secretname.eml", "protected": True, "references": ("LOG NO 61/26",),
        "subject": "secretsubject", "text": "secrettext about it", "applicant": Person(name="secretperson"),
        "kind": Kind(label="cru_circulation", score=1.0), "topics": (tag("fleet"),),
        "departments": ("secretdepartment",), "referrals": (referral(subject="secretrule"),),
        "questions": (question("1", "secrettext", "secrettext about it"),),
        "related": (Related(id="ab" * 32, relation="thread", score=1.0),),
        "problems": (Problem(code="secretcode", part="secretpart", detail="secretdetail"),),
    }  # fmt: skip
    return record(**(values | given))
