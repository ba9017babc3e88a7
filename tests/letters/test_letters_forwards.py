"""Messages that hand a letter on: whose words are the letter, who wrote it, and when it first arrived."""

from __future__ import annotations

from datetime import datetime

import pytest
from letter_tools import LONDON, Who, message, read, words

from classifier.force import Force
from classifier.letters import read_letter
from classifier.letters.dates import parse_header_date

REQUEST = "Dear Sir or Madam\n\n1. How many swans were rescued in 2021?\n2. Which lakes were they on?"
SIGNED = REQUEST + "\n\nYours faithfully\nAda Loveless"
FROM_ADA = "From: Ada Loveless <ada@lake.example>\nSent: 28 February 2024 18:02\nTo: Front Desk\nSubject: Swans"
DESK: Who = {"name": "Front Desk", "address": "frontdesk@estuary.police.uk"}


@pytest.mark.parametrize(
    ("note", "subject"),
    [
        ("Hi team,\n\nOne for you, came to the front desk mailbox. Thanks", "Freedom of Information request"),
        ("", "FW: Swans"),
        ("FYI", "Fwd: Swans"),
        ("Please see below.\n\nRegards\nPC 1234 Bellamy\nEstuary Police", "FW: Swans"),
        ("Good morning\n\nCan you deal with this please? Not one for us.\n\nMany thanks", "Swans"),
        ("Forwarding as discussed - is this one for you?", "RE: Swans"),
        ("FOI request below, received in our inbox this morning.", "Swans"),
    ],
)
@pytest.mark.parametrize(
    "mark", ["", "-----Original Message-----\n", "---------- Forwarded message ---------\n", "________________\n"]
)
def test_a_note_that_hands_a_request_on_gives_the_request_alone(note: str, subject: str, mark: str):
    letter = read(f"{note}\n\n{mark}{FROM_ADA}\n\n{SIGNED}", subject=subject, **DESK)
    assert letter.text == REQUEST
    assert letter.applicant.name == "Ada Loveless"
    assert letter.applicant.address == "ada@lake.example"
    assert letter.sender_class == "public"
    assert words(letter, "forwarded") == REQUEST
    assert "Sent: 28 February" in words(letter, "banner")


@pytest.mark.parametrize(
    "own",
    [
        "We have had no reply to the below. When will it be answered?",
        "Please see below. I would like to complain about how this was handled, it is overdue.",
        "I am forwarding my request again. Any update?",
        "Please tell me how many geese as well.",
    ],
)
def test_a_forwarder_who_asks_or_chases_is_the_author(own: str):
    letter = read(f"{own}\n\n{FROM_ADA}\n\n{SIGNED}", subject="FW: Swans", name="Bo Carter", address="bo@lake.example")
    assert letter.text == own
    assert "Which lakes" in words(letter, "quoted")
    assert letter.applicant.name == "Bo Carter"


def test_the_forces_own_mail_below_an_applicants_words_is_history_whatever_the_subject():
    block = (
        "-----Original Message-----\nFrom: FOI Team <foi@estuary.police.uk>\nSent: 2 January 2024 10:26\n"
        "Subject: FOI 1/24\n\nIs it clear?"
    )
    for subject in ("FW: FOI 1/24", "FOI 1/24"):
        letter = read(f"See below, this is what I want:\n\n1. How many swans?\n\n{block}", subject=subject)
        assert letter.text == "See below, this is what I want:\n\n1. How many swans?"
        assert letter.sender_class == "public"


def test_a_short_request_above_history_is_not_taken_for_a_cover_note():
    block = (
        "-----Original Message-----\nFrom: Info Rights\nSent: 2 January 2024 10:26\nTo: Ada\nSubject: RE: "
        "hello\n\nPlease write in."
    )
    assert read(f"How many swans?\n\n{block}", subject="Swans").text == "How many swans?"


def test_a_chain_of_colleagues_gives_the_first_letter():
    body = (
        "One for you\n\nFrom: PC Bellamy <bellamy@estuary.police.uk>\nSent: 01 March 2024 09:00\nTo: Front Desk\n"
        "Subject: FW: Swans\n\n"
        f"Please see below, came to the station.\n\nPC Bellamy\n\n{FROM_ADA}\n\n{SIGNED}"
    )
    letter = read(body, subject="FW: Swans", **DESK)
    assert letter.text == REQUEST
    assert letter.applicant.address == "ada@lake.example"
    assert (letter.received, letter.received_basis) == (datetime(2024, 2, 28, 18, 2, tzinfo=LONDON), "letter")


def test_a_forward_with_every_line_quoted_is_read():
    quoted = "\n".join(f"> {line}".rstrip() for line in f"{FROM_ADA}\n\n{SIGNED}".split("\n"))
    letter = read(f"Begin forwarded message:\n\n{quoted}", subject="Fwd: Swans", **DESK)
    assert letter.text == REQUEST
    assert words(letter, "forwarded").startswith("> Dear Sir")


