from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from casebook_tools import address_of, asked, decision, keep, keys
from sqlalchemy import Connection, create_engine, inspect, text

from classifier.casebook import Casebook, Piece
from classifier.casebook.corrected import corrected, outline, proposed, standing, unplaced
from classifier.casebook.labelled import labelled
from classifier.casebook.tables import about, bands, letters, meta, published, records, runs, thread_keys
from classifier.errors import CasebookError, DecisionError
from classifier.records import Question, Tag

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return address_of(request.param, tmp_path)


@pytest.fixture
def book(address: str) -> Iterator[Casebook]:
    with Casebook.open(address) as opened:
        yield opened


def add(book: Casebook, *given: Any) -> list[int]:
    with book.decisions() as desk:
        return desk.add(given)


def now(book: Casebook, id_: str = "a") -> Any:
    record = book.record(id_)
    assert record is not None
    with book.decisions(writing=False) as desk:
        return corrected(record, desk.current(id_))


def labels(tags: tuple[Tag, ...]) -> list[str]:
    return [t.label for t in tags if t.suggested]


def test_a_correction_shows_in_the_record_as_corrected_and_leaves_the_record_alone(book: Casebook) -> None:
    keep(book, asked("a"))
    add(
        book,
        decision("a", "q1", "topics", "custody_detention", "stop_search"),
        decision("a", "q1", "exemptions"),
        decision("a", "q2", "kind", "format"),
        decision("a", "", "kind", "internal_review", "new_request"),
        decision("a", "", "urgent", "yes"),
        decision("a", "q2", "referrals", "RSO-01"),
    )
    seen = now(book)
    assert labels(seen.questions[0].topics) == ["custody_detention", "stop_search"]
    assert sorted(seen.questions[0].topics, key=lambda t: -t.score)[0].label == "custody_detention"
    assert labels(seen.questions[0].exemptions) == []
    assert seen.questions[1].kind == "format"
    assert (seen.kind.label, seen.kind.also) == ("internal_review", ("new_request",))
    assert {d.what for d in seen.deadlines} >= {"review", "answer"}
    assert [(r.rule, r.question) for r in seen.referrals] == [("RSO-01", "q2")]
    assert len(seen.urgent) == 1
    assert labels(seen.topics) == ["custody_detention", "stop_search"]
    assert book.record("a") == asked("a")


def test_the_newest_decision_holds_until_it_is_undone_and_undoing_the_undoing_brings_it_back(book: Casebook) -> None:
    keep(book, asked("a"))
    (first,) = add(book, decision("a", "q1", "topics", "drugs"))
    (second,) = add(book, decision("a", "q1", "topics", "stop_search", who="B"))
    with book.decisions() as desk:
        assert desk.current("a")["q1", "topics"].number == second
        undone = desk.undo(second, "B", "2026-03-01T10:00:00Z")
        assert desk.current("a")["q1", "topics"].number == first
        with pytest.raises(DecisionError, match="undone already"):
            desk.undo(second, "B", "2026-03-01T10:00:00Z")
        desk.undo(undone, "B", "2026-03-01T10:01:00Z")
        assert desk.current("a")["q1", "topics"].number == second
        assert desk.current("a", up_to=undone)["q1", "topics"].number == first
        with pytest.raises(DecisionError, match="no decision 99"):
            desk.undo(99, "B", "2026-03-01T10:00:00Z")


def test_history_keeps_everything_newest_first_and_marks_what_was_taken_back(book: Casebook) -> None:
    keep(book, asked("a"), asked("b"))
    (first,) = add(book, decision("a", "q1", "topics", "drugs", note="see log"))
    (other,) = add(book, decision("b", "", "seen", "yes", seconds=4.5))
    with book.decisions() as desk:
        undone = desk.undo(first, "B", "2026-03-01T10:00:00Z")
        history = desk.history()
        assert [(k.number, k.letter, k.retracts, k.retracted) for k in history] == [
            (undone, "a", first, False),
            (other, "b", None, False),
            (first, "a", None, True),
        ]
        assert (history[2].note, history[1].seconds) == ("see log", 4.5)
        assert [k.number for k in desk.history("b")] == [other]
        assert [k.number for k in desk.history(most=1)] == [undone]
        assert desk.history("nobody") == []
        assert desk.letters() == ["a", "b"]


