"""Topics and grounds of questions: what the model is shown, and that what it quotes is what moved it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from classifier.letters.opening import CHARACTERS, masked
from classifier.records import Question
from classifier.tagging.because import LONGEST, quotes, spread
from classifier.tagging.tagger import MOST_GROUNDS, MOST_TOPICS, Asked, Tagged
from classifier.tagging.views import views

if TYPE_CHECKING:
    from classifier.records import Tag
    from classifier.rooms import Rooms

ASKS = [
    "How many police dogs bit a member of the public in 2023, and what was paid out?",
    "Please list every model of drone the force owns and the number of flights it made.",
    "What did the force spend on agency staff in the control room last year?",
    "How many officers were dismissed for gross misconduct after a hearing?",
    "Please send the policy on searching children in custody.",
    "How many stolen cars were found within a week of the theft?",
    "Which company supplies the body worn cameras and when does the contract end?",
    "How many firearms certificates were revoked because of domestic abuse?",
    "Give the average time it took to answer 999 calls in each month of 2024.",
    "Name the covert techniques used against the Harrow Sound gang.",
]


def asked(*texts: str, subject: str = "A request") -> Asked:
    """A letter of these questions, one a paragraph."""
    blind = "\n\n".join(texts)
    questions: list[Question] = []
    at = 0
    for i, text in enumerate(texts, 1):
        span = (at, at + len(text))
        questions.append(Question(id=f"q{i}", number=str(i), parent=None, kind="request", span=span, text=text))
        at += len(text) + 2
    return Asked(subject, blind, tuple(questions))


def tag(rooms: Rooms, letter: Asked) -> Tagged:
    return rooms.tagger.tag([letter])[0]


def score(tags: tuple[Tag, ...], label: str) -> float:
    return next((t.score for t in tags if t.label == label), 0.0)


def test_quotes_stand_in_the_question_and_are_short(rooms: Rooms) -> None:
    for text, tagged in zip(ASKS, rooms.tagger.tag([asked(t) for t in ASKS]), strict=True):
        question = tagged.questions[0]
        best = question.topics[0]
        assert best.suggested
        assert best.because
        for quote in (q for t in (*question.topics, *question.exemptions) for q in t.because):
            assert quote in text
            assert 1 <= len(quote.split()) <= LONGEST


def test_without_the_quoted_words_the_score_falls(rooms: Rooms) -> None:
    fell: list[bool] = []
    for text in ASKS:
        letter = asked(text, subject="")
        for suggested in (t for t in tag(rooms, letter).questions[0].topics if t.because):
            poorer = text
            for quote in suggested.because:
                poorer = poorer.replace(quote, " " * len(quote))
            after = tag(rooms, letter._replace(blind=poorer)).questions[0].topics
            fell.append(score(after, suggested.label) < suggested.score)
    assert len(fell) >= len(ASKS)
    # Taking words away changes how the encoder reads the others, so a rare exception is no fault of the quote.
    assert sum(fell) >= 0.9 * len(fell)


def test_quotes_come_from_the_words_that_weigh_most() -> None:
    text = "the cost of police dogs and of their food in each year"
    weights = [(12, 18, 2.0), (19, 23, 3.0), (37, 41, 1.5), (0, 3, -1.0)]
    assert quotes(text, weights) == ("police dogs and of their food",)
    assert quotes(text, [(0, 3, -1.0)]) == ()
    assert quotes("", []) == ()


def test_a_quote_does_not_run_across_what_was_blanked_or_a_paragraph() -> None:
    def found(text: str) -> tuple[str, ...]:
        return quotes(text, [(text.index(w), text.index(w) + 4, 1.0) for w in ("dogs", "bite")])

    assert found("dogs that bite") == ("dogs that bite",)
    assert found("dogs          bite") == ("dogs", "bite")
    assert found("dogs\n\nbite") == ("dogs", "bite")
    assert found("dogs\nbite") == ("dogs\nbite",)


def test_weights_over_several_words_are_shared_among_them() -> None:
    assert spread("police dogs bite", [(0, 11, 1.0), (7, 11, 0.5)]) == [(0, 6, 0.5), (7, 11, 1.0), (12, 16, 0.0)]
    assert spread("  ", [(0, 1, 1.0)]) == []


@pytest.mark.parametrize(
    "named", ["section 40", "Sections 12(1)", "s.31(1)(a)", "s40(2)", "Article 8", "regulation 12(4)"]
)
def test_section_numbers_are_blanked_in_place(named: str) -> None:
    text = f"I expect {named} to be cited for the dogs"
    assert masked(text) == text.replace(named, " " * len(named))


@pytest.mark.parametrize("kept", ["section of the road", "12 officers", "class 40", "s", "parts 3"])
def test_other_words_and_numbers_are_not(kept: str) -> None:
    assert masked(kept) == kept


def test_a_section_that_the_applicant_names_moves_no_score(rooms: Rooms) -> None:
    one, two = (asked(f"Send the report on dogs. Do not cite {s} to me.") for s in ("section 30(1)", "section 43(2)"))
    first, second = tag(rooms, one), tag(rooms, two)
    assert (first.topics, first.exemptions) == (second.topics, second.exemptions)
    assert first.questions[0].exemptions == second.questions[0].exemptions != ()


def test_a_child_is_read_after_its_parent_and_quotes_stay_in_one_of_them(rooms: Rooms) -> None:
    text = "For police dogs, state:\n(a) the number that retired;"
    questions = (
        Question(id="q1", number="1", parent=None, kind="request", span=(0, 23), text=text[:23]),
        Question(id="q2", number="1a", parent="q1", kind="request", span=(28, 52), text=text[28:]),
    )
    seen = views("", text, questions)
    assert seen[1].own[: seen[1].offset].strip() == "For police dogs, state:"
    assert seen[1].own[seen[1].offset :] == "the number that retired;"
    tagged = tag(rooms, Asked("", text, questions))
    assert tagged.questions[1].topics[0].label == "animals_dogs"
    for quote in (q for x in tagged.questions for t in (*x.topics, *x.exemptions) for q in t.because):
        assert quote in text


def test_a_parent_that_is_not_there_is_no_error() -> None:
    alone = Question(id="q1", number="1a", parent="q9", kind="request", span=(0, 4), text="dogs")
    assert views("", "dogs", [alone])[0].own == "dogs"


def test_a_question_gets_its_own_tags_and_the_letter_their_sum(rooms: Rooms) -> None:
    tagged = tag(rooms, asked(ASKS[0], ASKS[1]))
    assert [q.topics[0].label for q in tagged.questions] == ["animals_dogs", "drones_air_support"]
    assert {"animals_dogs", "drones_air_support"} == {t.label for t in tagged.topics[:2]}
    assert tag(rooms, asked(*ASKS))._replace(questions=()).topics[0].suggested


def test_scores_are_probabilities_best_first_and_few(rooms: Rooms) -> None:
    for tagged in rooms.tagger.tag([asked(*ASKS[i : i + 3]) for i in range(0, 9, 3)]):
        for tags, most in [
            (tagged.topics, MOST_TOPICS), (tagged.exemptions, MOST_GROUNDS),
            *((q.topics, MOST_TOPICS) for q in tagged.questions),
            *((q.exemptions, MOST_GROUNDS) for q in tagged.questions),
        ]:  # fmt: skip
            scores = [t.score for t in tags]
            assert scores == sorted(scores, reverse=True)
            assert all(0 <= s <= 1 for s in scores)
            assert len(tags) <= most
            assert len({t.label for t in tags}) == len(tags)


def test_only_requests_are_tagged_unless_there_are_none(rooms: Rooms) -> None:
    letter = asked(ASKS[0], "Please send a spreadsheet about drones.")
    wish = Question(id="q2", number="2", parent=None, kind="format", span=letter.questions[1].span, text="x")
    tagged = tag(rooms, letter._replace(questions=(letter.questions[0], wish)))
    assert tagged.questions[1].topics == tagged.questions[1].exemptions == ()
    # The letter's own words still speak of drones, but nothing that is asked does.
    assert score(tagged.topics, "drones_air_support") < score(tag(rooms, letter).topics, "drones_air_support")
    assert tag(rooms, letter._replace(questions=(wish,))).topics != ()


@pytest.mark.parametrize("blind", ["", "   \n ", "?"])
def test_a_letter_without_words_is_no_error(rooms: Rooms, blind: str) -> None:
    tagged = tag(rooms, Asked("", blind, ()))
    assert tagged.questions == ()
    assert all(0 <= t.score <= 1 for t in tagged.topics)


def test_no_letters_give_no_tags(rooms: Rooms) -> None:
    assert rooms.tagger.tag([]) == []


def test_a_letter_is_read_the_same_alone_and_in_company(rooms: Rooms) -> None:
    letters = [asked(t) for t in ASKS]
    together = rooms.tagger.tag(letters)
    for letter, tagged in zip(letters, together, strict=True):
        alone = tag(rooms, letter).questions[0].topics[0]
        assert alone.label == tagged.questions[0].topics[0].label
        assert alone.score == pytest.approx(tagged.questions[0].topics[0].score, abs=0.1)


def test_context_is_the_opening_alone() -> None:
    question = Question(id="q1", number="1", parent=None, kind="request", span=(0, 4), text="dogs")
    letter = views("Hounds", "dogs " * 4000, [question])[0].letter
    assert letter.startswith("Hounds. dogs")
    assert len(letter) <= CHARACTERS + len("Hounds. ")


def item(id_: str, kind: str, text: str, blind: str, parent: str | None = None) -> Question:
    at = blind.index(text)
    return Question(id=id_, number="", parent=parent, kind=kind, span=(at, at + len(text)), text=text)  # pyright: ignore[reportArgumentType]


def test_a_question_is_read_with_its_fields() -> None:
    blind = (
        "Could I have a list of your boats\nhull number\nmooring\n\nHow many dives were there?\nby month\n"
        "an e-mail will do\nonly the lake section\n\nin 2019"
    )
    given = [
        item("q1", "request", "Could I have a list of your boats", blind),
        item("q2", "scope", "hull number", blind, "q1"),
        item("q3", "scope", "mooring", blind),
        item("q4", "request", "How many dives were there?", blind),
        item("q5", "scope", "by month", blind, "q4"),
        item("q6", "format", "an e-mail will do", blind),
        item("q7", "scope", "only the lake section", blind, "q1"),
        item("q8", "scope", "in 2019", blind, "q5"),
    ]
    seen = views("Boats", blind, given)
    assert seen[0].own == "Could I have a list of your boats\n\nhull number\n\nmooring\n\nonly the lake section"
    assert seen[3].own == "How many dives were there?\n\nby month"
    assert [v.offset for v in (seen[0], seen[3])] == [0, 0]
    # A field is read after the one it stands below, like a question after its parent.
    assert seen[7].own == "by month\n\nin 2019"
    assert seen[7].offset == len("by month\n\n")


def test_fields_say_what_a_list_is_about(rooms: Rooms) -> None:
    """A list that is bare in its announcing sentence is tagged by its fields, and quoted from them."""
    blind = (
        "Could you fill in a line for each of them:\n\nbreed\nkennel it sleeps in\nhow old the dog is\nits vet's bills"
    )
    lines = [x for x in blind.split("\n") if x]
    bare = [item("q1", "request", lines[0], blind)]
    below = [item(f"q{i}", "scope", x, blind, "q1") for i, x in enumerate(lines[1:], 2)]
    without = tag(rooms, Asked("", blind[: len(lines[0])], tuple(bare))).questions[0]
    with_fields = tag(rooms, Asked("", blind, (*bare, *below))).questions[0]
    assert score(with_fields.topics, "animals_dogs") > score(without.topics, "animals_dogs")
    (dogs,) = [t for t in with_fields.topics if t.label == "animals_dogs"]
    assert dogs.suggested
    assert any(quote in blind and quote not in lines[0] for quote in dogs.because)