def test_the_history_below_a_forwarded_letter_is_still_history():
    older = (
        "From: FOI <foi@estuary.police.uk>\nSent: 20 February 2024 10:00\nTo: Ada\nSubject: Swans\n\nWhich "
        "swans do you mean?"
    )
    letter = read(f"FYI\n\n{FROM_ADA}\n\nThe white ones.\n\nAda Loveless\n\n{older}", subject="FW: Swans", **DESK)
    assert letter.text == "The white ones."
    assert "Which swans" in words(letter, "quoted")


def test_a_request_forwarded_by_a_colleague_counts_from_its_first_arrival():
    letter = read(f"One for you\n\n{FROM_ADA}\n\n{SIGNED}", **DESK)
    assert letter.received == datetime(2024, 2, 28, 18, 2, tzinfo=LONDON)
    assert letter.received_basis == "letter"


def test_a_letter_that_reached_somebody_else_first_counts_from_when_it_came_to_us():
    block = FROM_ADA.replace("To: Front Desk", "To: Bo Carter MP <bo@parliament.example>")
    letter = read(f"Please find my constituent's request below.\n\n{block}\n\n{SIGNED}", subject="Fwd: Swans",
                  name="Bo Carter MP", address="bo@parliament.example")  # fmt: skip
    assert letter.text == REQUEST
    assert letter.received == datetime(2024, 3, 5, 9, 30, tzinfo=LONDON)


def test_a_later_date_in_the_block_changes_nothing():
    letter = read(f"One for you\n\n{FROM_ADA.replace('28 February 2024', '28 April 2024')}\n\n{SIGNED}", **DESK)
    assert letter.received_basis == "date header"


def test_a_printed_message_is_read_from_below_its_own_header():
    mail = message(f"{FROM_ADA}\n\n{SIGNED}", name="", address="", to=(), subject="", received=None)
    letter = read_letter(mail, Force())
    assert letter.text == REQUEST
    assert letter.applicant.address == "ada@lake.example"
    assert letter.received == datetime(2024, 2, 28, 18, 2, tzinfo=LONDON)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "Please see attached my FOI request.\n\nRegards\nRhoda",
        "Dear FOI team\n\nI attach a letter for your attention.",
    ],
)
def test_an_attached_letter_is_the_text_where_the_mail_only_hands_it_over(body: str):
    letter = read(body, documents=(("request.pdf", SIGNED),))
    assert letter.text == REQUEST
    assert letter.whole.endswith(SIGNED)


def test_an_attached_paper_stays_out_of_the_text():
    paper = "Swan rescue statistics\n2019 14\n2020 17"
    letter = read(
        "How many swans were rescued in 2021? The earlier ones are attached.", documents=(("table.pdf", paper),)
    )
    assert letter.text == "How many swans were rescued in 2021? The earlier ones are attached."
    assert words(letter, "quoted") == paper
    scan = read(
        "Please find attached my passport.\n\nRhoda Penhallow", documents=(("id.pdf", "UNITED KINGDOM\nPENHALLOW"),)
    )
    assert scan.text == "Please find attached my passport."


def test_an_attached_letter_beside_a_real_request_is_set_apart_as_forwarded():
    letter = read("Please tell me how many geese were rescued in 2020.", documents=(("old.docx", SIGNED),))
    assert letter.text == "Please tell me how many geese were rescued in 2020."
    assert "How many swans" in words(letter, "forwarded")


def test_two_attached_letters_are_both_read():
    letter = read(
        "See attached requests.", documents=(("a.pdf", SIGNED), ("b.pdf", "Dear Sir\n\nHow many geese in 2020?"))
    )
    assert letter.text == f"{REQUEST}\n\nDear Sir\n\nHow many geese in 2020?"


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("04 March 2024 18:02", "2024-03-04T18:02:00+00:00"),
        ("Wednesday, November 6, 2019 4:48:10 PM", "2019-11-06T16:48:10+00:00"),
        ("Mon, 19 May 2025 at 15:30", "2025-05-19T15:30:00+01:00"),
        ("06/12/2021 10:15 (GMT+00:00)", "2021-12-06T10:15:00+00:00"),
        ("3 May 2021 at 10:00:00 BST", "2021-05-03T10:00:00+01:00"),
        ("Tue, 6 Jul 2021 09:15:00 +0000", "2021-07-06T10:15:00+01:00"),
        ("2021-07-06 09:15", "2021-07-06T09:15:00+01:00"),
        ("12:05 am on 1 Sept 2020", "2020-09-01T00:05:00+01:00"),
        ("4 janvier 2024 10:26", "2024-01-04T10:26:00+00:00"),
        ("04 Ionawr 2024 10:26", "2024-01-04T10:26:00+00:00"),
        ("1 January 2020", "2020-01-01T00:00:00+00:00"),
    ],
)
def test_header_dates_are_read_as_london_time(written: str, iso: str):
    found = parse_header_date(written)
    assert found is not None
    assert found.isoformat() == iso


@pytest.mark.parametrize(
    "written", ["", "last Tuesday", "32/13/2021 10:00", "any date", "2020", "30 February 2021 10:00"]
)
def test_what_names_no_day_gives_none(written: str):
    assert parse_header_date(written) is None
