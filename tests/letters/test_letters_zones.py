"""Whose words stand where: forty ways in which mail programs, offices and people dress a letter."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from letter_tools import read, words

from classifier.force import Force

if TYPE_CHECKING:
    from collections.abc import Callable

ASK = "Dear Estuary Police,\n\n1. How many swans were rescued in 2021?\n2. What did it cost?"
HEAD = (
    "From: Information Rights <foi@estuary.police.uk>\nSent: 04 January 2024 10:26\nTo: Rhoda Penhallow\n"
    "Subject: FOI 0417/24"
)
OLD = "Thank you for your request, which has been logged.\n1. Have you read our disclosure log?"

# What stands below the newest words, and is older mail.
HISTORIES = {
    "outlook": f"{HEAD}\n\n{OLD}",
    "outlook, bold": "*From:* FOI Team\n*Sent:* 04 January 2024 10:26\n*To:* Rhoda\n*Subject:* RE: FOI 0417/24\n\n"
        "" + OLD,
    "outlook, rule above": f"________________________________\n{HEAD}\n\n{OLD}",
    "outlook, other order": "Subject: FOI 0417/24\nTo: Rhoda\nDate: 4 January 2024 at 10:26:00 GMT\nFrom: FOI "
        "Team\n\n" + OLD,
    "outlook, spaced lines": "From: FOI Team\n\nSent: 04 January 2024 10:26\n\nTo: Rhoda\n\nSubject: FOI 0417/24\n"
        "\n" + OLD,
    "outlook, one line": "From: FOI Team Sent: 04 January 2024 10:26 To: Rhoda Subject: FOI 0417/24\n\n" + OLD,
    "outlook, long list of addressees": "From: FOI Team\nSent: 04 January 2024 10:26\nTo: A Person <a@b.example>;\n"
    "  B Person <b@b.example>\nSubject: FOI 0417/24\n\n" + OLD,
    "welsh": "Oddi wrth: Tîm Gwybodaeth\nAnfonwyd: 04 Ionawr 2024 10:26\nAt: Rhoda\nPwnc: FOI 0417/24\n\n" + OLD,
    "french": "De : Équipe\nEnvoyé : 4 janvier 2024 10:26\nÀ : Rhoda\nObjet : FOI\n\n" + OLD,
    "german": "Von: FOI Team\nGesendet: 4. Januar 2024 10:26\nAn: Rhoda\nBetreff: FOI\n\n" + OLD,
    "original message": f"-----Original Message-----\n{HEAD}\n\n{OLD}",
    "original message, no headers": f"-----Original Message-----\n\n{OLD}",
    "android": "-------- Original message --------\nFrom: FOI <foi@estuary.police.uk>\nDate: 04/01/2024 10:15 "
        "(GMT+00:00)\n"
    "Subject: FOI 0417/24\n\n" + OLD,
    "gmail": "On Thu, 4 Jan 2024 at 10:26, FOI Team <foi@estuary.police.uk> wrote:\n\n> " + OLD.replace("\n", "\n> "),
    "gmail, wrapped": "On Thu, 4 Jan 2024 at 10:26, The Information Rights Team of Estuary Police\n"
    "<foi@estuary.police.uk> wrote:\n\n> " + OLD.replace("\n", "\n> "),
    "gmail, no marks": f"On Thu, 4 Jan 2024 at 10:26, FOI Team <foi@estuary.police.uk> wrote:\n\n{OLD}",
    "apple": "On 4 Jan 2024, at 10:26, FOI Team wrote:\n\n> " + OLD.replace("\n", "\n>\n> "),
    "apple, french": "Le 4 janv. 2024 à 10:26, FOI Team <foi@estuary.police.uk> a écrit :\n\n> "
    + OLD.replace("\n", "\n> "),
    "german, wrote": "Am 04.01.2024 um 10:26 schrieb FOI Team <foi@estuary.police.uk>:\n> " + OLD.replace("\n", "\n> "),
    "marks alone": "> " + OLD.replace("\n", "\n> "),
    "marks, nested": "> I see.\n>\n>> " + OLD.replace("\n", "\n>> ") + "\n> > > Older still",
    "marks round a header": "> From: FOI\n> Sent: 4 January 2024 10:26\n> " + OLD.replace("\n", "\n> "),
    "in their own words": "----------\nBelow is what you sent me\n\n" + OLD,
}  # fmt: skip


@pytest.mark.parametrize("style", HISTORIES)
def test_older_mail_below_is_quoted_and_the_text_ends_above_it(style: str):
    letter = read(f"{ASK}\n\nYours faithfully\nRhoda Penhallow\n\n{HISTORIES[style]}", subject="Re: FOI 0417/24")
    assert letter.text == ASK
    assert "disclosure log" in words(letter, "quoted")
    assert words(letter, "signature") == "Yours faithfully\nRhoda Penhallow"


def test_an_answer_below_the_quoted_mail_is_new():
    body = (
        "On 4 Jan 2024, at 10:26, FOI wrote:\n\n> Which years do you mean?\n> The clock is stopped.\n\n2019 to "
        "2021 please.\n\nRhoda"
    )
    letter = read(body, subject="Re: FOI 0417/24")
    assert letter.text == "2019 to 2021 please."
    assert words(letter, "signature") == "Rhoda"


def test_answers_between_quoted_lines_are_new_and_the_quotes_are_not():
    body = (
        "Answers below.\n\n> Q1. Which years?\n\n2019 and 2020\n\n> Q2. Which districts?\n\nAll of them\n\n> "
        "Thanks, FOI"
    )
    letter = read(body, subject="Re: FOI 0417/24")
    assert letter.text == "Answers below.\n\n2019 and 2020\n\nAll of them"
    assert "Which districts" in words(letter, "quoted")


def test_header_words_in_a_question_are_not_a_mail_header():
    body = (
        "Please send every e-mail that meets these criteria:\n\nFrom: Chief Constable\nTo: Home Office\n"
        "Subject: swans\n"
        "Dates: 1 January 2020 to 31 March 2020\n\nPlease send them as PDF.\n\nRhoda Penhallow"
    )
    letter = read(body)
    assert "From: Chief Constable\nTo: Home Office" in letter.text
    assert "Please send them as PDF." in letter.text


def test_somebody_who_wrote_something_on_a_day_is_not_a_mail_header():
    body = 'On 1 January 2020 the Chief Constable wrote:\n"We will halve it."\n\n1. Was it halved?\n2. When?'
    assert read(body).text == body


def test_bullets_that_look_like_quote_marks_stay_the_writers():
    body = "Please send the number of swans aged:\n> under one year\n> one to five years\n\nThank you\nRhoda"
    assert "one to five years" in read(body).text
    ages = "Ages:\n18 to 30\n31 to 64\n> 65\nand the total"
    assert read(ages).text == ages


def test_the_request_sites_footer_is_cut_from_its_rule_to_the_end():
    footer = (
        "-------------------------------------------------------------------\n\nPlease use this email address for "
        "all replies to"
        " this request:\nrequest-100200-0a1b2c3d@whatdotheyknow.com\n\nIs foi@estuary.police.uk the wrong address "
        "for Freedom of"
        " Information requests? If so, please contact us.\n\nDisclaimer: This message and any reply that you make "
        "will be"
        " published on the internet.\n\nIf you find this service useful, please ask your web manager to link to us."
    )
    letter = read(f"{ASK}\n\nYours faithfully,\n\nRhoda Penhallow\n\n{footer}")
    assert letter.text == ASK
    assert words(letter, "footer") == footer


def test_a_rule_that_divides_a_letter_cuts_nothing():
    body = f"{ASK}\n\n----------\n\n3. And how many geese?\n4. Please list the lakes."
    assert "3. And how many geese?" in read(body).text


@pytest.mark.parametrize(
    "closing",
    [
        "Yours faithfully,\nRhoda Penhallow\nChair, Friends of the Lake\nTel: 01632 960123",
        "Kind regards\n\nRhoda Penhallow (she/her)\nr.penhallow@mail.example | 07700 900123",
        "Many thanks in advance,\nRhoda",
        "Best,\nRhoda\n\nRhoda Penhallow\n4 Tallow Lane\nGreat Thaxby\nGT1 4ZZ",
        "Regards, Rhoda Penhallow",
        "Cofion gorau\nRhoda Penhallow",
        "Rhoda Penhallow",
        "R. Penhallow\nSecretary",
        "Thanks\n\nSent from my iPhone",
        "Get Outlook for Android",
        "-- \nRhoda Penhallow\nLake Warden",
        "Thank you for your help.\nRhoda",
    ],
)
def test_a_closing_and_what_belongs_to_it_is_signature(closing: str):
    letter = read(f"{ASK}\n\n{closing}")
    assert letter.text == ASK
    assert words(letter, "signature").strip() == closing.strip()


@pytest.mark.parametrize(
    "after",
    [
        "PS Please send it as Excel.",
        "NB. I need both years.",
        "3. And how many geese?",
        "I forgot to say that it should cover 2022 too, if you hold it.",
        "Could you also tell me how many geese there were?",
    ],
)
def test_what_is_asked_below_the_name_is_new(after: str):
    letter = read(f"{ASK}\n\nKind regards\nRhoda Penhallow\n\n{after}")
    assert letter.text == f"{ASK}\n\n{after}"


@pytest.mark.parametrize(
    "body",
    [
        "Hi team,\n\nI have some questions about swans. Thanks\n\n1. How many?\n2. Where?",
        "Many thanks\n\nMy questions are:\n\n1. How many swans?\n2. How many geese?",
        "Please give the number of incidents for:\n\nVehicle Crime\n\nKnife Crime",
        "How many officers are trained in each of these?\n\nCounter Terrorism\n\nTaser",
        "I'd like figures for:\nBurglary\nRobbery",
        "Please list\n-- swans rescued\n-- geese rescued\n-- ducks rescued",
        "Best practice guidance on swans, please.\nBest Practice Guidance on geese too.",
    ],
)
def test_nothing_that_is_asked_is_taken_for_a_signature(body: str):
    assert read(body).text == body


@pytest.mark.parametrize(
    "footer",
    [
        "This e-mail is confidential and meant for the addressee alone. If it reached you in error please delete it.",
        "The information in this message may be privileged.\nScanned for viruses by Lakeside IT.",
        "Lakeside Ltd is registered in England no. 01234567. Registered office: 1 Lake Road.",
        "You receive this because you signed up. Unsubscribe here.",
        "__________________________\nViews expressed here are not necessarily those of the Society.",
    ],
)
def test_disclaimers_below_the_name_are_footers(footer: str):
    letter = read(f"{ASK}\n\nKind regards\nRhoda Penhallow\n\n{footer}")
    assert letter.text == ASK
    assert words(letter, "footer") == footer


@pytest.mark.parametrize(
    "banner",
    [
        "OFFICIAL",
        "OFFICIAL - SENSITIVE\nPOLICE EYES ONLY",
        "[EXTERNAL]",
        "[EXTERNAL] This message comes from outside the force. Take care with links.",
        "CAUTION: This email originated from outside the organisation. Do not click links or\nopen attachments "
        "unless you"
        " recognise the sender.",
        "You don't often get email from rhoda@mail.example. Learn why this is important",
        "Page 1 of 2",
    ],
)
def test_marks_and_warnings_are_banners(banner: str):
    letter = read(f"{banner}\n\n{ASK}")
    assert letter.text == ASK
    assert words(letter, "banner") == banner


def test_a_warning_straight_above_the_letter_leaves_the_letter_whole():
    letter = read("CAUTION: external sender, do not open links.\nhow many swans were rescued in 2021?")
    assert letter.text == "how many swans were rescued in 2021?"


def test_a_wrapped_sentence_may_begin_a_line_with_any_word():
    body = (
        "Please list the guidance, internal and\nexternal? And the e-mails\nsent from the force to the council\n"
        "with their dates."
    )
    assert read(body).text == body


LINES = [
    "",
    " ",
    "> a",
    ">> b",
    "From: A <a@b.example>",
    "Sent: 4 January 2024 10:26",
    "Regards",
    "Rhoda Penhallow",
    "-----",
    "-- ",
    "1. How many?",
    "On 4 Jan 2024 at 10:26, A <a@b.example> wrote:",
    "-----Original Message-----",
    "OFFICIAL",
    "Sent from my iPhone",
    "---------- Forwarded message ---------",
    "Please see below.",
    "This e-mail is confidential.",
    "PS and geese?",
    "\u2028x",
    "\x0c",
    "İß",
]


@given(st.lists(st.sampled_from(LINES), max_size=25))
def test_zones_cover_the_whole_in_order_whatever_the_text(lines: list[str]):
    letter = read("\n".join(lines), documents=(("a.pdf", "Dear Sir\nHow many?"),))
    at = 0
    for zone in letter.zones:
        assert zone.start == at
        assert zone.end > zone.start
        at = zone.end
    assert at == len(letter.whole)
    assert len(letter.blind) == len(letter.text)
    assert all(a.kind != b.kind for a, b in zip(letter.zones, letter.zones[1:], strict=False))


def test_an_empty_message_is_an_empty_letter():
    letter = read("", subject="")
    assert (letter.whole, letter.text, letter.zones) == ("", "", ())


SHAPES: list[Callable[[int], str]] = [
    lambda n: "On " + "a " * n,
    lambda n: "> x\n" * n,
    lambda n: "a" * n,
    lambda n: ">" * n,
    lambda n: "\n" * n,
    lambda n: "From: a\n" * n,
    lambda n: "a wrote:\n" * n,
    lambda n: "-----\n" * n,
    lambda n: "I am a " * n,
    lambda n: "thanks\n" * n,
    lambda n: "1234/21 " * n,
    lambda n: "a@" * n,
    lambda n: "my name is " * n,
    lambda n: " " * n + "x",
]


@pytest.mark.parametrize("shape", SHAPES)
def test_time_grows_with_the_length_and_no_faster(shape: Callable[[int], str]):
    def spent(n: int) -> float:
        text = shape(n)
        best = 9.0
        for _ in range(3):
            start = time.process_time()
            read(text, force=Force())
            best = min(best, time.process_time() - start)
        return best

    small, large = spent(1_000), spent(8_000)
    # Eight times the text: a quadratic step would cost sixty-four times as much.
    assert large < 24 * small + 0.05


def test_a_megabyte_on_one_line_and_forty_thousand_quoted_lines_are_read_in_seconds():
    start = time.process_time()
    read("how many swans " * 70_000)
    read("> a\n" * 40_000)
    assert time.process_time() - start < 5