def test_decisions_are_kept_all_or_none(book: Casebook) -> None:
    keep(book, asked("a"))
    with pytest.raises(DecisionError, match="not in this casebook"):
        add(book, decision("a", "q1", "topics", "drugs"), decision("zz", "q1", "topics", "drugs"))
    with book.decisions(writing=False) as desk:
        assert desk.history() == []
        assert desk.newest_number() == 0


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (decision("a", "q1", "topics", "no_such_topic"), "no label 'no_such_topic' for topics"),
        (decision("a", "q1", "exemptions", "s99"), "no label 's99'"),
        (decision("a", "q1", "kind", "new_request"), "no label 'new_request'"),
        (decision("a", "", "kind"), "choose one label"),
        (decision("a", "", "urgent", "yes", "no"), "choose one label"),
        (decision("a", "q1", "urgent", "yes"), "for the whole letter"),
        (decision("a", "q1", "topics", "drugs", "drugs"), "chosen twice"),
        (decision("a", "q9", "topics", "drugs"), "has no item q9"),
        (decision("a", "", "questions"), "as 'split'"),
        (decision("a", "", "questions", split=(Piece(span=(0, 99_999), number="1"),)), "lies outside the text"),
        (decision("a", "", "questions", split=(Piece(span=(0, 9), number="1"), Piece(span=(5, 12), number="2"))), "over"),  # noqa: E501
        (decision("a", "", "questions", split=(Piece(span=(0, 9), number="1", parent="q7"),)), "no item q7"),
        (decision("a", "q1", "topics", "drugs", when="yesterday"), "no time of a decision"),
        (decision("a", "q1", "topics", "drugs", when="2026-03-01T10:00:00"), "no time of a decision"),
        (decision("a", "q1", "topics", "drugs", who=" "), "say who decided"),
    ],
)  # fmt: skip
def test_a_decision_that_names_what_there_is_not_is_refused_in_words(tmp_path: Path, wrong: Any, said: str) -> None:
    with Casebook.open(str(tmp_path / "c.sqlite")) as book:
        keep(book, asked("a"))
        with pytest.raises(DecisionError, match=said):
            add(book, wrong)


def test_items_split_by_a_person_keep_ids_where_spans_stay_and_new_ones_are_never_reused(book: Casebook) -> None:
    record = asked("a")
    keep(book, record)
    first, second = (q.span for q in record.questions)
    middle = first[0] + 8
    cut = (
        Piece(span=(first[0], middle), number="1a"),
        Piece(span=(middle, first[1]), number="1b", kind="scope"),
        Piece(span=second, number="2"),
    )
    add(book, decision("a", "q2", "topics", "stop_search"), decision("a", "", "questions", split=cut))
    seen = now(book)
    assert [(q.id, q.number, q.kind) for q in seen.questions] == [
        ("q3", "1a", "request"),
        ("q4", "1b", "scope"),
        ("q2", "2", "request"),
    ]
    assert seen.questions[0].text == " ".join(record.text[first[0] : middle].split())
    assert labels(seen.questions[0].topics) == ["drugs"]  # as the program had tagged the whole
    assert labels(seen.questions[2].topics) == ["stop_search"]
    add(book, decision("a", "q3", "topics", "custody_detention"))
    # Merged again into one: what was decided of the halves rests, and no new item takes up their ids.
    (merged,) = add(book, decision("a", "", "questions", split=(Piece(span=(first[0], second[1]), number="1"),)))
    assert [q.id for q in now(book).questions] == ["q5"]
    with book.decisions() as desk:
        current = desk.current("a")
        assert {k.item for k in unplaced(record, current)} == {"q2", "q3"}
        desk.undo(merged, "A", "2026-03-01T11:00:00Z")
    assert labels(now(book).questions[0].topics) == ["custody_detention"]


def test_a_decision_follows_its_question_when_a_later_run_numbers_the_items_otherwise(book: Casebook) -> None:
    record = asked("a")
    keep(book, record)
    add(book, decision("a", "q2", "topics", "stop_search"))
    one, two = record.questions
    opening = Question(id="q1", number="1", parent=None, kind="scope", span=(0, 4), text=record.text[:4])
    moved = (opening, msgspec.structs.replace(one, id="q2"), msgspec.structs.replace(two, id="q3"))
    keep(book, msgspec.structs.replace(record, questions=moved))
    assert [labels(q.topics) for q in now(book).questions] == [[], ["drugs"], ["stop_search"]]
    gone = msgspec.structs.replace(record, questions=(opening, moved[1]))
    keep(book, gone)
    assert [labels(q.topics) for q in now(book).questions] == [[], ["drugs"]]
    with book.decisions(writing=False) as desk:
        assert [k.item for k in unplaced(gone, desk.current("a"))] == ["q2"]


def test_an_outline_rests_where_the_text_is_read_otherwise(book: Casebook) -> None:
    record = asked("a")
    keep(book, record)
    add(book, decision("a", "", "questions", split=(Piece(span=(0, 5), number="1"),)))
    changed = msgspec.structs.replace(record, text="Good day. " + record.text)
    with book.decisions(writing=False) as desk:
        current = desk.current("a")
    assert [q.span for q in outline(record, current)] == [(0, 5)]
    assert outline(changed, current) == changed.questions
    assert [k.field for k in unplaced(changed, current)] == ["questions"]


def test_what_a_field_proposes_and_what_stands_there(book: Casebook) -> None:
    record = asked("a")
    assert [(p.label, p.score, p.because) for p in proposed(record, "q1", "topics")] == [("drugs", 0.8, ("cannabis",))]
    assert standing(record, "q1", "exemptions") == ("s12",)
    assert standing(record, "", "kind") == ("new_request",)
    assert standing(record, "q1", "kind") == ("request",)
    assert standing(record, "", "urgent") == ("no",)
    assert standing(record, "", "questions") == tuple(f"{q.span[0]}-{q.span[1]}" for q in record.questions)
    with pytest.raises(KeyError):
        proposed(record, "q9", "topics")


