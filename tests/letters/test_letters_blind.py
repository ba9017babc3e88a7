"""The applicant-blind text: who wrote leaves no trace in it, and nothing that is asked is lost."""

from __future__ import annotations

import itertools
import re

import pytest
from letter_tools import read

ASKS = "1. How many swans were rescued in 2021?\n2. Please send the policy on geese."


def kept(body: str, name: str = "Rhoda Penhallow", address: str = "rhoda@mail.example") -> str:
    letter = read(body, name=name, address=address)
    assert len(letter.blind) == len(letter.text)
    assert [c == "\n" for c in letter.blind] == [c == "\n" for c in letter.text]
    return " ".join(letter.blind.split())


WHO = [
    "I am a journalist at the Tidewater Echo.",
    "I'm a PhD student at Leeds.",
    "We are a small charity that looks after swans.",
    "I work for Lakeside Security Ltd as a buyer.",
    "I am writing on behalf of the Friends of the Lake.",
    "As a resident of Upper Ashdale, I have a question.",
    "My name is Ada Loveless and I live in Great Thaxby.",
    "We act for Mr Bo Carter.",
    "I'm the secretary of the parish council.",
    "I run a website about swans.",
    "I represent the families.",
    "In my capacity as a councillor I write to you.",
]


@pytest.mark.parametrize("who", WHO)
def test_a_sentence_in_which_the_writer_says_who_they_are_is_blanked(who: str):
    blind = kept(f"Dear Sir\n\n{who}\n\n{ASKS}")
    for word in ("journalist", "Echo", "student", "Leeds", "charity", "Lakeside", "Friends", "resident", "Ashdale",
                 "Ada", "Thaxby", "Carter", "secretary", "website", "families", "councillor"):  # fmt: skip
        assert word not in blind
    assert blind.endswith(" ".join(ASKS.split()))


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (
            "I am a journalist and would like to know how many swans were rescued.",
            "would like to know how many swans were rescued.",
        ),
        ("As a parent, please tell me how many geese bit a child.", "please tell me how many geese bit a child."),
        ("I'm a student at Leeds, how many swans are there?", "how many swans are there?"),
        ("I am a farmer who wants to know the number of stolen tractors.", "to know the number of stolen tractors."),
        ("We are a charity and it is our own register that was lost.", "it is our own register that was lost."),
        ("I am a radio amateur and have logged three masts.", "have logged three masts."),
    ],
)
def test_what_is_asked_in_the_same_sentence_is_kept(body: str, wanted: str):
    blind = kept(body)
    assert blind.endswith(wanted)
    assert not any(word in blind for word in ("journalist", "parent", "student", "farmer", "charity", "amateur"))


@pytest.mark.parametrize(
    "body",
    [
        "As a result of the review, how many swans? Send it as a spreadsheet, please. As a percentage, I want the "
        "share.",
        "How many officers work for the swan unit? What is done on behalf of the council?",
        "I am a little confused by your answer.",
        "How many people named Smith live in the area of SW1A 1AA?",
        "How many crimes were recorded between 9 and 10 on 4 March 2021?",
        "Please list e-mails sent to swans@estuary.police.uk in 2021.",
        "How many reports mention a police officer as a suspect, I ask by year?",
        "6 hours 12 minutes was the mean wait on 22 November 2022",
    ],
)
def test_what_tells_nothing_of_the_writer_stays(body: str):
    assert kept(body) == body


@pytest.mark.parametrize(
    ("body", "gone"),
    [
        ("My phone number is 07700 900123. How many swans?", "900123"),
        ("Reply to rhoda@mail.example. How many swans?", "rhoda"),
        ("Rhoda Penhallow\n4 Tallow Lane\nTN1 1AA\n\nDear Sir\n\nHow many swans?", "Tallow"),
        ("How many swans?\nDate of birth: 1 May 1980\nAddress: 4 Tallow Lane", "Tallow"),
        ("I, Rhoda Penhallow, ask how many swans?", "Penhallow"),
        ("Ms Penhallow here again. How many swans?", "Penhallow"),
        ("How many swans? thanks. jade", "jade"),
    ],
)
def test_names_and_ways_to_reach_the_writer_are_blanked(body: str, gone: str):
    blind = kept(body)
    assert gone.lower() not in blind.lower()
    assert "How many swans" in blind or "how many swans" in blind


def test_the_organisation_in_the_signature_is_blanked_in_the_text_too():
    blind = kept(
        f"At Lakeside Solutions we count swans.\n\n{ASKS}\n\nRegards\nRhoda Penhallow\nBuyer, Lakeside Solutions"
    )
    assert "Lakeside" not in blind
    assert "we count swans" in blind


def test_swapping_who_wrote_changes_no_word_of_the_blind_text():
    """Names, organisations and self-descriptions are swapped; every blind text must hold the same words.

    "As a resident …, I have a question" keeps the plain words after the description: those are left out here.
    """
    people = [
        ("Rhoda Penhallow", "rhoda@mail.example"),
        ("Mr Abdul Karim", "a.karim@echo.example"),
        ("Siân O'Neill-Rees", "s@uni.example"),
    ]
    organisations = ["Tidewater Echo News", "Lakeside Solutions Ltd", "University of Great Thaxby"]
    found: set[str] = set()
    for (name, address), organisation, who in itertools.product(people, organisations, WHO):
        body = (
            f"Dear Estuary Police,\n\nMy name is {name}. {who}\n\n{ASKS}\n\nI can be reached on 07700 900123 or "
            f"{address}.\n\n"
            f"Yours faithfully\n{name}\n{organisation}\n07700 900123"
        )
        found.add(kept(body, name, address))
    plain = {text.replace("I have a question", "").replace("I write to you", "") for text in found}
    assert len({tuple(re.findall(r"\w+", text)) for text in plain}) == 1, plain
    assert all(" ".join(ASKS.split()) in text for text in found)
