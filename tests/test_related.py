from __future__ import annotations

import hashlib
import random
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pytest

from classifier.casebook import Casebook
from classifier.errors import InputMissing
from classifier.force import Force
from classifier.letters import read_letter
from classifier.record import make_record
from classifier.records import Kind, Letter, Message, MessageKind, Person, Question, Related, Tag, TriageRecord
from classifier.referral.circulars import with_log_number
from classifier.referral.register import load_register
from classifier.related import Answers, Relater, Relations, open_answers
from classifier.related.answers import own_link, paragraphs
from classifier.related.fingerprint import fingerprint, similarities
from classifier.related.keys import applicant_key, find_keys, reference_key
from classifier.related.relations import within_period
from classifier.tagging.tagger import Tagged

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from classifier.model.encoder import Encoder

LONDON = ZoneInfo("Europe/London")
OWN = Force(name="Thornshire Police", mail_domains=("thornshire.police.uk",))

DOGS = """Dear Thornshire Police,

Under the Freedom of Information Act 2000 please provide the following information.

1. How many police dogs were retired in each year since 2015, and at what age?
2. How many retired dogs were rehomed with their handlers, and how many with charities?
3. What did veterinary bills for retired dogs cost in the last financial year?

If the cost limit would be exceeded please advise and assist under section 16.
"""
HELMETS = """Dear Sir or Madam,

Under the Freedom of Information Act 2000 please provide the following information.

1. What contract does the force hold for motorcycle helmets, and when does it end?
2. How many helmets were replaced after collisions, by manufacturer?
3. Please send the risk assessment for visors in heavy rain.

If the cost limit would be exceeded please advise and assist under section 16.
"""


class Inbox:
    """Letters come in one by one; each is read, related and recorded as a run would do it."""

    def __init__(self, book: Casebook, *, force: Force = OWN, answers: Answers | None = None) -> None:
        self.book = book
        self.run = book.begin([], {})
        self.force = force
        self.relater = Relater(book, self.run, force=force, answers=answers)
        self.count = 0

    def letter(self, body: str, sender: str = "ann@mail.example", **changes: Any) -> Letter:
        self.count += 1
        plain: dict[str, Any] = {
            "id": hashlib.sha256(f"{body}{sender}{changes}".encode()).hexdigest(),
            "source": f"inbox.mbox#{self.count}",
            "received": datetime(2024, 3, 4, 9, tzinfo=LONDON),
            "received_basis": "received header",
            "subject": "FOI request",
            "sender": Person(name="Ann Other", address=sender),
            "to": ("foi@thornshire.police.uk",),
            "body": body,
        }
        return read_letter(Message(**{**plain, **changes}), self.force)

    def take(
        self, letter: Letter, kind: MessageKind = "new_request", topics: Sequence[str] = (), questions: bool = False
    ) -> Relations:
        tags = tuple(Tag(label=t, score=0.9, suggested=True) for t in topics)
        asked = (
            (Question(id="q1", number="1", parent=None, kind="request", span=(0, len(letter.text)), text=letter.text),)
            if questions
            else ()
        )
        relations = self.relater.relate(letter, Kind(label=kind, score=1.0), Tagged(asked, tags, (), {}))
        self.book.add(self.run, _record(letter, kind, relations))
        return relations


def _record(letter: Letter, kind: MessageKind, relations: Relations) -> TriageRecord:
    return make_record(
        letter, Kind(label=kind, score=1.0), Tagged((), (), (), {}), (), (), (), OWN, related=relations.related,
        duplicate_of=relations.duplicate_of,
    )  # fmt: skip


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Casebook]:
    with Casebook.open(str(tmp_path / "casebook.sqlite")) as opened:
        yield opened


@pytest.fixture
def inbox(book: Casebook) -> Inbox:
    return Inbox(book)


def said(relations: Relations) -> list[tuple[str, str]]:
    return [(r.relation, r.id) for r in relations.related]


def test_letters_without_anything_in_common_are_not_related(inbox: Inbox) -> None:
    assert inbox.take(inbox.letter(DOGS)) == Relations()
    assert inbox.take(inbox.letter(HELMETS, "bob@mail.example")) == Relations()


