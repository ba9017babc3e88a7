from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec
import pytest
from casebook_tools import address_of, asked, decision, keep, keys
from sqlalchemy import select

from classifier.casebook import Casebook
from classifier.casebook.forget import find, forget, forget_all
from classifier.casebook.tables import forgotten, meta
from classifier.errors import DecisionError
from classifier.records import Person, Related

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WHEN = "2026-03-01T09:00:00Z"
A, B, PART = "aa" * 32, "bb" * 32, "cc" * 32
SECRET = "Wilhelmina Quackenbush"


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return address_of(request.param, tmp_path)


@pytest.fixture
def book(address: str) -> Iterator[Casebook]:
    with Casebook.open(address) as opened:
        fill(opened)
        yield opened


def fill(book: Casebook) -> None:
    """A letter by somebody, a message attached to it, and another letter that is related to the first."""
    run = book.begin([], {"model": "m1"})
    one = asked(A, text=asked(A).text + SECRET, applicant=Person(name=SECRET))
    other = asked(
        B, related=(Related(id=A, relation="thread", score=1.0), Related(id=PART, relation="thread", score=1))
    )
    made = (one, msgspec.structs.replace(other), asked(PART, part_of=A, subject=SECRET))
    with book.desk() as desk:
        for record in made:
            desk.remember(run, keys(record.id, applicant=SECRET), [f"message:{record.id}"], [1, 2, 3])
    for record in made:
        book.add(run, record)
    with book.decisions() as desk:
        (number,) = desk.add([decision(A, "q1", "topics", "stop_search", note=SECRET)])
        desk.undo(number, "Ann", WHEN)
        desk.add([decision(B, "q1", "topics", "stop_search")])
    with book.training() as training:
        assert training.note("m2", [A, B, "not here"]) == 2
        training.note("m3", [B])
    book.finish(run, {"read": 3, "proposals": [{"letter": A, "words": SECRET}, {"letter": B, "words": "other"}]})


def everything(book: Casebook) -> str:
    with book.transaction(writing=False) as connection:
        return "\n".join(str(row) for t in meta.sorted_tables for row in connection.execute(select(t)))


def test_a_forgotten_letter_leaves_nothing_of_its_own_behind(book: Casebook) -> None:
    assert SECRET in everything(book).replace("b'", "")
    made = forget(book, A, "DPO", WHEN)
    assert made.letters == (A, PART)
    assert made.removed == {"letter": 2, "record": 2, "thread_key": 2, "band": 6, "decision": 2, "trained": 1}
    assert (made.mentions, made.wiped) == (1, True)
    left = everything(book)
    assert A not in left
    assert PART not in left
    assert "q1" in left  # the other letter's
    kept = book.record(B)
    assert kept == asked(B)
    with book.decisions(writing=False) as desk:
        assert desk.letters() == [B]
    # The other letter's own applicant key is all that still bears the name.
    assert left.count(SECRET) == 1


def test_many_letters_are_forgotten_as_each_alone_would_be(book: Casebook) -> None:
    (made,) = forget_all(book, ["dd" * 32, A, B, A], "DPO", WHEN)
    assert made.letters == (A, B, PART)
    assert made.removed == {"letter": 3, "record": 3, "thread_key": 3, "band": 9, "decision": 3, "trained": 3}
    assert made.models == ("m2", "m3")
    left = everything(book)
    assert not [word for word in (A, B, PART, SECRET) if word in left]
    assert list(forget_all(book, [A, B], "DPO", WHEN)) == []


def test_what_others_say_of_letters_forgotten_together_goes_too(book: Casebook) -> None:
    keep(book, asked("dd" * 32), asked("ee" * 32, related=(Related(id="dd" * 32, relation="thread", score=1.0),)))
    (made,) = forget_all(book, [A, "dd" * 32], "DPO", WHEN)
    assert (made.letters, made.mentions) == ((A, "dd" * 32, PART), 2)
    assert book.record(B) == asked(B)
    assert book.record("ee" * 32) == asked("ee" * 32)


