"""Mail: what is body, what is enclosed, who wrote when, and every way in which mail is broken."""

from __future__ import annotations

import base64
import hashlib
from datetime import date, datetime
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from intake_tools import codes, docx, down, paragraph, pdf, read_all, read_one

from classifier.intake import Limits

LONDON = ZoneInfo("Europe/London")
HEAD = (
    b"From: Ann Smith <ann@example.org>\nTo: FOI <foi@police.example>\nSubject: Drones\n"
    b"Date: Tue, 02 Jul 2024 23:30:00 +0000\n"
)


def mail(text: str = "", html: str = "", **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Ann Smith <ann@example.org>", "foi@police.example", "Drones"
    message["Date"] = "Tue, 05 Mar 2024 09:30:00 +0000"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    if text or not html:
        message.set_content(text)
    if html:
        (message.add_alternative if text else message.set_content)(html, subtype="html")
    return message


def test_a_plain_mail_gives_its_fields_and_the_hash_of_its_bytes() -> None:
    data = HEAD + b"Message-ID: <1@example.org>\n\nDear Sir,\n\n1. How many?\n"
    message = read_one(data)
    assert message.id == hashlib.sha256(data).hexdigest()
    assert message.body == "Dear Sir,\n\n1. How many?"
    assert (message.sender.name, message.sender.address) == ("Ann Smith", "ann@example.org")
    assert message.to == ("FOI <foi@police.example>",)
    assert message.headers["message-id"] == "<1@example.org>"
    assert message.problems == ()


def test_times_are_in_london_so_that_a_late_evening_is_the_next_day() -> None:
    message = read_one(HEAD + b"\nHi")
    assert message.received == datetime(2024, 7, 3, 0, 30, tzinfo=LONDON)
    assert message.received_basis == "date header"


def test_receipt_is_when_the_authoritys_first_server_took_it_in() -> None:
    hops = (
        b"Received: from gateway.kent.police.uk by mail.kent.police.uk; Thu, 04 Jul 2024 09:00:00 +0100\n"
        b"Received: from mx.sender.example by gateway.kent.police.uk; Wed, 03 Jul 2024 08:00:00 +0100\n"
        b"Received: from home by mx.sender.example; Mon, 01 Jul 2024 08:00:00 +0100\n"
    )
    message = read_one(hops + HEAD + b"\nHi")
    assert message.received == datetime(2024, 7, 3, 8, 0, tzinfo=LONDON)
    assert message.received_basis == "received header"


def test_a_senders_own_received_lines_cannot_move_the_day_of_receipt() -> None:
    hops = (
        b"Received: from x by mx.essex.police.uk; Thu, 04 Jul 2024 09:00:00 +0100\n"
        b"Received: from y by elsewhere.example; Thu, 04 Jul 2024 08:59:00 +0100\n"
        b"Received: from z by mx.essex.police.uk; Mon, 01 Jan 2024 09:00:00 +0000\n"
    )
    assert read_one(hops + HEAD + b"\nHi").received == datetime(2024, 7, 4, 9, 0, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        (b"Tue, 2 Jul 2024 10:00 BST", datetime(2024, 7, 2, 10, 0, tzinfo=LONDON)),
        (b"2 Jul 24 10:00:00 GMT", datetime(2024, 7, 2, 11, 0, tzinfo=LONDON)),
        (b"Mon, 02 Jul 2024 10:00:00 +0100 (wrong weekday)", datetime(2024, 7, 2, 10, 0, tzinfo=LONDON)),
    ],
)
def test_dates_are_read_as_mail_programs_write_them(written: bytes, day: datetime) -> None:
    assert read_one(b"From: a@b.example\nSubject: x\nDate: " + written + b"\n\nHi").received == day


