from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest
from casebook_tools import address_of, keys, python, record
from sqlalchemy import Connection, create_engine, inspect, text

from classifier.casebook import Casebook
from classifier.casebook.migrations import STEPS, migrate
from classifier.errors import CasebookError

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


def test_a_second_run_finds_the_letters_of_the_first(address: str) -> None:
    with Casebook.open(address) as first:
        run = first.begin(["inbox.mbox"], {"program": "1"})
        with first.desk() as desk:
            desk.remember(run, keys("a", text_key="same", applicant="x@y.example"), ["reference:15167"], [7, -9])
        first.add(run, record("a"))
        first.finish(run, {"read": 1})
    with Casebook.open(address) as second:
        assert second.begin(["inbox.mbox"], {}) == run + 1
        with second.desk() as desk:
            number, fresh = desk.remember(run + 1, keys("b"), [], [])
            assert fresh
            assert [(k, e.id) for k, e in desk.in_thread(["reference:1", "reference:15167"], number)] == [
                ("reference:15167", "a")
            ]
            assert [e.id for e in desk.with_text("same", number, 5)] == ["a"]
            assert [n for n, _ in desk.with_bands([-9, 1, 2], number)] == [number - 1]
            assert [e.id for e in desk.by_applicant("x@y.example", ("2024-01-01", "2024-12-31"), number, 5)] == ["a"]
            assert desk.by_applicant("x@y.example", ("2024-03-05", "2024-12-31"), number, 5) == []
        assert second.record("a") == record("a")


def test_a_letter_that_is_read_again_keeps_its_number_and_sees_only_what_came_before(book: Casebook) -> None:
    run = book.begin([], {})
    with book.desk() as desk:
        first, _ = desk.remember(run, keys("a", text_key="same"), ["message:1"], [5])
        desk.remember(run, keys("b", text_key="same"), ["message:1"], [5])
    again = book.begin([], {})
    with book.desk() as desk:
        number, fresh = desk.remember(again, keys("a", text_key="same", kind="chaser"), ["message:1"], [5])
        assert (number, fresh) == (first, False)
        assert desk.with_text("same", number, 5) == []
        assert desk.in_thread(["message:1"], number) == []
        assert desk.with_bands([5], number) == []
        assert desk.letters([number])[number].kind == "chaser"


def test_only_the_newest_letters_under_a_key_that_everybody_shares_are_looked_at(book: Casebook) -> None:
    run = book.begin([], {})
    with book.desk() as desk:
        for n in range(40):
            desk.remember(run, keys(f"l{n}"), ["reference:footer"], [3])
        found = desk.in_thread(["reference:footer"], 1_000)
        assert 0 < len(found) < 20
        assert found[0][1].id == "l39"
        assert len(desk.with_bands([3], 1_000)) == len(found)


def test_a_message_met_twice_in_a_run_has_a_line_for_each_place(book: Casebook) -> None:
    run = book.begin([], {})
    with book.desk() as desk:
        number, _ = desk.remember(run, keys("a"), [], [])
        assert not desk.read_in_run(run, number, "inbox.mbox#1")
    book.add(run, record("a"))
    book.add(run, record("a", source="inbox.mbox#2", duplicate_of="a"))
    book.add(run, record("a", text="read again"))
    with book.desk() as desk:
        assert desk.read_in_run(run, number, "inbox.mbox#2")
        assert not desk.read_in_run(run + 1, number, "inbox.mbox#2")
    assert [(r.source, r.text) for r in book.records(run)] == [
        ("inbox.mbox#1", "read again"),
        ("inbox.mbox#2", "How many?"),
    ]
    assert book.record("a") == record("a", text="read again")
    assert book.count() == 1


def test_a_run_that_was_stopped_goes_on_under_its_number_and_another_does_not(book: Casebook) -> None:
    run = book.begin(["a.mbox"], {})
    assert book.begin(["a.mbox"], {}, resume=True) == run
    assert book.begin(["b.mbox"], {}, resume=True) == run + 1
    assert book.begin(["b.mbox"], {}) == run + 2


def test_what_is_remembered_in_a_block_that_fails_is_dropped(book: Casebook) -> None:
    run = book.begin([], {})

    def fail() -> None:
        with book.desk() as desk:
            desk.remember(run, keys("a"), ["message:1"], [1])
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        fail()
    assert book.count() == 0


def test_a_record_of_a_letter_that_nobody_remembered_is_refused(book: Casebook) -> None:
    with pytest.raises(CasebookError, match="not been remembered"):
        book.add(book.begin([], {}), record("a"))


def test_published_pages_are_kept_by_file_and_encoder(book: Casebook) -> None:
    with book.desk() as desk:
        desk.keep_pages("d", "encoder/1", b"one")
        desk.keep_pages("d", "encoder/1", b"two")
    with book.desk() as desk:
        assert desk.pages("d", "encoder/1") == b"one"
        assert desk.pages("d", "encoder/2") is None


