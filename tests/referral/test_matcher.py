from __future__ import annotations

import time
from datetime import date

import pytest

from classifier.records import ItemKind, Question, Referral
from classifier.referral.matcher import Thresholds, find
from classifier.referral.places import find_places
from classifier.referral.register import load_register

REGISTER = load_register()
BEFORE, BETWEEN, AFTER = date(2022, 9, 1), date(2022, 10, 3), date(2023, 2, 1)
TODAY = date(2025, 1, 6)


def letter(*parts: str | tuple[ItemKind, str]) -> tuple[str, list[Question]]:
    """A letter of paragraphs; a tuple is an item of that kind."""
    text, items = "", list[Question]()
    for part in parts:
        said = part if isinstance(part, str) else part[1]
        if not isinstance(part, str):
            n = len(items) + 1
            span = (len(text), len(text) + len(said))
            items.append(Question(id=f"q{n}", number=str(n), parent=None, kind=part[0], span=span, text=said))
        text += said + "\n\n"
    return text, items


def raised(
    *parts: str | tuple[ItemKind, str], day: date = BETWEEN, subject: str = "", **more: object
) -> list[Referral]:
    text, items = letter(*parts)
    return list(find(text, items, REGISTER, day, TODAY, subject=subject, **more))  # type: ignore[arg-type]


def rules(found: list[Referral]) -> dict[str, str]:
    return {r.rule: r.level for r in found}


FORCE_WIDE: tuple[ItemKind, str] = ("request", "How many registered sex offenders are there in the force area?")
BY_WARD: tuple[ItemKind, str] = ("request", "How many registered sex offenders live in each ward?")


def test_force_wide_counts_are_mandatory_until_the_day_before_and_shown_as_withdrawn_after() -> None:
    assert rules(raised(FORCE_WIDE, day=date(2023, 1, 24))) == {"RSO-01": "mandatory"}
    (after,) = raised(FORCE_WIDE, day=date(2023, 1, 25))
    assert (after.rule, after.level, after.level_today) == ("RSO-01", "withdrawn", "withdrawn")
    assert after.effective_from == date(2023, 1, 25)


def test_local_counts_add_the_second_rule_from_its_day() -> None:
    assert rules(raised(BY_WARD, day=date(2022, 9, 21))) == {"RSO-01": "mandatory"}
    assert rules(raised(BY_WARD, day=date(2022, 9, 22))) == {"RSO-01": "mandatory", "RSO-02": "advised"}
    assert rules(raised(BY_WARD, day=AFTER)) == {"RSO-01": "withdrawn", "RSO-02": "advised"}


def test_a_breakdown_that_stands_as_its_own_item_counts_for_the_questions() -> None:
    assert "RSO-02" in rules(raised(FORCE_WIDE, ("scope", "Please split everything by policing district.")))


def test_the_population_is_shown_where_the_force_knows_it() -> None:
    ask: tuple[ItemKind, str] = ("request", "How many registered sex offenders live in Nether Wallow?")
    found = raised(ask, districts={"Nether Wallow": 9_999})
    (local,) = [r for r in found if r.rule == "RSO-02"]
    assert "9,999 people, 10,000 or fewer" in local.because
    (larger,) = [r for r in raised(ask, districts={"Nether Wallow": 10_001}) if r.rule == "RSO-02"]
    assert "10,001 people" in larger.because
    assert "or fewer" not in larger.because


def test_the_flag_quotes_the_words_of_the_question_and_names_it() -> None:
    found = raised(("request", "How many dogs have you?"), ("request", "List the makes of IMSI catchers you hired."))
    assert [(r.rule, r.question, r.because) for r in found] == [("COV-05", "q2", "IMSI catchers")]


def test_background_does_not_fire_and_a_lead_in_does() -> None:
    ask: tuple[ItemKind, str] = ("request", "How many officers joined the dog section last year?")
    assert raised("My uncle was an informant in the nineties and MI5 knew him.", ask) == []
    lead = "I should like to know about your informants:"
    assert "COV-01" in rules(raised(lead, ("request", "How many were paid in 2019?")))


def test_a_question_that_points_back_takes_its_subject_from_the_sentence_before() -> None:
    found = raised("Other forces have bought facial recognition vans.", ("request", "Do you have any of those?"))
    assert rules(found) == {"TEC-02": "advised"}