def test_mail_without_any_date_takes_the_day_given_as_an_option_or_none() -> None:
    data = b"From: a@b.example\nTo: c@d.example\nSubject: x\n\nHi"
    assert read_one(data).received is None
    assert read_one(data).received_basis == "none"
    given = read_one(data, received=date(2024, 3, 5))
    assert given.received == datetime(2024, 3, 5, 0, 0, tzinfo=LONDON)
    assert given.received_basis == "option"


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        (b"Cost of \xa3100 \x96 fines", "Cost of £100 – fines"),
        ("Cost of £100".encode(), "Cost of £100"),
        (b"=?utf-8?Q?Caf=C3=A9?= =?utf-8?Q?_noise?=", "Café noise"),
        (b"=?utf-8?B?4oKs?= 5", "€ 5"),
        (b"=?utf-8?B?4oI=?= =?utf-8?B?rA==?=", "€"),
        (b"=?x-unknown?Q?abc?=", "abc"),
        (b"=?iso-8859-1?Q?=93quoted=94?=", "“quoted”"),
        (b"one\nSubject: two", "one"),
        (b"folded\n over lines", "folded over lines"),
    ],
)
def test_subjects_survive_what_mail_programs_do_to_them(raw: bytes, subject: str) -> None:
    assert read_one(b"Date: x\nFrom: a@b.example\nSubject: " + raw + b"\n\nHi").subject == subject


@pytest.mark.parametrize(
    ("label", "data", "text"),
    [
        ("x-klingon", "£5".encode(), "£5"),
        ("utf-8", b"\x93hello\x94 \xa35", "“hello” £5"),
        ("us-ascii", b"caf\xe9", "café"),
        ("iso-8859-1", b"it\x92s", "it’s"),
        ("iso-8859-1", "it’s".encode(), "it’s"),
        ("utf-16", "£5".encode("utf-16"), "£5"),
        ("punycode", b"abc-", "abc-"),
        ("base64", b"abc", "abc"),
    ],
)
def test_text_is_read_whatever_its_charset_claims(label: str, data: bytes, text: str) -> None:
    packed = base64.b64encode(data)
    head = f"Content-Type: text/plain; charset={label}\nContent-Transfer-Encoding: base64\n\n".encode()
    assert read_one(HEAD + head + packed).body == text


def test_html_alone_becomes_text_with_its_numbers() -> None:
    message = read_one(bytes(mail(html="<p>Dear Sir</p><ol start=2><li>How many?</li><li>Why?</li></ol>")))
    assert message.body == "Dear Sir\n\n2. How many?\n3. Why?"


def test_the_plain_form_wins_unless_it_lost_the_numbers_or_is_a_stub() -> None:
    rich = "<p>Dear Sir</p><ol><li>How many cars?</li><li>How many vans?</li></ol>"
    assert read_one(bytes(mail("Dear Sir\n1. How many cars?\n2. How many vans?\nplain", rich))).body.endswith("plain")
    assert "2. How many vans?" in read_one(bytes(mail("Dear Sir\nHow many cars?\nHow many vans?", rich))).body
    long = "<p>" + "Please tell me about drones. " * 30 + "</p>"
    assert "drones" in read_one(bytes(mail("Your program cannot show HTML.", long))).body


def test_flowed_text_is_joined_again() -> None:
    data = HEAD + b"Content-Type: text/plain; format=flowed\n\nHow many \ncars?\n> old \n> text\n-- \nAnn"
    assert read_one(data).body == "How many cars?\n> old\n> text\n-- \nAnn"


def test_attachments_are_listed_with_the_type_of_their_content_and_read_where_they_can_be() -> None:
    message = mail("See attached.")
    letter = pdf(down("Dear Sir,", "1. How many drones?"))
    message.add_attachment(letter, maintype="application", subtype="octet-stream", filename="letter.bin")
    message.add_attachment(
        docx(paragraph("How many vans?")), maintype="application", subtype="msword", filename="a.doc"
    )
    message.add_attachment(b"PK\x03\x04....xl/workbook.xml", maintype="application", subtype="x", filename="table.xlsx")
    message.add_attachment(b"\x89PNG\r\n\x1a\n..", maintype="image", subtype="png", filename="logo.png")
    found = read_one(bytes(message))
    assert [(a.name, a.read) for a in found.attachments] == [
        ("letter.bin", True), ("a.doc", True), ("table.xlsx", False), ("logo.png", False),
    ]  # fmt: skip
    assert found.attachments[0].type == "application/pdf"
    assert found.attachments[0].bytes == len(letter)
    assert [d.text for d in found.documents] == ["Dear Sir,\n1. How many drones?", "How many vans?"]
    assert codes(found) == ["attachment-unknown-format"]


