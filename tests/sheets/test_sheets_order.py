"""The order of the list and the places in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sheet_tools import record, referral, urgent_record

from classifier.sheets.words import level_words, look_first, missing_words, safe

if TYPE_CHECKING:
    from collections.abc import Callable

    from classifier.sheets.order import Ordered


def test_can_be_gone_through_again_and_inside_itself(ordered: Callable[..., Ordered]) -> None:
    records = ordered(record(id="b", source="2"), record(id="a", source="1"), urgent_record(id="c"))
    once = [r.id for r in records]
    assert once == ["c", "a", "b"]
    assert [(x.id, y.id) for x in records for y in records] == [(x, y) for x in once for y in once]
    assert records.count == 3


def test_the_place_of_an_id_is_that_of_its_first_record(ordered: Callable[..., Ordered]) -> None:
    records = ordered(record(id="b", source="2"), record(id="a", source="1"), record(id="b", source="0"))
    assert (records.number_of("b"), records.number_of("a"), records.number_of("x")) == (1, 2, None)


def test_a_rule_that_became_stricter_later_counts_as_strict(ordered: Callable[..., Ordered]) -> None:
    later = record(id="later", source="z", referrals=(referral(level="advised", today="mandatory"),))
    advised = record(id="advised", source="a", referrals=(referral(level="advised", today="advised"),))
    assert [r.id for r in ordered(advised, later)] == ["later", "advised"]


def test_only_a_confirmed_rule_is_called_mandatory() -> None:
    unsure, sure = referral(today="mandatory"), referral(today="mandatory", confirmed="J. Roe, 2026-01-05")
    assert level_words(unsure) == "probably mandatory: not confirmed by your force"
    assert level_words(sure) == "mandatory: confirmed by J. Roe, 2026-01-05"
    assert look_first(record(referrals=(unsure,))) == "Probably mandatory referral"
    assert look_first(record(referrals=(sure,))) == "Mandatory referral"
    assert look_first(urgent_record(referrals=(sure,))) == "URGENT, mandatory referral"
    assert look_first(record(referrals=(referral(level="withdrawn"),))) == ""


def test_what_is_missing_is_said_of_requests_alone() -> None:
    import msgspec

    from classifier.records import Kind, Validity

    bare = record(validity=Validity(name=False, address=True, description=False))
    assert missing_words(bare) == "no name, no description"
    assert missing_words(msgspec.structs.replace(bare, kind=Kind(label="chaser", score=1))) == ""
    assert missing_words(record()) == ""


def test_safe_text_keeps_its_length_and_its_letters() -> None:
    text = "é\r\n\x00\u202e😀\t\ud800"
    assert len(safe(text)) == len(text)
    assert safe(text, "") == "é\n\n😀\t"
