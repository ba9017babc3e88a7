"""What is told of a letter without asking what it is about: sender, references, regime, validity, protection, kind."""

from __future__ import annotations

import pytest
from letter_tools import Who, message, read

from classifier.force import Force, ReferenceFormat
from classifier.letters import check_validity, kind_by_rule, kind_features, read_letter
from classifier.letters.features import FEATURE_NAMES
from classifier.records import Message


@pytest.mark.parametrize(
    ("address", "name", "expected"),
    [
        ("ada@mail.example", "Ada Loveless", "public"),
        ("reporter@police.example.com", "A Reporter", "public"),
        ("request-715313-0a1b2c3d@whatdotheyknow.com", "Ada Loveless", "site"),
        ("foi+request-715313-0a1b2c3d@messages.whatdotheyknow.com", "Ada", "site"),
        ("fleet@estuary.police.uk", "Fleet", "own_force"),
        ("bo@estuary.pnn.police.uk", "Bo", "own_force"),
        ("noreply@careers.estuary.police.uk", "Careers", "own_force"),
        ("foi@northmoor.police.uk", "Northmoor FOI", "other_force"),
        ("cru.mailbox@npcc.police.uk", "NPCC CRU Mailbox", "cru"),
        ("foi.referral@npcc.police.uk", "POLICE FOI REFERRAL Mailbox", "cru"),
        ("icocasework@ico.org.uk", "ICO Casework", "regulator"),
        ("grc@justice.gov.uk", "GRC", "regulator"),
        ("probation@justice.gov.uk", "Probation", "public"),
        ("MAILER-DAEMON@relay.example", "Mail Delivery Subsystem", "automatic"),
        ("", "", "unknown"),
    ],
)
def test_the_class_of_sender(address: str, name: str, expected: str):
    assert read("How many swans?", address=address, name=name).sender_class == expected


def test_the_force_file_names_the_own_domains():
    force = Force(mail_domains=("thames.example",))
    assert read("x", address="bo@thames.example", force=force).sender_class == "own_force"
    assert read("x", address="bo@estuary.police.uk", force=force).sender_class == "other_force"


def test_two_people_at_a_public_mail_provider_are_no_colleagues():
    assert read("x", address="ada@gmail.com", to=("someone@gmail.com",)).sender_class == "public"


def test_addressees_may_be_written_with_their_names():
    assert read("x", address="bo@estuary.police.uk", to=("FOI <foi@estuary.police.uk>",)).sender_class == "own_force"


@pytest.mark.parametrize(
    ("headers", "subject"),
    [
        ({"auto-submitted": "auto-replied"}, "Re: swans"),
        ({"auto-submitted": "auto-generated"}, "Ticket"),
        ({"return-path": "<>"}, "Swans"),
        ({"x-failed-recipients": "a@b.example"}, "Swans"),
        ({}, "Automatic reply: FOI 12/24"),
        ({}, "Undeliverable: FOI 12/24"),
        ({}, "Out of office Re: swans"),
    ],
)
def test_machines_are_known_by_headers_or_fixed_subjects(headers: dict[str, str], subject: str):
    letter = read("I am away until Monday. Your message has been received.", headers=headers, subject=subject)
    assert letter.sender_class == "automatic"
    kind = kind_by_rule(letter)
    assert kind is not None
    assert kind.label == "acknowledgement"
    assert kind.because


def test_a_header_that_says_no_machine_sent_it_is_believed():
    assert (
        read("How many?", headers={"auto-submitted": "no", "x-auto-response-suppress": "All"}).sender_class == "public"
    )


def test_a_request_that_a_web_form_sent_is_left_to_the_model():
    body = "A new FOI request has been submitted:\n1. How many swans?"
    letter = read(body, headers={"auto-submitted": "auto-generated"}, subject="Form submission")
    assert kind_by_rule(letter) is None


@pytest.mark.parametrize(
    ("subject", "body", "found"),
    [
        ("FOI 15167 swans", "", ("FOI 15167",)),
        ("RE: FOI/22/0519", "", ("FOI/22/0519",)),
        ("swans", "my ref FOI 0573/23 please", ("FOI 0573/23",)),
        ("swans", "our reference 01.FOI.23.029461", ("01.FOI.23.029461",)),
        ("Appeal 01/FOI/24/005802/O", "", ("01/FOI/24/005802/O",)),
        ("FOI-120-2024", "", ("FOI-120-2024",)),
        ("swans", "Your ref: 251A/24", ("251A/24",)),
        ("0765 2022/23 swans", "", ("0765 2022/23",)),
        ("swans", "Ref 20/09/1088", ("20/09/1088",)),
        ("667 - 24 swans", "", ("667 - 24",)),
        ("swans", "Requests 0702/25 and 0703/25", ("0702/25", "0703/25")),
        ("2022-1544 swans", "", ("2022-1544",)),
        ("swans", "Reference No: 10273", ("10273",)),
        ("swans", "F-2022-01268 and IM-FOI-2021-0942", ("F-2022-01268", "IM-FOI-2021-0942")),
        ("Decision IC-76752-Z6P5", "FS50631182", ("IC-76752-Z6P5", "FS50631182")),
        ("EA/2010/0174", "see [2023] UKFTT 824 (GRC)", ("EA/2010/0174", "[2023] UKFTT 824 (GRC)")),
        ("Log No. 43/23 - swans", "CRU Case No 000934/19", ("Log No. 43/23", "CRU Case No 000934/19")),
        ("swans", "write to request-715313-0a1b2c3d@whatdotheyknow.com", ("request-715313",)),
        ("FOI 15167", "I refer to FOI 15167 and foi15167", ("FOI 15167",)),
    ],
)
def test_references_are_found_as_written(subject: str, body: str, found: tuple[str, ...]):
    assert read(body, subject=subject).references == found