READER = """
import sys
from classifier.casebook import Casebook
with Casebook.open(sys.argv[1]) as book:
    sys.stdout.write(f"{book.count()}\\n"); sys.stdout.flush()
    sys.stdin.readline()
    book.begin([], {})
    sys.stdout.write(f"{book.count()}\\n"); sys.stdout.flush()
"""


def test_another_program_opens_reads_and_writes_while_a_run_goes_on(address: str) -> None:
    with Casebook.open(address) as book:
        run = book.begin([], {})
        with book.desk() as desk:
            desk.remember(run, keys("a"), [], [])
        with python(READER, address) as other:
            assert other.stdin is not None
            assert other.stdout is not None
            with book.desk() as desk:
                desk.remember(run, keys("b"), [], [])
                # Our write is open: the other program sees what was finished before it.
                assert other.stdout.readline() == "1\n"
            other.stdin.write("go on\n")
            other.stdin.flush()
            assert other.stdout.readline() == "2\n"
        assert book.begin([], {}) == run + 2


def test_a_file_that_another_program_writes_for_too_long_is_said_to_be_locked(tmp_path: Path) -> None:
    path = tmp_path / "casebook.sqlite"
    with Casebook.open(str(path), wait=0.1) as book:
        holder = sqlite3.connect(path, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(CasebookError, match=r"casebook\.sqlite is being written by another program"):
            book.begin([], {})
        holder.close()
        assert book.begin([], {}) == 1


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("These are the notes of a meeting. " * 100, encoding="utf-8")
    with pytest.raises(CasebookError, match=r"notes\.txt is not a casebook but some other file"):
        Casebook.open(str(path))
    assert path.read_text(encoding="utf-8").startswith("These are the notes")


def test_a_damaged_casebook_is_said_to_be_damaged(tmp_path: Path) -> None:
    path = tmp_path / "casebook.sqlite"
    with Casebook.open(str(path)) as book:
        run = book.begin([], {})
        for n in range(300):
            with book.desk() as desk:
                desk.remember(run, keys(f"l{n}", text_key="x" * 40), [f"message:{n}"], list(range(n, n + 32)))
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    path.write_bytes(bytes(data))
    with pytest.raises(CasebookError, match="is damaged"), Casebook.open(str(path)) as book:
        book.begin([], {})


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE photographs (name TEXT)")
    with pytest.raises(CasebookError, match=r"another program.*photographs"):
        Casebook.open(str(path))
    with sqlite3.connect(path) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("photographs",)]


def test_a_casebook_of_a_later_program_is_refused_in_words(address: str) -> None:
    Casebook.open(address).close()
    engine = create_engine(address if "://" in address else f"sqlite:///{address}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE about SET version = 99"))
    engine.dispose()
    with pytest.raises(CasebookError, match=r"later version .*form 99.* Update the program"):
        Casebook.open(address)


@pytest.mark.parametrize("name", ["missing/folder/casebook.sqlite", "."])
def test_a_place_where_no_file_can_be_is_explained(tmp_path: Path, name: str) -> None:
    with pytest.raises(CasebookError, match="Check that its folder exists"):
        Casebook.open(str(tmp_path / name))


@pytest.mark.parametrize("bad", ["nonsense://x/y", "://", "postgresql+nothing://x/y"])
def test_an_address_that_is_none_is_explained(bad: str) -> None:
    with pytest.raises(CasebookError, match="no address of a casebook"):
        Casebook.open(bad)


def test_a_server_that_is_not_there_is_explained_without_the_password() -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(CasebookError, match="no database server answers there") as caught:
        Casebook.open("postgresql+psycopg://foi:hunter2@127.0.0.1:9/foi", wait=2)
    assert "hunter2" not in str(caught.value)


def _add_colour(connection: Connection) -> None:
    connection.execute(text("ALTER TABLE letter ADD COLUMN colour VARCHAR(10)"))


def _fail(connection: Connection) -> None:
    connection.execute(text("CREATE TABLE half_done (x INTEGER)"))
    connection.execute(text("SELECT * FROM there_is_no_such_table"))


def test_an_older_casebook_takes_each_missing_step_once_and_keeps_its_letters(address: str) -> None:
    with Casebook.open(address) as book:
        run = book.begin([], {})
        with book.desk() as desk:
            desk.remember(run, keys("a"), [], [])
        for _ in range(2):  # the second time there is nothing left to do
            with book._transaction() as connection:  # pyright: ignore[reportPrivateUsage]
                migrate(connection, (*STEPS, _add_colour))
                assert "colour" in {c["name"] for c in inspect(connection).get_columns("letter")}
                assert connection.execute(text("SELECT version FROM about")).scalar() == 2 + len(STEPS)
        assert book.count() == 1


def test_a_step_that_fails_leaves_the_casebook_as_it_was(address: str) -> None:
    with Casebook.open(address) as book:
        with pytest.raises(CasebookError), book._transaction() as connection:  # pyright: ignore[reportPrivateUsage]
            migrate(connection, (*STEPS, _fail))
        with book._transaction() as connection:  # pyright: ignore[reportPrivateUsage]
            assert "half_done" not in inspect(connection).get_table_names()
            assert connection.execute(text("SELECT version FROM about")).scalar() == 1 + len(STEPS)