def test_the_space_is_wiped_once_however_many_letters_go(book: Casebook, monkeypatch: pytest.MonkeyPatch) -> None:
    wipes: list[bool] = []

    def wipe(_: Casebook) -> bool:
        wipes.append(True)
        return True

    monkeypatch.setattr(Casebook, "wipe", wipe)
    monkeypatch.setattr("classifier.casebook.forget._TOGETHER", 1)
    assert [m.letters for m in forget_all(book, [A, B], "DPO", WHEN)] == [(A, PART), (B,)]
    assert wipes == [True]
    # Killed before it came to that: the next call does it, though nothing is left to remove.
    assert list(forget_all(book, [A, B], "DPO", WHEN)) == []
    assert wipes == [True, True]


def test_the_models_that_learnt_from_it_are_named_and_a_retraining_waits(book: Casebook) -> None:
    made = forget(book, A, "DPO", WHEN)
    assert made.models == ("m2",)
    with book.training() as training:
        (waiting,) = training.wanted()
        assert (waiting.number, waiting.at) == (made.retrain, WHEN)
        assert A not in waiting.why
        assert training.letters("m2") == [B]
        assert training.models(B) == ["m2", "m3"]
        training.done(WHEN, waiting.number)
        assert training.wanted() == []


def test_a_letter_that_no_model_learnt_from_asks_for_no_retraining(tmp_path: Path) -> None:
    with Casebook.open(str(tmp_path / "c.sqlite")) as book:
        keep(book, asked(A))
        made = forget(book, A, "DPO", WHEN)
        assert (made.models, made.retrain) == ((), None)
        with book.training(writing=False) as training:
            assert training.wanted() == []


def test_a_tombstone_says_that_and_when_and_tells_nothing_else(book: Casebook) -> None:
    forget(book, A, "DPO", WHEN)
    with book.transaction(writing=False) as connection:
        rows = connection.execute(select(forgotten)).all()
    assert [(r.at, r.who) for r in rows] == [(WHEN, "DPO")] * 2
    assert {len(r.digest) for r in rows} == {64}
    assert json.loads(rows[0].removed)["record"] == 1
    assert not any(A in str(r) or SECRET in str(r) for r in rows)
    with pytest.raises(DecisionError, match="was forgotten on 2026-03-01"):
        forget(book, A, "DPO", WHEN)
    with pytest.raises(DecisionError, match="is not in this casebook"):
        forget(book, "dd" * 32, "DPO", WHEN)


def test_a_letter_that_comes_in_again_is_a_new_letter_and_can_be_forgotten_again(book: Casebook) -> None:
    forget(book, A, "DPO", WHEN)
    keep(book, asked(A))
    with book.decisions(writing=False) as desk:
        assert desk.of_letter(A) == []
    assert forget(book, A, "DPO", "2026-04-01T09:00:00Z").letters == (A,)


def test_a_letter_is_found_by_the_first_characters_of_its_id(book: Casebook) -> None:
    assert find(book, "aaaa") == [A]
    assert find(book, "a%") == []
    assert find(book, "b_") == []
    assert find(book, "") == [A, B, PART]


def test_the_file_itself_no_longer_holds_the_words(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    with Casebook.open(str(path)) as book:
        keep(book, asked(A, applicant=Person(name=SECRET), text=SECRET * 2_000), asked(B))
        keep(book, asked(A, applicant=Person(name=SECRET), text=SECRET))
        files = lambda: b"".join(p.read_bytes() for p in tmp_path.iterdir())  # noqa: E731
        assert SECRET.encode() in files()
        assert forget(book, A, "DPO", WHEN).wiped
        assert SECRET.encode() not in files()
        assert A.encode() not in files()


def test_a_casebook_that_is_being_read_says_that_its_space_could_not_be_wiped(tmp_path: Path) -> None:
    path = str(tmp_path / "c.sqlite")
    with Casebook.open(path, wait=0.1) as book, Casebook.open(path) as other:
        keep(book, asked(A), asked(B))
        with other.decisions(writing=False) as desk:
            desk.history()  # a reader holds on to the state it began with
            assert not forget(book, A, "DPO", WHEN).wiped
        assert book.record(A) is None
        assert book.wipe()
