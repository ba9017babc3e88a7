"""Applicant-blind from end to end: who a member of the public says they are changes no label.

Each letter is written with places for a name, an address, an organisation and a sentence about the writer; these are
filled in different ways, and everything that the program decides of the letter has to stay the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from classifier.records import Message, TriageRecord


class Writer(NamedTuple):
    """Who writes, and how they say so."""

    name: str
    address: str
    organisation: str
    sentence: str


WRITERS = [
    Writer("Ann Lee", "ann.lee@mail.example", "", "I am a resident of the area."),
    Writer("Mohammed Abdi Warsame", "m.warsame@mosque.example", "Harrow Sound Mosque", "I am the imam of a mosque."),
    Writer("Oluwaseun Adeyemi-Price", "news@paper.example", "The Daily Lantern", "I am a journalist."),
    Writer("Kasimir Drugs-Weapon", "kdw@mail.example", "Drone Racing Club", "I am a retired police dog handler."),
    Writer(
        "Dr P. Singh", "ps@uni.example", "University of Saltings", "I am a researcher into terrorism at a university."
    ),
]

LETTERS = {
    "numbered": (
        "Police dogs",
        "Dear Sir or Madam,\n\n{sentence}\n\n1. How many police dogs are there?\n2. How many people did they bite in "
        "2025, and what was paid out?\n\nPlease reply in a spreadsheet.\n\n"
        "Yours faithfully,\n\n{name}\n{organisation}\n{address}\n",
    ),
    "prose": (
        "Freedom of Information request",
        "Hello,\n\n{sentence}\n\nCould you tell me how often armed officers were sent out last year? I would also "
        "like to know how many of those times a shot was fired.\n\nKind regards\n{name}\n{organisation}\n",
    ),
    "referral": (
        "Drones",
        "To the FOI officer\n\n{sentence}\n\na) Which makes of drone does the force own?\nb) Are they fitted with "
        "facial recognition?\n\n{name}\n{organisation}\n{address}",
    ),
    "offenders": (
        "Numbers",
        "Dear FOI team\n\n{sentence}\n\nPlease state the number of registered sex offenders living in each "
        "district.\n\nRegards,\n{name}\n{organisation}",
    ),
    "review": (
        "Internal review, FOI 1234/25",
        "Dear Sir or Madam\n\n{sentence}\n\nI ask for an internal review of your refusal. Section 12 can't apply, "
        "since the figures are in one system.\n\nYours faithfully\n{name}\n{organisation}\n",
    ),
    "danger": (
        "help",
        "{sentence}\n\nMy neighbour says he will kill me tonight and he has a knife. He is at my door now.\n\n{name}\n",
    ),
}


def decided(record: TriageRecord) -> dict[str, object]:
    """Everything that the program decides of a letter, scores to three places."""
    return {
        "kind": (record.kind.label, record.kind.also),
        "regime": record.regime,
        "questions": [(q.number, q.kind, q.text) for q in record.questions],
        "topics": [(t.label, t.suggested) for t in record.topics],
        "grounds": [(t.label, t.suggested) for t in record.exemptions],
        "by question": [
            [(t.label, round(t.score, 3), t.suggested, t.because) for t in (*q.topics, *q.exemptions)]
            for q in record.questions
        ],
        "referrals": [(r.rule, r.level, r.question, r.because) for r in record.referrals],
        "urgent": [(u.because, u.why) for u in record.urgent],
        "deadlines": record.deadlines,
        "departments": record.departments,
    }


@pytest.mark.parametrize("letter", LETTERS)
def test_who_writes_changes_no_label(
    letter: str, mail: Callable[..., Message], read: Callable[[Sequence[Message]], list[TriageRecord]]
) -> None:
    subject, body = LETTERS[letter]
    # One at a time: in a batch the encoder's eight-bit steps would let one letter move another's last decimals.
    found = [
        read([mail(body.format(**w._asdict()), subject=subject, name=w.name, address=w.address)])[0] for w in WRITERS
    ]
    wanted = decided(found[0])
    assert wanted["questions"] or letter in ("review", "danger")
    for writer, record in zip(WRITERS[1:], found[1:], strict=True):
        said = decided(record)
        assert {k: said[k] for k in said if said[k] != wanted[k]} == {}, writer
        assert record.sender_class == "public"


def test_what_is_asked_does_change_them(
    mail: Callable[..., Message], read: Callable[[Sequence[Message]], list[TriageRecord]]
) -> None:
    """The comparison above can fail: other questions from the same person get other labels."""
    writer = WRITERS[0]._asdict()
    one, two = (
        read([mail(LETTERS[n][1].format(**writer), subject=LETTERS[n][0])])[0] for n in ("numbered", "referral")
    )
    assert decided(one)["topics"] != decided(two)["topics"]
    assert decided(one)["by question"] != decided(two)["by question"]


def test_the_writer_is_shown_all_the_same(
    mail: Callable[..., Message], read: Callable[[Sequence[Message]], list[TriageRecord]]
) -> None:
    writer = WRITERS[1]
    body = LETTERS["numbered"][1].format(**writer._asdict())
    (record,) = read([mail(body, name=writer.name, address=writer.address)])
    assert record.applicant.name == writer.name
    assert writer.address in record.applicant.address
    assert writer.sentence in record.text
