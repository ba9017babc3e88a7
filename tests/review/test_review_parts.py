"""Parts of the pages on their own: stretches of text, places to cut, the order of labels, what a look is worth."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from review_tools import TODAY, fill, letter, rule

from classifier.casebook import Casebook, Proposal
from classifier.casebook.search import excerpt
from classifier.casebook.worklist import Filters
from classifier.casebook.worth import unsureness, worth
from classifier.records import Kind, Tag, Urgent
from classifier.review.forms import Form, ordered
from classifier.review.marks import places, stretches
from classifier.review.pieces import CannotCutError, add, merge, split

VENDOR = Path(__file__).parents[2] / "classifier" / "review" / "static" / "vendor"


def test_what_was_vendored_is_whole_and_asks_for_no_font_or_crest() -> None:
    for package in json.loads((VENDOR / "vendored.json").read_text(encoding="utf-8")):
        assert (VENDOR / package["licence_file"]).exists()
        for name, file in package["files"].items():
            # A checkout with other line ends holds the same words.
            whole = (VENDOR / name).read_bytes().replace(b"\r\n", b"\n")
            assert hashlib.sha256(whole).hexdigest() == file["sha256"], name
    for sheet in VENDOR.glob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert "GDS Transport" not in text
        assert "crest.svg" not in text
        assert "url(/assets" not in text.replace('"', "")


def test_stretches_are_the_text_and_know_their_item() -> None:
    text = "Dear all,\r\n1. 🐕 How many?\n2. And where, in the town?\nYours"
    made = letter(
        "a" * 64,
        text,
        "🐕 How many?",
        "And where, in the town?",
        referrals=(rule("RSO-01", "q2", because="in the town"),),
    )
    found = stretches(made)
    assert "".join(s.text for s in found) == text
    assert all(text[s.start : s.start + len(s.text)] == s.text for s in found)
    assert [(s.item, s.text) for s in found if s.first] == [("q1", "🐕 How many?"), ("q2", "And where, ")]
    assert [s.text for s in found if s.quote] == ["in the town"]
    assert sum(len(s.text) for s in stretches(made, most=20)) == 20


def test_a_letter_can_be_cut_at_ends_of_sentences_lines_and_clauses() -> None:
    text = "Count them: how many dogs, and where? Also\nthe cats."
    at = [text[p.at :].split()[0] for p in places(text, (0, len(text)))]
    assert at == ["how", "and", "Also", "the"]
    assert places("One word", (0, 8)) == []
    assert len(places("a, " * 100_000, (0, 300_000))) == 60


def test_parts_without_words_and_words_of_another_question_are_refused() -> None:
    text = "1. How many?   \n2. Where?"
    made = letter("a" * 64, text, "How many?", "Where?")
    with pytest.raises(CannotCutError):
        split(made.questions, text, "q1", made.questions[0].span[0])
    with pytest.raises(CannotCutError):
        merge(made.questions, "q1")
    with pytest.raises(CannotCutError):
        add(made.questions, text, 0, len(text))
    with pytest.raises(CannotCutError):
        add(made.questions, text, 12, 15)


def test_the_main_label_stays_first_and_what_replaces_it_takes_its_place() -> None:
    shown = [Proposal(label="drugs", score=0.9), Proposal(label="fleet", score=0.5)]
    assert ordered(["fleet", "drugs"], shown, []) == ("drugs", "fleet")
    assert ordered(["fleet", "drugs", "finance_budget_income"], shown, ["finance_budget_income"])[0] == "drugs"
    assert ordered(["fleet", "stop_search"], shown, ["stop_search"]) == ("stop_search", "fleet")


def test_a_form_keeps_every_value_of_a_field() -> None:
    form = Form(b"topics.q1=a&topics.q1=b&x=%F0%9F%90%95&empty=")
    assert form.all("topics.q1") == ["a", "b"]
    assert form.one("x") == "🐕"
    assert form.one("nothing") == ""


def test_a_look_is_worth_most_where_a_mistake_is_dear_and_likely() -> None:
    plain = letter("a" * 64, "How many?", "How many?")
    sure = letter("a" * 64, "How many?", kind=Kind(label="new_request", score=1.0),
                  topics=(Tag(label="drugs", score=1.0, suggested=True),), exemptions=())  # fmt: skip
    unsure = letter("a" * 64, "How many?", kind=Kind(label="new_request", score=0.5))
    mandatory = letter("a" * 64, "How many?", "How many?", referrals=(rule("RSO-01", "q1"), rule("RSO-01", "q1")))
    danger = letter("a" * 64, "Help", urgent=(Urgent(because="Help", why="a threat"),))
    hidden = letter("a" * 64, "How many?", "How many?", protected=True)
    assert worth(sure) == 0
    assert worth(plain) == pytest.approx(4 * 0.05 + 0.1 + 0.2 + 2 * (0.45 + 0.1))
    assert worth(mandatory) == pytest.approx(worth(plain) + 10 * 0.1)
    assert worth(danger) > worth(mandatory)
    assert worth(hidden) == unsureness(hidden) == 0
    assert unsureness(unsure) == pytest.approx(1)
    assert unsureness(sure) == 0


def test_an_excerpt_shows_the_first_word_of_a_search_with_its_surroundings() -> None:
    text = "A " * 200 + "we counted the offenders twice " + "B " * 200
    before, word, after = excerpt(text, "offender") or ("", "", "")
    assert word == "offenders"
    assert before.startswith("… ")
    assert before.endswith("counted the")
    assert after.startswith("twice B")
    assert excerpt(text, "nothing") is None
    assert excerpt(text, '"*"') is None


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_list_and_the_search_are_the_same_on_both_databases(kind: str, tmp_path: Path) -> None:
    from casebook_tools import address_of

    with Casebook.open(address_of(kind, tmp_path / "book")) as book:
        fill(book, [letter(f"{n:064x}", f"How many of the dogs bark in ward {n}?") for n in range(7)])
        run = book.begin([], {"model": "m2"})
        for n in range(3):
            book.add(run, letter(f"{n:064x}", f"How many cats in ward {n}?", subject="Cats"))
        with book.worklist(TODAY, writing=True) as worklist:
            assert worklist.behind() == 3
            assert [worklist.refresh(2), worklist.refresh(2), worklist.refresh(2)] == [2, 1, 0]
        with book.worklist(TODAY) as worklist:
            wanted = {
                "dog": 4, "cat": 3, "bark dogs": 4, '"dogs bark"': 4, "ba": 4, '"bark dogs"': 0, "how many the dogs": 4,
                "ann": 7, "ann@mail.example": 7, "* ' \"": 0,
            }  # fmt: skip
            assert {words: worklist.page(Filters(words=words)).total for words in wanted} == wanted
            numbers = [row.number for row in worklist.page(Filters()).rows]
            around = [worklist.around(n, Filters()) for n in numbers]
            assert [a.behind for a in around] == [*numbers[1:], numbers[0]]
            assert [a.before for a in around] == [None, *numbers[:-1]]
            assert [(a.place, a.total) for a in around] == [(n, 7) for n in range(1, 8)]