def test_an_answer_is_in_the_thread_of_what_it_answers_and_of_what_its_headers_name(inbox: Inbox) -> None:
    first = inbox.letter(DOGS, headers={"message-id": "<one@mail.example>"})
    inbox.take(first)
    reply = inbox.letter(
        "Any news of this?", "bob@work.example", headers={"message-id": "<3@x>", "in-reply-to": "<one@mail.example>"}
    )
    assert inbox.take(reply, "chaser").related == (Related(id=first.message.id, relation="thread", score=1.0),)
    # The force's own answer is not in the inbox: both of these name it.
    for body in ("Thank you for yours, but page two is missing.", "And page three is missing too, now I look."):
        last = inbox.letter(body, headers={"references": "<sent@thornshire.police.uk> <other@x>"})
        found = inbox.take(last, "follow_up")
    assert [r.relation for r in found.related] == ["thread"]


def test_letters_that_quote_one_reference_number_in_different_ways_are_in_one_thread(inbox: Inbox) -> None:
    first = inbox.letter("Your reference FOI 15167 is late. Where is the answer?")
    inbox.take(first, "chaser")
    second = inbox.letter(
        "Ref: FOI/15167 - I ask for an internal review of the way this was handled.", "b@mail.example"
    )
    assert said(inbox.take(second, "internal_review")) == [("thread", first.message.id)]


def test_messages_of_one_request_on_a_request_site_are_in_one_thread(inbox: Inbox) -> None:
    site = "request-991122-0a1b2c3d@whatdotheyknow.com"
    first = inbox.letter(DOGS, site)
    inbox.take(first)
    assert said(inbox.take(inbox.letter("The answer is late.", site), "chaser")) == [("thread", first.message.id)]
    other = inbox.letter("The answer is late again.", "request-991123-0a1b2c3d@whatdotheyknow.com")
    assert inbox.take(other, "chaser").related == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [("FOI 15167", "15167"), ("Log No. 001355/22", "CRU 1355/22"), ("01.FOI.23.029461", "01/FOI/23/029461"),
     ("REQUEST-991122", "request-991122")],
)  # fmt: skip
def test_one_reference_has_one_key_however_it_is_written(one: str, other: str) -> None:
    assert reference_key(one) == reference_key(other) != ""


def test_numbers_too_short_to_tell_cases_apart_make_no_key() -> None:
    assert reference_key("FOI 12") == ""
    assert reference_key("251A/24") != reference_key("251B/24")


def test_the_same_words_from_somebody_else_are_the_same_text_whatever_the_wrapping(inbox: Inbox) -> None:
    first = inbox.letter(DOGS)
    inbox.take(first)
    again = inbox.letter("\n".join(DOGS.upper().split(" ")), "bob@mail.example")
    relations = inbox.take(again)
    assert relations.related == (Related(id=first.message.id, relation="same text", score=1.0),)
    assert relations.senders == 1
    assert not relations.other_forces