def test_a_question_with_a_subject_of_its_own_inherits_none() -> None:
    found = raised(
        ("request", "How many drones do you own?"),
        ("request", "And how many of those parking tickets issued in Mill Lane were cancelled on appeal?"),
    )
    assert {r.question for r in found if r.rule == "TEC-03"} == {"q1"} or [r.rule for r in found] == ["TEC-03"] * 2


def test_the_subject_line_lends_its_words_but_not_alone() -> None:
    assert rules(raised(("request", "The total paid each year since 2015."), subject="Informants")) == {
        "COV-01": "mandatory"
    }
    ask: tuple[ItemKind, str] = ("request", "How many horses does the mounted section stable at Thornham?")
    assert raised(ask, subject="Informants") == []


def test_what_the_writer_says_is_not_asked_for_does_not_fire() -> None:
    assert raised(("request", "How many dogs have you? I am not asking about undercover officers.")) == []
    assert raised(("request", "How many officers left, other than undercover officers?")) == []


def test_remarks_and_format_items_raise_nothing_of_their_own() -> None:
    assert raised(("remark", "You clearly use IMSI catchers."), ("format", "Send it in a file named MI5.")) == []


def test_a_round_robin_is_told_from_the_letter_as_a_whole_and_hangs_on_the_first_request() -> None:
    found = raised("I am sending this request to all police forces in England.", ("request", "How many dogs?"))
    assert [(r.rule, r.question) for r in found] == [("NAT-01", "q1")]


def test_named_operations_fire_and_programmes_do_not() -> None:
    assert "INV-01" in rules(raised(("request", "The log of Operation Larkspur.")))
    for name in ("Uplift", "Snap", "Encompass"):
        assert "INV-01" not in rules(raised(("request", f"Leaflets printed for Operation {name}.")))


def test_a_sentence_that_asks_and_is_in_no_item_raises_mandatory_rules_by_its_own_words() -> None:
    missed = "What I never learned is this: were the IMSI catchers hired or bought?"
    dogs: tuple[ItemKind, str] = ("request", "How many dogs have you?")
    found = raised(dogs, missed)
    assert [(r.rule, r.level, r.question, r.because) for r in found] == [("COV-05", "mandatory", None, "IMSI catchers")]
    assert rules(raised(missed)) == {"COV-05": "mandatory"}, "a letter without any item too"
    assert raised(dogs, "I read about IMSI catchers in the paper.") == [], "background asks nothing"
    assert raised(dogs, "Do you fly a helicopter of your own?") == [], "advised rules want an item"
    assert [r.question for r in raised(missed, ("request", "How many IMSI catchers have you?"))] == ["q1"]


@pytest.mark.parametrize("opening", ["I want to know", "Please tell me", "And could you say", "We'd like to see"])
def test_what_asks_without_a_question_mark_counts_as_asking(opening: str) -> None:
    assert rules(raised(f"{opening} who supplied the IMSI catchers.")) == {"COV-05": "mandatory"}


def test_the_model_is_enough_alone_and_mandatory_rules_need_less() -> None:
    ask: tuple[ItemKind, str] = ("request", "What do the quiet people cost?")
    scores = {"q1": {"COV-01": 0.4, "TEC-03": 0.4}}
    found = raised(ask, model_scores=scores)
    assert [(r.rule, r.score, r.because) for r in found] == [("COV-01", 0.4, "What do the quiet people cost?")]
    strict = Thresholds(mandatory=0.9, advised=0.3)
    assert rules(raised(ask, model_scores=scores, thresholds=strict)) == {"TEC-03": "advised"}


def test_the_level_today_stands_beside_the_level_on_receipt() -> None:
    (found,) = raised(FORCE_WIDE, day=BEFORE)
    assert (found.level, found.level_today, found.confirmed) == ("mandatory", "withdrawn", None)


def test_places_below_force_level() -> None:
    for text in (
        "by policing district", "per LPU", "in each borough", "which wards", "broken down by town or village",
        "in postcode area CM2", "within the catchment of the school", "in my village", "by geographical area",
        "within half a mile of the school", "for every BCU", "in the parish of Holme", "living in Little Snoring",
    ):  # fmt: skip
        assert find_places(text), text
    for text in (
        "in the force area", "across Thornshire", "in your police force area", "in the whole county of Essex",
        "in January and March", "in Excel", "under the Freedom of Information Act",
    ):  # fmt: skip
        assert not find_places(text), text


