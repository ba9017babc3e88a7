from __future__ import annotations

import time
from pathlib import Path

import pytest

from classifier.letters.kinds import Weighed
from classifier.referral.urgent import WHYS, find_urgent, urgent_features

URGENT = [
    ("self-harm", "How many dogs have you? It doesn't matter now. I am going to kill myself tonight."),
    ("self-harm", "I don't want to be alive any more and I have the tablets here in front of me."),
    ("self-harm", "My brother says he will hang himself if the bailiffs come on Friday."),
    ("threat", "You had your chance. I will stab him when he comes off shift on Thursday."),
    ("threat", "She has told me she will burn us in our beds, she was outside again last night with petrol."),
    ("threat", "The van is hired. On Friday I am going to drive it through your front doors, busy or not."),
    ("threat", "He can sign his own death warrant next, he jogs the same path every morning."),
    ("risk to life", "My husband is going to kill me. He is downstairs now and he has taken my phone."),
    ("child at risk", "The little boy next door is locked in the shed again tonight, he is crying and has bruises."),
    (
        "crime being reported",
        "There is a man at my door trying to get in right now, he has a knife, please send someone.",
    ),
    ("risk to life", "Our tenant is diabetic, he hasn't answered the door since Saturday and his phone is off."),
]
NOT = [
    "How many people threatened to kill themselves in custody in each year since 2019?",
    "Please send your policy on what call handlers do when somebody says they will take their own life.",
    "My uncle took his own life in 1998. The inquest was in 1999. May I have the report?",
    "Honestly the wait for this answer is killing me. I could murder a cup of tea.",
    "In 2004 he was convicted of threatening to burn my house. He died in prison.",
    "Number of stabbings by ward, and knives seized, for the calendar years 2020 to 2023.",
    'I am writing a novel in which the doctor says "I will kill her tonight" and nobody believes him.',
    "I'll fight you over these parking figures to my last breath, and I will haunt you after that.",
    "Could you tell me the cost of the new patrol cars?",
    "",
]


@pytest.mark.parametrize(("why", "text"), URGENT)
def test_danger_now_is_urgent_and_quoted(why: str, text: str) -> None:
    found = find_urgent(text)
    assert found, text
    assert {u.why for u in found} <= set(WHYS)
    assert all(u.because and u.because.split()[0] in text for u in found)
    if why in ("self-harm", "threat"):
        assert why in {u.why for u in found}


DANGERS = [
    tuple(line.split("\t")) for line in Path(__file__).with_name("dangers.tsv").read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize("text", [text for said, text in DANGERS if said == "urgent"])
def test_each_way_of_telling_of_danger_is_urgent_without_the_model(text: str) -> None:
    assert find_urgent(text)


@pytest.mark.parametrize("text", [*NOT, *(text for said, text in DANGERS if said == "not")])
def test_statistics_history_policy_and_figures_of_speech_are_not(text: str) -> None:
    assert find_urgent(text) == ()


def test_a_sure_model_is_enough_and_a_doubting_one_takes_back_weak_signs_only() -> None:
    calm = "Could you tell me the cost of the new patrol cars?"
    assert find_urgent(calm, model_score=0.9)
    assert find_urgent(calm, model_score=0.3) == ()
    explicit = URGENT[0][1]
    assert find_urgent(explicit, model_score=0.0)
    weak = "There is a man outside again tonight and my daughter is crying."
    assert find_urgent(weak)
    assert find_urgent(weak, model_score=0.01) == ()


def test_the_model_and_weak_signs_add_up_where_neither_is_enough() -> None:
    hint = "Forget my request about bicycles. After Friday it is up to my brother, he knows where it is."
    assert find_urgent(hint) == ()
    assert find_urgent("Could you tell me the cost of the new patrol cars?", model_score=0.45) == ()
    assert find_urgent(hint, model_score=0.45)


def test_a_letter_flagged_by_the_model_alone_quotes_the_sentence_of_the_words_that_weighed() -> None:
    text = "Thank you for the leaflet about bicycles. The lamp is where we left it, you know what for. Regards to all."
    at = text.index("you know what")
    read = f"Subject. {text}"
    weights = [
        (at + 9, at + 12, 0.4),
        (at + 13, at + 17, 0.9),
        (9, 14, -0.3),
        (read.index("Regards"), len(read), -0.5),
    ]
    asked: list[int] = []

    def weighed() -> Weighed:
        asked.append(1)
        return Weighed(read, weights)

    (found,) = find_urgent(text, 0.9, weighed)
    assert found.because == "The lamp is where we left it, you know what for"
    assert find_urgent(text, 0.1, weighed) == ()
    assert find_urgent(URGENT[0][1], 0.9, weighed)
    assert asked == [1], "the words are weighed only where the model alone flags"


def test_the_words_that_weighed_are_never_cut_off() -> None:
    long = "and so on, " * 60
    text = f"Please read {long}the lamp is out of oil."
    at = text.index("lamp")
    (found,) = find_urgent(text, 0.9, lambda: Weighed(text, [(at, at + 4, 1.0)]))
    assert "lamp" in found.because


def test_features_are_the_same_names_for_every_letter() -> None:
    full, empty = urgent_features(URGENT[0][1]), urgent_features("")
    assert full.keys() == empty.keys()
    assert full["alone"] == 1.0
    assert empty["score"] == 0.0


def test_time_is_linear_in_the_letter() -> None:
    def seconds(times: int) -> float:
        text = "He came again last night with a knife and my daughter is scared. " * times
        begin = time.process_time()
        find_urgent(text)
        return time.process_time() - begin

    seconds(10)
    assert seconds(800) < 40 * max(seconds(100), 0.02)