def test_a_copy_with_a_tenth_of_its_words_changed_is_found(inbox: Inbox) -> None:
    rng = random.Random(1)
    inbox.take(inbox.letter(HELMETS))
    first = inbox.letter(DOGS)
    inbox.take(first)
    words = DOGS.split()
    for place in rng.sample(range(len(words)), len(words) // 10):
        words[place] = rng.choice(HELMETS.split())
    found = inbox.take(inbox.letter(" ".join(words), "bob@mail.example")).related
    assert [(r.relation, r.id) for r in found] == [("same text", first.message.id)]
    assert 0.48 <= found[0].score < 1


def test_boilerplate_alone_relates_no_letters(inbox: Inbox) -> None:
    chaser = "Dear Sir, I have not received a response to my request, which is overdue. Please reply. Yours faithfully"
    inbox.take(inbox.letter(chaser), "chaser")
    assert inbox.take(inbox.letter(chaser, "bob@mail.example"), "chaser").related == ()
    frame = "Under the Freedom of Information Act 2000 please provide {}. Please acknowledge receipt of this request."
    inbox.take(inbox.letter(frame.format("the number of swans rescued from motorways")))
    assert (
        inbox.take(inbox.letter(frame.format("invoices for tuning pianos at headquarters"), "c@x.example")).related
        == ()
    )


@pytest.mark.parametrize(
    ("body", "sender", "kind"),
    [
        (DOGS.replace("Thornshire", "Derwentvale"), "bob@mail.example", "new_request"),
        (DOGS, "foi@derwentvale.police.uk", "other_force"),
    ],
    ids=["addressed to another force", "sent by another force"],
)
def test_the_same_text_with_a_sign_of_another_force_is_a_request_that_goes_round(
    inbox: Inbox, body: str, sender: str, kind: MessageKind
) -> None:
    first = inbox.letter(DOGS)
    inbox.take(first)
    relations = inbox.take(inbox.letter(body, sender), kind)
    assert said(relations) == [("same request to other forces", first.message.id)]
    assert relations.other_forces


def test_a_salutation_is_no_sign_of_another_force_while_the_own_name_is_not_known(book: Casebook) -> None:
    inbox = Inbox(book, force=Force())
    inbox.take(inbox.letter(DOGS.replace("Dear Thornshire Police", "Dear team")))
    assert [r.relation for r in inbox.take(inbox.letter(DOGS, "bob@mail.example")).related] == ["same text"]


CIRCULAR = f"""OFFICIAL SENSITIVE - POLICE EYES ONLY

Log No: 000417/24
Logged with: National

Applicant's Request:
{DOGS}
CRU Advice:
Q1 to 3 No harm in release. Forces should check what their kennels hold before they answer, since records differ, and
consider the time that a search of paper files would take.
"""


@pytest.mark.parametrize("sender", ["npcc.cru@npcc.police.uk", "sergeant@thornshire.police.uk"])
def test_a_circulation_names_the_open_letter_that_asks_the_same_and_stands_in_its_record(
    inbox: Inbox, sender: str
) -> None:
    first = inbox.letter(DOGS)
    inbox.take(first)
    circular = inbox.letter(CIRCULAR, sender, subject="CRU circulation 417/24")
    circular = with_log_number(circular, load_register(), date(2024, 3, 4))
    relations = inbox.take(circular, "cru_circulation")
    assert ("same request to other forces", first.message.id) in said(relations)
    record = _record(circular, "cru_circulation", relations)
    assert record.references[0] == "CRU 417/24"
    assert [r.id for r in record.related if r.relation == "same request to other forces"] == [first.message.id]


def test_a_request_that_comes_after_its_circulation_names_it_and_so_does_one_that_quotes_its_number(
    inbox: Inbox,
) -> None:
    circular = inbox.letter(CIRCULAR, "npcc.cru@npcc.police.uk", subject="CRU circulation 417/24")
    circular = with_log_number(circular, load_register(), date(2024, 3, 4))
    inbox.take(circular, "cru_circulation")
    later = inbox.take(inbox.letter(DOGS, "bob@mail.example"))
    assert said(later) == [("same request to other forces", circular.message.id)]
    assert later.other_forces
    amended = inbox.letter("Our advice on CRU 417/24 has changed: see below.", "npcc.cru@npcc.police.uk")
    amended = msgspec.structs.replace(amended, references=("CRU 417/24",))
    assert ("thread", circular.message.id) in said(inbox.take(amended, "cru_circulation"))


def test_requests_of_one_person_on_one_subject_within_the_period_are_shown(inbox: Inbox) -> None:
    first = inbox.letter(DOGS, "Ann+foi@googlemail.com")
    inbox.take(first, topics=["animals", "money"])
    later = datetime(2024, 5, 20, tzinfo=LONDON)
    second = inbox.letter(HELMETS, "ann@gmail.com", received=later)
    assert inbox.take(second, topics=["money"]).related == (
        Related(id=first.message.id, relation="same person within 60 working days", score=0.5),
    )
    assert inbox.take(inbox.letter(HELMETS + "4. Why?", "ann@gmail.com", received=later), "chaser").related[
        0
    ].relation != ("same person within 60 working days")
    stranger = inbox.letter(HELMETS.replace("helmets", "gloves"), "eve@gmail.com", received=later)
    assert "same person within 60 working days" not in {
        r.relation for r in inbox.take(stranger, topics=["money"]).related
    }


@pytest.mark.parametrize(
    ("topics", "day"), [(["roads"], (5, 20)), (["money"], (6, 3))], ids=["another subject", "too late"]
)
def test_requests_of_one_person_far_apart_in_subject_or_time_are_not(
    inbox: Inbox, topics: list[str], day: tuple[int, int]
) -> None:
    inbox.take(inbox.letter(DOGS), topics=["money"])
    second = inbox.letter(HELMETS, received=datetime(2024, *day, tzinfo=LONDON))
    assert inbox.take(second, topics=topics).related == ()


def test_sixty_working_days_count_the_first_day_and_leave_out_holidays() -> None:
    # From Monday 4 March 2024: 29 March and 1 April are Easter, 6 and 27 May bank holidays, 18 March one in Belfast.
    assert within_period(date(2024, 3, 4), date(2024, 5, 31))
    assert within_period(date(2024, 5, 31), date(2024, 3, 4))
    assert not within_period(date(2024, 3, 4), date(2024, 6, 3))


def test_who_asks_is_an_address_or_on_a_request_site_a_full_name() -> None:
    site = "request-1-0a1b2c3d@whatdotheyknow.com"
    assert applicant_key(Person(name="Dr Ann Other", address=site), "site") == "name:ann other"
    assert applicant_key(Person(name="ANN OTHER", address=site.replace("1-", "2-")), "site") == "name:ann other"
    assert applicant_key(Person(name="Ann", address=site), "site") == ""
    assert applicant_key(Person(name="FOI team", address="foi@derwentvale.police.uk"), "other_force") == ""


def test_the_same_message_in_two_places_of_an_export_is_a_duplicate_of_the_first(inbox: Inbox) -> None:
    headers = {"message-id": "<one@mail.example>"}
    first = inbox.letter(DOGS, headers=headers)
    assert inbox.take(first).duplicate_of is None
    place = read_letter(msgspec.structs.replace(first.message, source="copy.mbox#1"), OWN)
    assert inbox.take(place).duplicate_of == first.message.id
    # Another way through the mail system: other headers, so another id, but the same message.
    sent = inbox.letter(DOGS, headers={**headers, "received": "by relay"})
    relations = inbox.take(sent)
    assert relations.duplicate_of == first.message.id
    assert relations.related == ()
    changed = inbox.letter(HELMETS, headers=headers)
    assert inbox.take(changed).duplicate_of is None


def test_the_next_run_knows_the_letters_of_the_last_and_says_of_each_what_it_said_before(book: Casebook) -> None:
    first = Inbox(book)
    letters = [first.letter(DOGS), first.letter(DOGS, "bob@mail.example"), first.letter(HELMETS)]
    before = [first.take(letter) for letter in letters]
    second = Inbox(book)
    assert [second.take(letter) for letter in letters] == before
    assert before[1].related
    late = second.letter(DOGS, "carol@mail.example")
    assert {r.id for r in second.take(late).related} == {letters[0].message.id, letters[1].message.id}


def test_the_writer_plays_no_part_in_what_counts_as_the_same_text() -> None:
    signed = [
        Message(id=name, source="x", sender=Person(name=name, address=f"{name[:3]}@x.example"),
                body=f"{DOGS}\nYours faithfully,\n{name}")
        for name in ("Ann Other", "Zebedee Quill")
    ]  # fmt: skip
    kind = Kind(label="new_request", score=1.0)
    keys = [find_keys(read_letter(message, OWN), kind, (), OWN).keys for message in signed]
    assert keys[0].applicant != keys[1].applicant
    assert keys[0].text_key == keys[1].text_key
    assert keys[0].signature == keys[1].signature


def test_signatures_estimate_the_share_of_common_shingles() -> None:
    rng = random.Random(4)
    words = [f"w{n}" for n in range(4000)]
    mine = [rng.choice(words) for _ in range(400)]
    half = mine[:200] + [rng.choice(words) for _ in range(200)]
    none = [rng.choice(words) + "x" for _ in range(400)]
    prints = [fingerprint(" ".join(t)) for t in (mine, half, none)]
    scores = similarities(prints[0].signature, [p.signature for p in prints])
    assert scores[0] == 1.0
    assert 0.2 < scores[1] < 0.5
    assert scores[2] < 0.05
    assert set(prints[0].bands) & set(prints[1].bands) != set(prints[0].bands)


def test_a_fingerprint_never_changes_since_casebooks_hold_it() -> None:
    found = fingerprint(DOGS)
    assert found.text_key == "4a6ad9f34d7b65d642324289f27ce8c9"
    assert hashlib.sha256(found.signature + repr(found.bands).encode()).hexdigest()[:16] == "f9241773c28dabd9"


@pytest.mark.parametrize("text", ["", "Thanks.", "\x00\ud7ff \u200f" * 500, "a" * 300_000, "x " * 100_000])
def test_any_text_has_a_fingerprint(text: str) -> None:
    assert fingerprint(text) == fingerprint(text)


class Bag:
    """Stands for the encoder: a text's vector counts its words, by hash."""

    version = "bag"

    def __init__(self) -> None:
        self.texts = 0

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        self.texts += len(texts)
        out = np.zeros((len(texts), 384), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split():
                out[row, int(hashlib.md5(word.strip(".,?").encode()).hexdigest()[:6], 16) % 384] += 1
        return out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9)


ANSWER = """Freedom of Information request 4417

{link}

Request
How many police dogs were retired in each year since 2015, and at what age?

Response
Please find the figures for retired dogs attached below, by year.

Thornshire Police provides you with the right of internal review of decisions by its disclosure unit.
"""


def test_a_question_that_was_answered_in_public_is_shown_with_its_page(book: Casebook, tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.mkdir()
    page = "https://www.thornshire.police.uk/foi-ai/disclosure-2024/dogs"
    (log / "dogs.txt").write_text(ANSWER.format(link=f"See https://ico.org.uk/foi and {page}."), encoding="utf-8")
    (log / "pianos.txt").write_text("We hold no invoices for tuning pianos at headquarters.", encoding="utf-8")
    answers = open_answers(log, book, cast("Encoder", Bag()))
    inbox = Inbox(book, answers=answers)
    asked = "How many police dogs were retired in each year since 2015 and at what age?"
    found = inbox.take(inbox.letter(asked), questions=True).related
    assert [(r.relation, r.link) for r in found] == [("answered before", page)]
    assert found[0].score > 0.9
    assert inbox.take(inbox.letter("Which horses won the county show?", "b@x.example"), questions=True).related == ()
    # A chaser that quotes it asks for nothing that could be answered.
    assert "answered before" not in {r.relation for r in inbox.take(inbox.letter(asked + " "), "chaser").related}
    local = inbox.take(
        inbox.letter("We hold no invoices for tuning pianos at our headquarters?", "d@x.example"), questions=True
    )
    assert [r.link for r in local.related] == [str(log / "pianos.txt")]


def test_published_files_are_encoded_once_and_again_when_they_change(book: Casebook, tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    path = tmp_path / "log" / "dogs.txt"
    path.write_text(ANSWER.format(link=""), encoding="utf-8")
    encoder = Bag()
    for expected in (True, False):
        before = encoder.texts
        assert len(open_answers(tmp_path / "log", book, cast("Encoder", encoder))) == 1
        assert (encoder.texts > before) is expected
    path.write_text(ANSWER.format(link="") + "\nA further line about kennels, blankets and hay.\n", encoding="utf-8")
    before = encoder.texts
    open_answers(tmp_path / "log", book, cast("Encoder", encoder))
    assert encoder.texts > before


def test_a_published_file_that_cannot_be_read_is_a_problem_in_every_run(book: Casebook, tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.mkdir()
    (log / "dogs.txt").write_text(ANSWER.format(link=""), encoding="utf-8")
    (log / "broken.pdf").write_bytes(b"%PDF-1.4\nno more than a beginning")
    for _ in range(2):
        answers = open_answers(log, book, cast("Encoder", Bag()))
        assert len(answers) >= 1
        assert answers.problems
        assert all(str(log / "broken.pdf") in p.part for p in answers.problems)


def test_paragraphs_that_every_response_has_are_no_answers(book: Casebook, tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    common = "Our vision is prompt disclosure, courteous correspondence and neighbourhood confidence."
    for n, own in enumerate(
        ["swans on motorways", "stolen tractors", "choir uniforms", "hovercraft fuel", "bee hives"]
    ):
        (tmp_path / "log" / f"{n}.txt").write_text(
            f"Records about {own} and related matters.\n\n{common}\n", encoding="utf-8"
        )
    answers = open_answers(tmp_path / "log", book, cast("Encoder", Bag()))
    inbox = Inbox(book, answers=answers)
    assert inbox.take(inbox.letter(common), questions=True).related == ()


def test_a_log_that_is_not_there_is_a_usage_error(book: Casebook, tmp_path: Path) -> None:
    with pytest.raises(InputMissing):
        open_answers(tmp_path / "missing", book, cast("Encoder", Bag()))


def test_the_items_of_a_published_document_stand_alone() -> None:
    text = "1. How many drones\nare held by the roads unit?\n2. Which pilots fly drones at night?\n\nThank you for it."
    assert list(paragraphs(text)) == [
        "1. How many drones are held by the roads unit?",
        "2. Which pilots fly drones at night?",
    ]


@pytest.mark.parametrize(
    ("text", "link"),
    [("see https://force.example/ and https://force.example/foi/2024/12.", "https://force.example/foi/2024/12"),
     ("guidance: https://ico.org.uk/foi/guidance", None), ("no link", None)],
)  # fmt: skip
def test_the_own_page_of_a_response_is_told_from_other_links(text: str, link: str | None) -> None:
    assert own_link(text) == link