def test_an_empty_mail_with_a_picture_asks_for_a_person_and_one_with_nothing_is_empty() -> None:
    message = mail("\n")
    message.add_attachment(b"\xff\xd8\xff....", maintype="image", subtype="jpeg", filename="scan.jpg")
    assert codes(read_one(bytes(message))) == ["attachment-needs-ocr"]
    assert codes(read_one(HEAD + b"\n")) == ["empty"]


def test_names_of_attachments_are_stable_and_climb_nowhere() -> None:
    message = mail("x")
    message.add_attachment(b"hello there", maintype="text", subtype="plain", filename="../../etc/cron.d/evil.txt")
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf")
    names = [a.name for a in read_one(bytes(message)).attachments]
    assert names == ["evil.txt", "part-2.pdf"]
    assert names == [a.name for a in read_one(bytes(message)).attachments]


def test_one_attached_message_is_shown_beneath_as_a_forward_would_be() -> None:
    inner = mail("1. How many cars?")
    inner.add_attachment(b"2. How many vans?", maintype="text", subtype="plain", filename="more.txt")
    outer = mail("One for you")
    outer.add_attachment(inner)
    (message,) = read_all(bytes(outer))
    assert message.body == (
        "One for you\n\nFrom: Ann Smith <ann@example.org>\nSent: 05 March 2024 09:30\nTo: foi@police.example\n"
        "Subject: Drones\n\n1. How many cars?"
    )
    assert [(a.type, a.read) for a in message.attachments] == [("message/rfc822", True), ("text/plain", True)]
    assert [d.text for d in message.documents] == ["2. How many vans?"]


def test_several_attached_messages_become_messages_of_their_own() -> None:
    outer = mail("Three for you")
    for n in range(3):
        inner = mail(f"{n}. How many cars?")
        outer.add_attachment(inner)
    first, *others = read_all(bytes(outer))
    assert first.body == "Three for you"
    assert [m.part_of for m in others] == [first.id] * 3
    assert [m.body for m in others] == ["0. How many cars?", "1. How many cars?", "2. How many cars?"]
    assert len({m.id for m in others}) == 3
    assert others[0].id == hashlib.sha256(bytes(mail("0. How many cars?"))).hexdigest()


def test_headers_that_later_rooms_need_are_kept_and_a_bounce_can_be_told() -> None:
    data = HEAD + b"Auto-Submitted: auto-replied\nX-Other: no\nReturn-Path: <>\n"
    data += b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nFailed\n--b--\n"
    kept = read_one(data).headers
    assert kept["auto-submitted"] == "auto-replied"
    assert kept["return-path"] == "<>"
    assert kept["content-type"] == "multipart/report; report-type=delivery-status"
    assert "x-other" not in kept


def test_mail_without_headers_keeps_its_text() -> None:
    assert read_one(b"Please tell me how many horses you have.\n").body == "Please tell me how many horses you have."


def test_headers_that_end_without_an_empty_line_lose_nothing() -> None:
    assert read_one(HEAD + b"Please tell me\nhow many.").body == "Please tell me\nhow many."


@pytest.mark.parametrize(
    "body",
    [
        b"Content-Type: multipart/mixed; boundary=wrong\n\n--right\nContent-Type: text/plain\n\nHow many?\n--right--\n",
        b"Content-Type: multipart/mixed\n\n--right\nContent-Type: text/plain\n\nHow many?\n--right--\n",
        b'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\nHow many?\n',
        b'Content-Type: multipart/mixed; boundary="b"\n\n--b\n\nHow many?\n--b--\n',
    ],
)
def test_broken_boundaries_lose_no_text(body: bytes) -> None:
    assert read_one(HEAD + body).body == "How many?"


def test_a_multipart_without_any_part_keeps_its_text_and_says_so() -> None:
    message = read_one(HEAD + b'Content-Type: multipart/mixed; boundary="b"\n\nHow many?\n')
    assert message.body == "How many?"
    assert codes(message) == ["unreadable"]


def test_broken_base64_is_read_as_far_as_it_goes_and_says_so() -> None:
    packed = base64.b64encode(b"How many cars do you own, and since when?")
    for broken in (packed[:-1], packed[:20] + b"!" + packed[20:], packed + b"==\ntrailing words"):
        message = read_one(HEAD + b"Content-Transfer-Encoding: base64\n\n" + broken)
        assert message.body.startswith("How many cars do you own, and since whe")
        assert codes(message) == ["unreadable"]


