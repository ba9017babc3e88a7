"""One letter for each way in which real letters set out what they ask, or only seem to."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest

from classifier.questions import split
from classifier.questions.lines import read_lines
from classifier.questions.markers import candidates
from classifier.questions.outline import choose
from classifier.rooms import asks as shipped

if TYPE_CHECKING:
    from classifier.records import Question


def numbers(text: str) -> list[str]:
    """The numbers of the markers that the outline keeps."""
    return [m.candidate.number or "-" for m in choose(candidates(text, read_lines(text)))]


def requests(text: str) -> list[Question]:
    return [q for q in split(text) if q.kind == "request"]


ASK = (
    "How many bicycles were found?",
    "What did the search cost?",
    "Who signed the order?",
    "Which shops were visited?",
)


@pytest.mark.parametrize(
    "style",
    [
        "{n}. ", "{n}) ", "({n}) ", "{n}/ ", "{n}: ", "{n} - ", "{n} ", "{n}.", "Q{n} ", "Q{n}. ", "Q{n} - ",
        "Question {n}: ", "Request {n}\n", "Item {n}. ", "[{n}] ",
        "{a}) ", "({a}) ", "{a}. ", "{A}. ", "1{a} ", "1{a}. ", "1.{a}. ", "1({a}) ", "1.{n} ", "{r}) ",
        "({r}) ", "{r}. ", "Question no. {n} ",
    ],
)  # fmt: skip
def test_every_style_of_number_is_read_and_left_out_of_the_words(style: str) -> None:
    marks = [
        style.format(n=n, a="abcd"[n - 1], A="ABCD"[n - 1], r=("i", "ii", "iii", "iv")[n - 1]) for n in range(1, 5)
    ]
    text = (
        "Dear Sirs,\n\nPlease tell me:\n\n"
        + "\n".join(m + a for m, a in zip(marks, ASK, strict=True))
        + "\n\nYours faithfully\n"
    )
    found = requests(text)
    assert [q.text for q in found] == list(ASK)
    assert [text[slice(*q.span)] for q in found] == list(ASK)
    assert len({q.number for q in found}) == 4


@pytest.mark.parametrize("bullet", ["-", "*", "•", "–", "o", "¿", "::", "·", "▪"])
def test_every_bullet_is_read(bullet: str) -> None:
    text = "I would like to know:\n" + "\n".join(f"{bullet} {a}" for a in ASK)
    assert [q.text for q in requests(text)] == list(ASK)
    assert [q.number for q in requests(text)] == ["1", "2", "3", "4"]


def test_ordinal_words_number_items() -> None:
    text = "Firstly, how many horses are there?\nSecondly, what do they eat?\nThirdly, who rides them?"
    assert [(q.number, q.text) for q in requests(text)] == [
        ("1", "how many horses are there?"), ("2", "what do they eat?"), ("3", "who rides them?"),
    ]  # fmt: skip


def test_part_two_is_a_heading_and_numbering_starts_again() -> None:
    text = (
        "Part one: dogs\n1. How many dogs are there?\n2. What do they cost?\nPart two: horses\n"
        "1. How many horses are there?\n2. What do they cost?"
    )
    assert [q.number for q in requests(text) if q.text.startswith(("How", "What"))] == ["1", "2", "1", "2"]


def test_every_item_may_be_numbered_one() -> None:
    assert numbers("\n".join("1. " + a for a in ASK)) == ["1"] * 4


def test_a_number_may_come_twice() -> None:
    assert numbers("1. How many?\n2. What cost?\n3. Which?\n3. Who?\n4. When?") == ["1", "2", "3", "3", "4"]


def test_original_and_revised_question_share_a_number() -> None:
    text = (
        "Q1 (original) How many people wrote in?\nQ1 (revised) How many people wrote in by post?\n"
        "Q2 How many got an answer?"
    )
    assert [(q.number, q.text.split()[-1]) for q in requests(text)] == [("1", "in?"), ("1", "post?"), ("2", "answer?")]


def test_letters_may_leave_a_gap() -> None:
    assert numbers("a) How many?\nb) What?\nc) Who?\nd) Where?\ng) When?\nh) Why?") == list("abcdgh")


def test_a_doubled_marker_names_the_child() -> None:
    text = (
        "1. a) How many cats were found?\nb) How many dogs were found?\n2. a) How many cats were sold?\n"
        "b) How many dogs were sold?"
    )
    assert [q.text.split()[2] + q.text.split()[-1] for q in requests(text)] == [
        "catsfound?",
        "dogsfound?",
        "catssold?",
        "dogssold?",
    ]


def test_number_and_letter_before_every_item_are_read_together() -> None:
    text = "1. a) How many cats?\n1. b) How many dogs?\n2. a) What did cats cost?\n2. b) What did dogs cost?"
    assert [q.number for q in requests(text)] == ["1a", "1b", "2a", "2b"]


def test_a_bullet_before_a_number_is_only_decoration() -> None:
    text = "- 1) How many vans?\n- 2) How many cars?\n- 3) How many bikes?"
    assert [(q.number, q.text) for q in requests(text)] == [
        ("1", "How many vans?"),
        ("2", "How many cars?"),
        ("3", "How many bikes?"),
    ]


def test_lettered_questions_beneath_numbered_ones_get_joined_numbers_and_parents() -> None:
    text = "1. How many thefts were there in:\na. 2019\nb. 2020\n2. How many arrests were there in:\na. 2019\nb. 2020"
    found = split(text)
    assert [(q.number, q.kind) for q in found] == [
        ("1", "request"), ("1a", "scope"), ("1b", "scope"), ("2", "request"), ("2a", "scope"), ("2b", "scope"),
    ]  # fmt: skip
    assert [q.parent for q in found] == [None, "q1", "q1", None, "q4", "q4"]


def test_numbers_with_letters_hang_under_the_plain_number() -> None:
    found = split("1. How many cases are open?\n1a. How many of those are old?\n1b. Who decides?\n2. How many closed?")
    assert [(q.number, q.parent) for q in found] == [("1", None), ("1a", "q1"), ("1b", "q1"), ("2", None)]


def test_dotted_numbers_hang_under_their_first_part() -> None:
    found = split(
        "1. How many drones are there?\n1.1 What did they cost?\n1.2 Who flies them?\n2. How many flights were there?"
    )
    assert [(q.number, q.parent) for q in found] == [("1", None), ("1.1", "q1"), ("1.2", "q1"), ("2", None)]


def test_a_question_on_the_line_after_its_marker() -> None:
    text = "Request 1\n\nHow many cells are there?\n\nRequest 2\n\nHow many are used?"
    assert [(q.number, q.text) for q in requests(text)] == [
        ("1", "How many cells are there?"),
        ("2", "How many are used?"),
    ]


def test_numbers_that_lost_their_line_break() -> None:
    text = (
        "1. Please list the reports sent to the Ministry.2. Please list the replies that came "
        "back.3. Please state what it cost."
    )
    assert [q.number for q in requests(text)] == ["1", "2", "3"]
    assert requests(text)[0].text == "Please list the reports sent to the Ministry."


def test_items_go_on_over_hard_wraps() -> None:
    long = (
        "1. How many times in the last three years has an officer been called out to the lighthouse after midnight"
        " because of noise?\n"
        "2. What is the longest time that anybody had to wait at the lighthouse door, and what was the reason that"
        " was recorded for it?"
    )
    wrapped = "\n".join("\n".join(textwrap.wrap(line, 72)) for line in long.split("\n"))
    assert [q.text for q in split(wrapped)] == [q.text for q in split(long)]


def test_unmarked_sentences_go_on_over_hard_wraps() -> None:
    long = (
        "I would like to know how many of the lamps that were put up along the old canal towpath "
        "in the spring of 2018 were broken within a year."
    )
    wrapped = "\n".join(textwrap.wrap(long, 72))
    assert [q.text for q in split(wrapped)] == [long]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "1. How many were charged under\nsection 5 or\n4. of the Public Order Act?\n2. How many were cautioned?",
            ["1", "2"],
        ),
        (
            "The figures I have end in\n2019. Since then nothing was published.\n1. How many thefts?\n2. How many"
            " arrests?",
            ["1", "2"],
        ),
        ("I wrote on\n12 March about this and on\n14 April again. How many replies were sent?", []),
        ("How many were\n(ii) Level 2 or (iii) Level 3?", []),
        ("1. How many a) were suspended; b) left; and c) stayed?\n2. How many joined?", ["1", "2"]),
        ("For each of (i) 2013 (ii) 2014 and (iii) 2015 how many were sold?", []),
        ("2018: 34 vans\n2019: 36 vans\nHow many are there now?", []),
    ],
)
def test_what_only_looks_like_a_number(text: str, wanted: list[str]) -> None:
    assert numbers(text) == wanted


def test_footnotes_are_no_items() -> None:
    text = "1. How many reports were read [1]?\n2. Who wrote them [2]?\n\n[1] https://example.org/a\n[2] https://example.org/b"
    assert [q.number for q in requests(text)] == ["1", "2"]
    assert all("example.org" not in q.text for q in split(text))


def test_page_numbers_are_no_items() -> None:
    text = "1. How many boats were hired?\n\n1\n\n2. What did they cost?\n\n2\n\n3. Who steered them?"
    assert [q.text for q in requests(text)] == [
        "How many boats were hired?",
        "What did they cost?",
        "Who steered them?",
    ]


def test_statute_numbers_inside_an_item_stay_in_it() -> None:
    text = (
        "1. How many offences were there under s.15A of the 2003 Act, section 8, section 10 and s. 12?\n"
        "2. How many under section 14?"
    )
    assert [q.number for q in requests(text)] == ["1", "2"]


def test_definitions_before_the_questions_are_not_questions() -> None:
    text = (
        "In this letter:\n\nA. \"Boat\" means anything that floats and has a crew.\n\nB. \"Crew\" means one person"
        " or more on board.\n\n"
        "Now my questions:\n\n1. How many boats do you own?\n2. How many crew are paid?"
    )  # fmt: skip
    assert [q.number for q in requests(text)] == ["1", "2"]


def test_several_asks_in_one_sentence_stay_together() -> None:
    assert len(requests("How many parrots were stolen, where from and what were they worth?")) == 1


def test_a_table_of_numbered_rows_ends_in_time() -> None:
    rows = "\n".join(f"{n}\tSmith\t{n * 7 % 91}\t£{n * 3}.00" for n in range(1, 1500))
    assert len(split("How many of these were paid?\n\n" + rows)) < 1500


def test_signature_and_courtesy_are_no_items() -> None:
    text = (
        "Dear Sir or Madam,\n\nHow many swans were counted?\n\nThank you for your help.\n\nKind regards,\n"
        "A. Writer\n12 Lake Road"
    )
    assert [q.text for q in split(text)] == ["How many swans were counted?"]


def test_a_wish_about_the_answer_is_format() -> None:
    found = split(
        "1. How many swans were counted?\n2. How many geese were counted?\n\nPlease send the answer as an Excel"
        " spreadsheet."
    )
    assert [q.kind for q in found] == ["request", "request", "format"]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("Of those in Q1, how many were sold?", ("q1",)),
        ("How many of the boats in questions 1 and 2 were sold?", ("q1", "q2")),
        ("What share of questions 1 to 2 is that?", ("q1", "q2")),
        ("Of those, how many were sold?", ("q2",)),
        ("How many were painted blue?", ()),
    ],
)
def test_references_between_items_are_kept(words: str, wanted: tuple[str, ...]) -> None:
    found = split(f"1. How many boats were hired?\n2. How many boats were bought?\n3. {words}")
    assert found[2].refers_to == wanted


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_plain_bullets_beneath_a_numbered_question_belong_to_it(gap: str) -> None:
    text = f"1) How many kites were sold, split by:{gap}– colour\n– size\n\n2) How many were lost?"
    assert [(q.kind, q.number, q.text) for q in split(text)] == [
        ("request", "1", "How many kites were sold, split by: – colour – size"),
        ("request", "2", "How many were lost?"),
    ]


def test_bullets_that_other_words_lead_on_to_are_items_of_their_own() -> None:
    text = "1. Ferries\n2. Barges\n\nFor each of them could you send me:\n- What it cost?\n- Who built it?"
    assert [q.text for q in requests(text)] == ["What it cost?", "Who built it?"]


def test_rows_without_a_marker_belong_to_the_numbered_question_above() -> None:
    text = "Q1. How many sheep were counted:\nin the spring of 2018;\nin the spring of 2019.\nQ2. Who counted them?"
    assert [(q.number, q.text.split()[-1]) for q in split(text)] == [("1", "2019."), ("2", "them?")]


def test_a_numbered_heading_and_the_ask_in_the_paragraph_beneath_are_one_item() -> None:
    text = (
        "1. Winter Stores\n\nHow many sacks of grit were used?\n\n2. Boat Repairs\n\nHow many boats were mended?\n\n"
        "3. Lamp Oil\n\nWhat did it cost?"
    )
    assert [(q.number, q.text.split()[-1]) for q in requests(text)] == [
        ("1", "used?"),
        ("2", "mended?"),
        ("3", "cost?"),
    ]


def test_rows_after_a_wrapped_row_stay_rows() -> None:
    text = (
        "1. How many divers were hired in 2020?\nWith:\na. the depth each went to (if it is not known, say so;\n"
        "10 to 20; 20 to 30);\nb. the name of the boat; and\nc. pay.\n2. Who hired them?"
    )
    assert [q.kind for q in split(text)] == ["request", "scope", "scope", "scope", "request"]


def test_a_capital_one_may_begin_small_roman_numerals() -> None:
    assert numbers("“(I) Geese (ii) Swans (iii) Ducks or others.") == ["I", "ii", "iii"]


@pytest.mark.parametrize(
    "above", ["How often did the use of the slipway lead to", "When somebody hands in a lost umbrella at a station,"]
)
def test_a_sentence_goes_on_after_a_blank_line(above: str) -> None:
    text = f"{above}\n\nits owner being told about it by the harbour?"
    assert [q.text for q in split(text)] == [f"{above} its owner being told about it by the harbour?"]


@pytest.mark.parametrize(
    "text",
    [
        "Dear harbour master,\n\nhow many boats are there?",
        "Could you give me the number of\n\na) boats\n\nb) rafts",
        "I want the figures for.\n\nhow many boats?",
    ],
)
def test_a_blank_line_still_parts_what_is_apart(text: str) -> None:
    assert not any(line.wrapped for line in read_lines(text))


def test_asks_in_lines_beneath_words_that_only_lead_on() -> None:
    text = "Could you tell me\nHow tide tables are worked out nowadays\nHow many buoys are there?\nWas the beacon sold?"
    assert [q.text.split()[-1] for q in requests(text)] == ["nowadays", "there?", "sold?"]


def test_a_wrapped_split_of_other_figures_is_no_ask() -> None:
    long = "2. For each year on its own (those above), please break them down by the place where each was found."
    text = "1. How many anchors were lost in the last three years?\n\n" + "\n".join(textwrap.wrap(long, 60))
    assert [q.kind for q in split(text)] == ["request", "scope"]


def test_where_every_line_is_a_paragraph_riders_stay_with_their_question() -> None:
    text = (
        "1. How many moorings are let?\n\nPlease say which of them are on the north bank.\n\n"
        "2. What does a mooring cost?\n\n3. Who collects the rent?"
    )
    assert [q.number for q in requests(text)] == ["1", "2", "3"]


def test_a_long_letter_of_headings_and_statutes_comes_out_as_its_asks() -> None:
    filler = (
        "Section {n} of the Harbours Act 1964 and paragraph {n}(2)(b) of Schedule 3 place a duty on the authority, as "
        "the tribunal held in 2016, and section 16 obliges it to advise. The balance of the public interest is plain. "
    )
    asks = [
        f"The number of {x} inspected in each year from 2015 to 2019." for x in ("cranes", "locks", "sluices", "piers")
    ]
    parts = ["Dear Sir or Madam,", "Part A. Legal framework"]
    for n, ask in enumerate(asks, 1):
        parts += [filler.format(n=n + 10) * 6, f"Request {n}: {ask}", filler.format(n=n + 30) * 3]
    parts += ["Conclusion", filler.format(n=40) * 4, "Yours faithfully"]
    found = [q for q in split("\n\n".join(parts), asks=shipped()) if q.kind == "request"]
    assert [(q.number, q.text) for q in found] == [(str(n), a) for n, a in enumerate(asks, 1)]