def test_labelled_letters_hold_only_what_people_decided(book: Casebook) -> None:
    keep(book, asked("a"), asked("b"), asked("c", protected=True))
    add(
        book,
        decision("a", "q1", "topics", "stop_search"),
        decision("a", "q1", "exemptions"),
        decision("b", "", "seen", "yes"),
        decision("c", "q1", "topics", "stop_search"),
    )
    (found,) = labelled(book)
    letter = found.letter
    assert (letter.id, letter.kind, letter.urgent, letter.topics, letter.regime) == ("a", None, None, None, None)
    assert letter.questions is not None
    first, second = letter.questions
    assert (first.topics, first.exemptions, first.referral) == (("stop_search",), (), None)
    assert (second.topics, second.exemptions, second.span) == (None, None, asked("a").questions[1].span)
    assert not found.outline
    add(book, decision("a", "", "kind", "chaser"), decision("a", "", "urgent", "no"))
    (found,) = labelled(book)
    assert (found.letter.kind, found.letter.urgent) == ("chaser", False)


def test_agreement_counts_people_and_a_conflict_is_listed_with_the_newest_winning(book: Casebook) -> None:
    keep(book, asked("a"))
    add(
        book,
        decision("a", "q1", "topics", "drugs", "stop_search", who="Ann"),
        decision("a", "q1", "topics", "drugs", "stop_search", who=" ann "),
        decision("a", "q1", "topics", "custody_detention", who="Cy"),
        decision("a", "q1", "topics", "drugs", "stop_search", who="Bea"),
        decision("a", "q2", "topics", "drugs", who="Cy"),
    )
    (found,) = labelled(book)
    one, two = found.judged
    assert (one.item, one.chosen, one.people, one.who) == ("q1", ("drugs", "stop_search"), 2, "Bea")
    assert [(a.who, a.chosen) for a in one.against] == [("Cy", ("custody_detention",))]
    assert found.conflicts == (one,)
    assert (two.people, two.against) == (1, ())
    assert one.weight == two.weight == 1
    assert found.letter.note == "q1 topics: Cy chose custody_detention"
    # Cy comes round: the conflict is over.
    add(book, decision("a", "q1", "topics", "drugs", "stop_search", who="Cy"))
    assert [(j.people, j.against) for j in next(labelled(book)).judged if j.item == "q1"] == [(3, ())]


def _first_form(connection: Connection) -> None:
    meta.create_all(connection, tables=[about, runs, letters, thread_keys, bands, records, published])
    connection.execute(about.insert().values(version=1))


def _form(connection: Connection) -> dict[str, Any]:
    there = inspect(connection)
    return {
        name: (
            sorted((c["name"], str(c["type"]), c["nullable"]) for c in there.get_columns(name)),
            sorted((i["name"] or "", tuple(i["column_names"])) for i in there.get_indexes(name)),
            sorted(str(f["constrained_columns"]) + f["referred_table"] for f in there.get_foreign_keys(name)),
            there.get_pk_constraint(name)["constrained_columns"],
        )
        for name in sorted(meta.tables)
        if there.has_table(name)
    }


def test_a_casebook_of_the_first_form_is_brought_up_to_date_and_keeps_its_letters(address: str, tmp_path: Path) -> None:
    engine = create_engine(address if "://" in address else f"sqlite:///{address}")
    with engine.begin() as connection:
        _first_form(connection)
        connection.execute(text("INSERT INTO run (started, inputs, versions) VALUES ('2026', '[]', '{}')"))
        values = {**msgspec.structs.asdict(keys("a")), "first_run": 1}
        connection.execute(letters.insert().values(values))
        record = msgspec.json.encode(asked("a"))
        connection.execute(records.insert().values(run=1, letter=1, source="inbox.mbox#1", record=record))
    with Casebook.open(address) as book:
        assert book.record("a") == asked("a")
        add(book, decision("a", "q1", "topics", "stop_search"))
        assert labels(now(book).questions[0].topics) == ["stop_search"]
    with engine.connect() as connection:
        migrated = _form(connection)
        assert set(migrated) >= {"decision", "imported", "trained", "retrain_wanted", "forgotten"}
        kind = "sqlite" if "://" not in address else "postgresql"
    engine.dispose()
    fresh = address_of(kind, tmp_path / "fresh")
    Casebook.open(fresh).close()
    engine = create_engine(fresh if "://" in fresh else f"sqlite:///{fresh}")
    with engine.connect() as connection:
        assert migrated == _form(connection)
    engine.dispose()


def test_a_decision_waits_for_another_programs_write_and_a_reader_does_not(tmp_path: Path) -> None:
    path = str(tmp_path / "c.sqlite")
    with Casebook.open(path) as book, Casebook.open(path, wait=0.1) as other:
        keep(book, asked("a"))
        with book.decisions() as desk:
            desk.add([decision("a", "q1", "topics", "stop_search")])
            with other.decisions(writing=False) as reading:
                assert reading.history() == []
            with pytest.raises(CasebookError, match="being written by another program"), other.decisions() as late:
                late.history()