def test_what_cannot_be_opened_is_said() -> None:
    secret = HEAD + b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n\n0\x80"
    assert codes(read_one(secret)) == ["encrypted"]
    pgp = HEAD + b"Content-Type: multipart/encrypted; protocol=application/pgp-encrypted; boundary=b\n\n"
    pgp += b"--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b--\n"
    assert "encrypted" in codes(read_one(pgp))
    tnef = mail("See attached")
    tnef.add_attachment(b"\x78\x9f\x3e\x22ab", maintype="application", subtype="ms-tnef", filename="winmail.dat")
    assert codes(read_one(bytes(tnef))) == ["attachment-unreadable"]
    locked = mail("See attached")
    locked.add_attachment(pdf(down("x"), encrypt="pw"), maintype="application", subtype="pdf", filename="a.pdf")
    assert codes(read_one(bytes(locked))) == ["attachment-encrypted"]


def test_a_clear_signed_mail_and_a_calendar_raise_no_problem() -> None:
    signed = HEAD + b"Content-Type: multipart/signed; boundary=b\n\n--b\n\nHow many?\n--b\nContent-Type: "
    signed += b"application/pkcs7-signature; name=smime.p7s\n\nabc\n--b--\n"
    message = read_one(signed)
    assert (message.body, codes(message)) == ("How many?", [])
    assert [a.name for a in message.attachments] == ["smime.p7s"]


def test_limits_keep_what_was_read_and_say_what_was_not() -> None:
    many = HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nHow many?\n" * 50 + b"--b--\n"
    message = read_one(many, limits=Limits(mime_parts=3))
    assert message.body == "How many?\n\nHow many?\n\nHow many?"
    assert codes(message) == ["too-large"]
    deep = (
        HEAD
        + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(9))
        + b"\nDeep?"
    )
    assert "too-deep" in codes(read_one(deep, limits=Limits(mime_depth=4)))
    assert "too-deep" not in codes(read_one(deep))
    assert read_one(deep).body == "Deep?"
    cut = read_one(HEAD + b"\n" + b"How many? " * 100, limits=Limits(message_bytes=500))
    assert cut.body.startswith("How many?")
    assert codes(cut) == ["too-large"]
    assert codes(read_one(HEAD + b"\n" + b"How many? " * 100, limits=Limits(text_chars=50))) == ["too-large"]


def test_messages_inside_messages_stop_at_the_limit() -> None:
    inner = mail("bottom")
    for _ in range(6):
        outer = mail("level")
        outer.add_attachment(inner)
        inner = outer
    assert codes(read_one(bytes(inner), limits=Limits(message_depth=3))) == ["attachment-too-deep"]
    whole = read_one(bytes(inner))
    assert whole.body.endswith("bottom")
    assert codes(whole) == []


def test_mail_saved_by_apple_mail_is_read_without_its_wrapping() -> None:
    body = HEAD + b"\nHow many?\n"
    assert read_one(b"%d\n" % len(body) + body + b"<?xml version='1.0'?><plist/>", "1.emlx").body == "How many?"


def test_a_text_with_headers_pasted_into_it_stays_a_text() -> None:
    message = mail("See attached")
    pasted = "From: a@b.example\nTo: c@d.example\nSubject: x\nDate: today\n\nHow many?"
    message.add_attachment(pasted, filename="log.txt")
    found = read_one(bytes(message))
    assert (found.body, [d.name for d in found.documents]) == ("See attached", ["log.txt"])


def test_a_damaged_attachment_is_told_from_a_damaged_body() -> None:
    part = b"Content-Type: text/plain; name=a.txt\nContent-Transfer-Encoding: base64\n\n"
    part += base64.b64encode(b"How many cars?")[:-1] + b"!\n--b--\n"
    data = HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nSee attached\n--b\n" + part
    assert codes(read_one(data)) == ["attachment-unreadable"]


def test_an_empty_message_among_several_attached_says_so() -> None:
    outer = mail("Two for you")
    outer.add_attachment(mail("How many?"))
    outer.add_attachment(mail("\n"))
    assert [codes(m) for m in read_all(bytes(outer))] == [[], [], ["empty"]]