def test_time_is_linear_in_the_letter() -> None:
    def seconds(times: int) -> float:
        ask = "How many registered sex offenders live in each district of Holme near the airport? " * times
        text, items = letter(("request", ask))
        begin = time.process_time()
        assert find(text, items, REGISTER, BETWEEN, TODAY)
        return time.process_time() - begin

    seconds(10)
    assert seconds(400) < 40 * max(seconds(50), 0.02)


def _asked(text: str, *items: str) -> tuple[Question, ...]:
    return tuple(
        Question(id=f"q{n}", number=str(n), parent=None, kind="request", span=(at, at + len(item)), text=item)
        for n, item in enumerate(items, 1)
        for at in [text.index(item)]
    )


def test_a_list_of_names_below_a_question_that_announces_it_belongs_to_it() -> None:
    question = "How many officers work in each of these roles"
    text = f"{question}\n\nDog handlers\n\nMounted officers\n\nCounter terrorism\n\nMany thanks for your help."
    found = find(text, _asked(text, question), REGISTER, TODAY, TODAY)
    assert "NS-01" in {r.rule for r in found}
    other = text.replace("in each of these roles", "for you, I wonder")
    assert not find(
        other, _asked(other, question.replace("in each of these roles", "for you, I wonder")), REGISTER, TODAY, TODAY
    )


def test_words_that_a_question_only_inherits_need_the_consent_of_the_model() -> None:
    text = "I read that the force has bought a cell site simulator. How many of your staff have used it?"
    asked = _asked(text, "How many of your staff have used it?")

    def rules(score: float) -> set[str]:
        scores = {"q1": {"COV-05": score}}
        return {r.rule for r in find(text, asked, REGISTER, TODAY, TODAY, model_scores=scores)}

    assert "COV-05" in rules(0.2)
    assert "COV-05" not in rules(0.001)
    assert "COV-05" in {r.rule for r in find(text, asked, REGISTER, TODAY, TODAY)}, "without a model, patterns decide"


def test_the_words_of_the_question_itself_raise_a_rule_whatever_the_model_says() -> None:
    text = "Have you bought a cell site simulator, and how many drones do you own?"
    scores = {"q1": {"COV-05": 0.0, "TEC-03": 0.0}}
    found = find(text, _asked(text, text), REGISTER, TODAY, TODAY, model_scores=scores)
    assert {"COV-05", "TEC-03"} <= {r.rule for r in found}


def test_the_fields_of_a_question_are_its_own_words() -> None:
    """An unwilling model cannot silence a rule that a field names; only the question above the field raises it."""
    ask, field, other = "What has the unit bought since 2019:", "cell site simulators", "And who is its head?"
    unwilling = {f"q{n}": {"COV-05": 0.0} for n in range(1, 4)}
    below = raised(("request", ask), ("scope", field), ("request", other), model_scores=unwilling)
    (found,) = [r for r in below if r.rule == "COV-05"]
    assert (found.question, found.because) == ("q1", field)
    elsewhere = raised(("request", other), ("request", ask), ("scope", field), model_scores=unwilling)
    assert [r.question for r in elsewhere if r.rule == "COV-05"] == ["q2"]


@pytest.mark.parametrize(
    ("text", "fires"),
    [
        ("How many pupils were sent to Prevent last year?", True),
        ("What do you do to prevent shed break-ins?", False),
        ("How do your officers prevent theft from vans?", False),
    ],
)
def test_the_prevent_programme_is_told_from_the_verb_by_its_capital(text: str, *, fires: bool) -> None:
    assert ("NS-03" in {r.rule for r in find(text, _asked(text, text), REGISTER, TODAY, TODAY)}) is fires


@pytest.mark.parametrize(
    "text",
    [
        "How many recorded crimes in March 2021 were filed the same day by your intelligence team?",
        "How many old people lost money to somebody pretending to be police?",
        "Has pest control been called to the cells for bugs?",
        "How many drone sightings near the airport were reported to you by members of the public?",
        "How many people were arrested for pretending to be a police officer?",
        "Schedule 7 of the planning agreement for the new station, please.",
        "How many contacts did the Central Referral Unit (safeguarding children) get?",
        "Which cyber security services do you buy, and from whom is the catering?",
    ],
)
def test_everyday_letters_do_not_raise_a_mandatory_rule(text: str) -> None:
    assert "mandatory" not in {r.level for r in find(text, _asked(text, text), REGISTER, TODAY, TODAY)}
