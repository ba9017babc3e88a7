"""The sample inbox, read by the shipped model: what `corpora/inbox.md` says to expect. A floor, not a score."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from classifier.force import load_force
from classifier.intake import Limits, find_items
from classifier.pipeline import Context, triage

if TYPE_CHECKING:
    from classifier.records import TriageRecord
    from classifier.rooms import Rooms

ROOT = Path(__file__).resolve().parents[1]
TODAY = date(2026, 2, 10)
KINDS = {
    "01": "new_request", "02": "new_request", "03": "new_request", "05": "new_request", "06": "new_request",
    "07": "new_request", "09": "new_request", "10": "new_request", "11": "new_request", "12": "new_request",
    "13": "new_request", "15": "clarification_reply", "16": "new_request", "17": "new_request", "18": "chaser",
    "19": "internal_review", "20": "cru_circulation", "21": "regulator", "22": "acknowledgement",
    "23": "subject_access", "25": "new_request", "26": "new_request", "27": "new_request", "28": "new_request",
}  # fmt: skip
BY_RULE = {"20", "21", "22"}
"""Kinds that headers and fixed forms decide: these are never wrong."""


@pytest.fixture(scope="module")
def inbox(rooms: Rooms) -> dict[str, list[TriageRecord]]:
    """The records of the sample inbox by the number of their file."""
    force = load_force(ROOT / "corpora" / "inbox.force.toml")
    items = find_items([ROOT / "corpora" / "inbox"], Limits())
    out: dict[str, list[TriageRecord]] = {}
    for record in triage(items, Context(force, None, TODAY, Limits()), rooms):
        name = Path(record.source.split("#")[0])
        number = next(part[:2] for part in name.parts if part[:2].isdigit())
        out.setdefault(number, []).append(record)
    return out


def one(inbox: dict[str, list[TriageRecord]], number: str) -> TriageRecord:
    (record,) = inbox[number]
    return record


def numbers(record: TriageRecord) -> list[str]:
    return [q.number for q in record.questions if q.kind == "request"]


def test_every_message_has_a_record(inbox: dict[str, list[TriageRecord]]) -> None:
    assert sum(map(len, inbox.values())) == 36
    assert (len(inbox["04"]), len(inbox["14"])) == (4, 2)


def test_kinds_are_right_but_for_one_in_ten(inbox: dict[str, list[TriageRecord]]) -> None:
    wrong = {n: one(inbox, n).kind.label for n, kind in KINDS.items() if one(inbox, n).kind.label != kind}
    assert len(wrong) <= len(KINDS) // 10, wrong
    assert not BY_RULE & set(wrong)
    assert inbox["04"][0].kind.label == "new_request"


def test_clocks_start_for_requests_and_for_nothing_else(inbox: dict[str, list[TriageRecord]]) -> None:
    first = one(inbox, "01")
    assert first.received is not None
    assert next(d.what for d in first.deadlines) == "answer"
    assert (first.deadlines[0].due - first.received.date()).days in range(27, 36)
    assert one(inbox, "12").received is None
    assert one(inbox, "12").deadlines == ()
    for number in ("20", "22"):
        assert one(inbox, number).deadlines == ()
    assert next(bool(r.deadlines) for r in inbox["04"])
    assert sum(bool(r.deadlines) for r in inbox["04"]) <= 2


@pytest.mark.parametrize(
    ("number", "wanted"),
    [
        ("01", ["1", "2", "3", "4"]),
        ("02", ["1", "2", "3", "3a", "3b", "3c", "4"]),
        ("10", ["1", "2", "3", "3a", "3b", "3c", "4"]),
    ],
)
def test_outlines_are_read_from_text_html_and_word(
    inbox: dict[str, list[TriageRecord]], number: str, wanted: list[str]
) -> None:
    found = [q.number for q in one(inbox, number).questions if q.kind != "format"]
    assert found == wanted


@pytest.mark.parametrize(("number", "wanted"), [("03", 2), ("05", 4), ("11", 2), ("13", 3), ("17", 4)])
def test_questions_are_counted(inbox: dict[str, list[TriageRecord]], number: str, wanted: int) -> None:
    assert len(numbers(one(inbox, number))) == wanted


def test_items_stand_in_the_text_of_their_letter(inbox: dict[str, list[TriageRecord]]) -> None:
    for records in inbox.values():
        for record in records:
            for question in record.questions:
                assert record.text[slice(*question.span)].split() == question.text.split()
            for tag in (t for q in record.questions for t in (*q.topics, *q.exemptions)):
                assert all(quote in record.text for quote in tag.because), record.source


def test_only_the_letter_about_danger_is_urgent(inbox: dict[str, list[TriageRecord]]) -> None:
    urgent = [n for n, records in inbox.items() if any(r.urgent for r in records)]
    assert urgent == ["24"]


def test_the_register_is_read_as_of_receipt_and_as_of_today(inbox: dict[str, list[TriageRecord]]) -> None:
    old = {r.rule: (r.level, r.level_today) for r in one(inbox, "27").referrals}
    assert old["RSO-01"] == ("mandatory", "withdrawn")
    new = {r.rule: r.level for r in one(inbox, "28").referrals}
    assert new.get("RSO-01", "withdrawn") == "withdrawn"
    assert "advised" in new.values()
    assert one(inbox, "02").referrals != ()


def test_what_a_letter_is_about_is_found(inbox: dict[str, list[TriageRecord]]) -> None:
    wanted = {"01": "calls_response_101_999", "02": "drones_air_support", "13": "animals_dogs", "05": "rural_wildlife"}
    wrong = {n: one(inbox, n).topics[0].label for n, t in wanted.items() if one(inbox, n).topics[0].label != t}
    assert len(wrong) <= 1, wrong


def test_protected_paper_is_marked_and_unreadable_files_have_a_code(inbox: dict[str, list[TriageRecord]]) -> None:
    assert [n for n, records in inbox.items() if any(r.protected for r in records)] == ["20"]
    codes = {n: [p.code for p in one(inbox, n).problems] for n in ("29", "30", "31")}
    assert codes == {"29": ["encrypted"], "30": ["unreadable"], "31": ["empty"]}


def test_senders_are_told_apart(inbox: dict[str, list[TriageRecord]]) -> None:
    found = {n: one(inbox, n).sender_class for n in ("01", "17", "20", "22")}
    assert found == {"01": "public", "17": "site", "20": "cru", "22": "automatic"}