@pytest.mark.parametrize(
    "body",
    [
        "For 2019/20 and 2020/21, and on 20/09/2021, how many?",
        "Freedom of Information Act 2000, from 1 January 2019 to 31/12/2020",
        "Ring 01632 960238 or 07700 900123.",
        "My crime reference 20/0551873 and incident 388.",
        "Between 18:00 and 20:30, aged 18-24, section 40(2), 24/7",
        "the years 2018-2021, 2019/2020 and 2022",
        "It cost £1,250/50 and 100-200 people came.",
    ],
)
def test_dates_years_ages_and_telephones_are_no_references(body: str):
    assert read(body, subject="swans").references == ()


def test_history_gives_the_reference_only_where_the_new_words_have_none():
    history = (
        "\n\nFrom: FOI <foi@estuary.police.uk>\nSent: 4 January 2024 10:26\nSubject: x\n\nYour request FOI "
        "0417/24 is logged."
    )
    assert read(f"Any news?{history}", subject="Re: swans").references == ("FOI 0417/24",)
    assert read(f"Any news on FOI 0999/23?{history}", subject="Re: swans").references == ("FOI 0999/23",)


def test_a_forces_own_format_is_found_by_example_or_expression():
    force = Force(reference=ReferenceFormat(examples=("EST~2024~17",)))
    assert read("About EST~2023~204", subject="x", force=force).references == ("EST~2023~204",)
    force = Force(reference=ReferenceFormat(pattern=r"E\d{3}#\d"))
    assert read("About E123#4", subject="x", force=force).references == ("E123#4",)


@pytest.mark.parametrize(
    ("body", "regime"),
    [
        ("Under the Freedom of Information Act, how many swans?", "foi"),
        ("How many swans were rescued?", "foi"),
        ("Under the Environmental Information Regulations please send the noise readings at the range.", "eir"),
        ("Please send the soil survey and noise readings for the range.", "eir"),
        ("Subject access request: please send me my custody record.", "subject_access"),
        ("Under FOI please send everything you hold about me.", "subject_access"),
        ("1. Under FOI, how many searches were there? 2. As a subject access request, my own search form.", "mixed"),
        ("Thank you, that is all I needed.", "none"),
    ],
)
def test_the_law_follows_what_is_asked(body: str, regime: str):
    assert read(body, subject="swans").regime == regime


@pytest.mark.parametrize(
    ("name", "address", "body", "valid"),
    [
        ("Ada Loveless", "ada@mail.example", "How many swans?", (True, True, True)),
        ("A. Loveless", "ada@mail.example", "How many swans?", (True, True, True)),
        ("Mr Loveless", "ada@mail.example", "How many swans?", (True, True, True)),
        ("Ada", "ada@mail.example", "How many swans?", (False, True, True)),
        ("Concerned of Cattlegate", "c@mail.example", "How many swans?", (False, True, True)),
        ("", "", "How many swans?", (False, False, True)),
        ("", "", "How many swans?\n\nYours faithfully\nAda Loveless\n4 Tallow Lane\nTN1 1AA", (True, True, True)),
        ("Ada Loveless", "ada@mail.example", "Hello there.", (True, True, False)),
        ("ada99", "ada@mail.example", "How many swans? My name is Ada Loveless.", (False, True, True)),
    ],
)
def test_section_8_name_address_and_description(name: str, address: str, body: str, valid: tuple[bool, bool, bool]):
    found = check_validity(read(body, name=name, address=address, subject="x"))
    assert (found.name, found.address, found.description) == valid


EYES = "OFFICIAL - SENSITIVE\nPOLICE EYES ONLY\n\nNot to be distributed outside of the police network\n\n"
CIRCULAR = EYES + "Log Number: 101/24\nCase worker: Bo\n\nApplicants Request:\n1. How many swans?"


def test_a_circular_is_protected_and_known_by_its_form_from_any_address():
    for address in ("cru@npcc.police.uk", "someone@npcc.example"):
        letter = read(CIRCULAR, name="Mailbox", address=address, subject="Log No. 101/24 - CRU Circulation")
        assert letter.sender_class == "cru"
        assert letter.protected
        kind = kind_by_rule(letter)
        assert kind is not None
        assert kind.label == "cru_circulation"


def test_a_colleagues_note_above_a_circular_is_protected_too():
    block = "From: NPCC CRU Mailbox\nSent: 4 January 2024 10:26\nTo: all\nSubject: Log No. 101/24\n\n"
    letter = read(
        f"Do we hold this?\n\n{block}{CIRCULAR}",
        name="Bo",
        address="bo@estuary.police.uk",
        subject="RE: Log No. 101/24",
    )
    assert letter.sender_class == "own_force"
    assert letter.protected


def test_a_request_about_such_papers_is_not_protected():
    letter = read("Please send all papers marked POLICE EYES ONLY about swans, and your CRU log numbers.")
    assert not letter.protected
    assert letter.sender_class == "public"


SITE: Who = {"name": "Ada Loveless", "address": "request-715313-0a1b2c3d@whatdotheyknow.com"}


def test_the_sites_fixed_subjects_decide():
    first = kind_by_rule(read("How many swans?", subject="Freedom of Information request - Swans", **SITE))
    assert first is not None
    assert first.label == "new_request"
    review = kind_by_rule(
        read("I am writing to request an internal review of your handling.",
             subject="Internal review of Freedom of Information request - Swans", **SITE)
    )  # fmt: skip
    assert review is not None
    assert review.label == "internal_review"
    assert kind_by_rule(read("Any news?", subject="Re: Freedom of Information request - Swans", **SITE)) is None
    own = read("Please send what you hold about me.", subject="Freedom of Information request - me", **SITE)
    assert kind_by_rule(own) is None


def test_the_regulators_letter_is_known_and_their_newsletter_is_not_one():
    ico: Who = {"name": "ICO Casework", "address": "icocasework@ico.org.uk"}
    kind = kind_by_rule(read("Please send your submissions.", subject="IC-10000-A1B2", **ico))
    assert kind is not None
    assert kind.label == "regulator"
    news = read(
        "Our newsletter this month.", subject="ICO newsletter", headers={"list-unsubscribe": "<mailto:x@y>"}, **ico
    )
    assert kind_by_rule(news) is None


def test_bulk_mail_is_marketing_unless_it_asks_under_the_act():
    headers = {"list-unsubscribe": "<mailto:x@y.example>"}
    kind = kind_by_rule(read("Join our webinar! Early bird ends soon. Unsubscribe", subject="Webinar", headers=headers))
    assert kind is not None
    assert kind.label == "marketing"
    ask = read("Under the Freedom of Information Act, how many swans? Unsubscribe", subject="FOI", headers=headers)
    assert kind_by_rule(ask) is None


def test_a_forwarded_letter_of_the_regulator_is_the_regulators():
    block = (
        "From: ICO Casework <icocasework@ico.org.uk>\nSent: 4 March 2024 10:26\nTo: Legal\nSubject: IC-10000-A1B2\n\n"
    )
    letter = read(f"One for you\n\n{block}Please send your submissions.", subject="FW: IC-10000-A1B2",
                  name="Legal", address="legal@estuary.police.uk")  # fmt: skip
    kind = kind_by_rule(letter)
    assert kind is not None
    assert kind.label == "regulator"


def test_an_ordinary_letter_is_left_to_the_model():
    assert kind_by_rule(read("How many swans? I am cross.", subject="swans")) is None


def test_features_have_fixed_names_and_lie_between_nought_and_one():
    empty = kind_features(read_letter(Message(id="e", source="e"), Force()))
    full = kind_features(
        read("HOW MANY?????\n1. a?\n2. b?\n\nRegards\nRhoda\n\n> old", subject="Re: FOI 0417/24 review")
    )
    assert tuple(empty) == tuple(full) == FEATURE_NAMES
    assert all(0 <= v <= 1 for v in full.values())
    assert full["reply"] == full["history"] == full["reference_in_subject"] == full["sender_public"] == 1
    assert empty["empty"] == empty["sender_unknown"] == 1


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("chase", "This is now overdue, any update?"),
        ("internal_review", "I request an internal review."),
        ("withdraw", "Please withdraw my request."),
        ("media", "Can the press office give a statement on this?"),
        ("own_data", "This is a subject access request."),
        ("marketing", "Unsubscribe from our webinar list."),
        ("third_party", "We act for our client."),
        ("complaint", "I wish to complain about PC 1."),
        ("clarify", "To clarify, calendar years please."),
    ],
)
def test_each_sign_answers_to_its_words(name: str, body: str):
    assert kind_features(read(body))[name] == 1
    assert kind_features(read("How many swans were rescued in 2021?"))[name] == 0


def test_the_same_message_gives_the_same_letter():
    mail = message("How many swans?\n\nRegards\nRhoda")
    assert read_letter(mail, Force()) == read_letter(mail, Force())
