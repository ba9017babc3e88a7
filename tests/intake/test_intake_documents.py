"""PDF, Word, Outlook, HTML and text files, and mail printed into documents."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from intake_tools import QUICK, codes, docx, down, paragraph, pdf, read_all, read_one
from script_tools import script

from classifier.intake import Limits, child, ocr
from classifier.intake.printed import written_date

LONDON = ZoneInfo("Europe/London")


def level(depth: int, style: str, pattern: str) -> str:
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{style}"/><w:lvlText w:val="{pattern}"/></w:lvl>'
    )


def test_a_pdf_letter_gives_its_text_with_gaps_between_paragraphs_and_no_guess_at_its_date() -> None:
    message = read_one(pdf(down("Dear Sir,", "", "1. How many drones", "do you own?", "", "Yours")), "letter.pdf")
    assert message.body == "Dear Sir,\n\n1. How many drones\ndo you own?\n\nYours"
    assert (message.received, message.received_basis) == (None, "none")
    given = read_one(pdf(down("Dear Sir,", "5 March 2024")), "letter.pdf", received=date(2024, 3, 7))
    assert given.received == datetime(2024, 3, 7, 0, 0, tzinfo=LONDON)


def test_a_hyphen_at_the_end_of_a_line_stays_with_its_line_end() -> None:
    assert read_one(pdf(down("All infor-", "mation held")), "a.pdf").body == "All infor-\nmation held"


def test_columns_are_read_one_after_the_other() -> None:
    left = [(60, 780 - 14 * i, f"left line number {i} of the first column") for i in range(12)]
    right = [(320, 780 - 14 * i, f"right line number {i} of the second column") for i in range(12)]
    crossed = [line for pair in zip(left, right, strict=True) for line in pair]
    for page in (left + right, crossed):
        body = read_one(pdf(page), "columns.pdf").body
        assert body.index("left line number 11") < body.index("right line number 0")


def test_a_table_is_read_row_by_row_even_where_its_cells_were_drawn_by_column() -> None:
    cells = [[(60 + 200 * c, 700 - 20 * r, f"{'abc'[c]}{r}") for r in range(12)] for c in range(3)]
    page = [*down("Dear Sir, how many of these were there?"), *cells[0], *cells[1], *cells[2]]
    assert read_one(pdf(page), "table.pdf").body.split("\n")[-1] == "a11\tb11\tc11"


def test_lines_drawn_out_of_order_are_read_down_the_page() -> None:
    page = [(60, 700, "third"), (60, 780, "first"), (60, 740, "second"), (60, 660, "fourth")]
    words = read_one(pdf(page), "boxes.pdf").body.split()
    assert words == ["first", "second", "third", "fourth"]


def test_page_numbers_and_running_heads_go_and_numbered_items_stay() -> None:
    pages = [
        [
            (250, 30, f"Page {n} of 3"),
            (60, 815, "Ann Smith - request"),
            *down(f"{n}. How many cars in year {n}?", "Please."),
        ]
        for n in (1, 2, 3)
    ]
    body = read_one(pdf(*pages), "letter.pdf").body
    assert "Page" not in body
    assert body.count("Ann Smith - request") == 1
    assert [f"{n}. How many cars in year {n}?" in body for n in (1, 2, 3)] == [True, True, True]


def test_a_pdf_that_cannot_be_read_says_why() -> None:
    assert codes(read_one(pdf(down("x"), encrypt="pw"), "a.pdf")) == ["encrypted"]
    assert codes(read_one(b"%PDF-1.4 nothing", "a.pdf")) == ["unreadable"]
    assert codes(read_one(b"HTTP/1.1 200 OK\r\n\r\n" + pdf(down("How many?")), "a.pdf")) == []


def test_a_page_without_text_is_never_an_empty_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")  # no OCR here
    ocr.available.cache_clear()
    fresh = child.Child()
    try:
        import io

        from reportlab.pdfgen.canvas import Canvas

        out = io.BytesIO()
        canvas = Canvas(out)
        canvas.rect(100, 100, 300, 300, fill=1)
        canvas.showPage()
        canvas.drawString(60, 700, "How many?")
        canvas.save()
        both = fresh.read("pdf", out.getvalue(), QUICK)
        assert both.extract is not None
        assert [(p.code, p.part) for p in both.extract.problems] == [("needs-ocr", "page 1")]
        out = io.BytesIO()
        canvas = Canvas(out)
        canvas.rect(100, 100, 300, 300, fill=1)
        canvas.save()
        assert fresh.read("pdf", out.getvalue(), QUICK).code == "needs-ocr"
    finally:
        fresh.close()


def test_only_so_many_pages_are_read() -> None:
    message = read_one(pdf(*[down(f"Text {n}") for n in range(5)]), "a.pdf", limits=Limits(pdf_pages=2))
    assert message.body == "Text 0\nText 1"
    assert codes(message) == ["too-large"]


HEADS = ("From: Ann Smith <ann@example.org>", "Sent: 05 March 2024 09:30", "To: FOI Team", "Subject: Drones", "")


def test_a_printed_mail_is_a_message_with_its_own_date() -> None:
    message = read_one(pdf(down("Smith, Bob", *HEADS, "How many drones?")), "print.pdf")
    assert message.sender.address == "ann@example.org"
    assert (message.subject, message.body) == ("Drones", "How many drones?")
    assert message.received == datetime(2024, 3, 5, 9, 30, tzinfo=LONDON)
    assert message.received_basis == "letter"


def test_a_bundle_of_printed_mail_is_one_message_each() -> None:
    second = ("From: Cy <cy@example.org>", "Date: 7/4/2024 18:05", "To: FOI", "Subject: Tasers", "", "How many tasers?")
    first, then = read_all(pdf(down(*HEADS, "How many drones?"), down("and why?"), down(*second)), "bundle.pdf")
    assert first.body.endswith("and why?")
    assert (then.subject, then.body) == ("Tasers", "How many tasers?")
    assert then.received == datetime(2024, 4, 7, 18, 5, tzinfo=LONDON)
    assert then.id == f"{first.id}#2"
    assert (first.source, then.source) == ("bundle.pdf#1", "bundle.pdf#2")


def test_history_that_runs_over_a_page_is_no_message_of_its_own() -> None:
    reply = ("From: Ann", "Sent: 08 March 2024 10:00", "To: FOI", "Subject: RE: Drones", "", *["Please answer."] * 46)
    history = ("From: Ann", "Sent: 05 March 2024 09:30", "To: FOI", "Subject: Drones", "", "How many?")
    (message,) = read_all(pdf(down(*reply), down(*history)), "thread.pdf")
    assert "How many?" in message.body


def test_a_letter_that_speaks_of_senders_is_no_printed_mail() -> None:
    message = read_one(
        pdf(down("Dear Sir,", "", "Please send me all mail", "From: the Chief", "To: the Home Office")), "a.pdf"
    )
    assert message.body.startswith("Dear Sir")


def test_mail_saved_as_text_by_outlook_is_a_message() -> None:
    message = read_one("\r\n".join([*HEADS, "How many?"]).encode("cp1252"), "Drones.txt")
    assert (message.subject, message.body, message.received_basis) == ("Drones", "How many?", "letter")


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("Monday, 4 January 2021 10:26", datetime(2021, 1, 4, 10, 26, tzinfo=LONDON)),
        ("04/01/2021 10:26", datetime(2021, 1, 4, 10, 26, tzinfo=LONDON)),
        ("January 4, 2021 10:26 PM", datetime(2021, 1, 4, 22, 26, tzinfo=LONDON)),
        ("2021-07-04 10:26", datetime(2021, 7, 4, 10, 26, tzinfo=LONDON)),
        ("4th Jan 2021 at 10.26", datetime(2021, 1, 4, 10, 26, tzinfo=LONDON)),
        ("31 February 2021", None),
        ("soon", None),
    ],
)
def test_written_dates_are_read_day_first(text: str, when: datetime | None) -> None:
    assert written_date(text) == when


def test_word_numbers_come_out_as_word_shows_them() -> None:
    numbering = (
        '<w:abstractNum w:abstractNumId="0">'
        + level(0, "decimal", "%1.")
        + level(1, "lowerLetter", "(%2)")
        + level(2, "decimal", "%1.%3")
        + '</w:abstractNum><w:abstractNum w:abstractNumId="1">'
        + level(0, "bullet", "·")
        + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/>'
        "</w:lvlOverride></w:num>"
    )
    styles = (
        '<w:style w:type="paragraph" w:styleId="Q"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    body = (
        paragraph("Dear Sir")
        + paragraph("cars", 1)
        + paragraph("red", 1, 1)
        + paragraph("blue", 1, 1)
        + paragraph("Between")
        + paragraph("vans", style="Q")
        + paragraph("long", 1, 2)
        + paragraph("point", 2)
        + paragraph("again", 3)
    )
    lines = [line for line in read_one(docx(body, numbering, styles), "a.docx").body.split("\n") if line]
    assert lines == [
        "Dear Sir",
        "1. cars",
        "(a) red",
        "(b) blue",
        "Between",
        "2. vans",
        "2.1 long",
        "- point",
        "1. again",
    ]


def test_word_tables_keep_their_rows() -> None:
    cell = "<w:tc>{}</w:tc>"
    rows = "".join(
        "<w:tr>" + "".join(cell.format(paragraph(c)) for c in row) + "</w:tr>"
        for row in (("Year", "No"), ("2020", "5"))
    )
    assert read_one(docx(f"<w:tbl>{rows}</w:tbl>"), "a.docx").body == "Year\tNo\n2020\t5"


def test_word_files_that_are_bombs_or_not_word_are_refused() -> None:
    make = script("make_hostile")
    assert codes(read_one(make.entity_docx(), "a.docx")) == ["unreadable"]
    assert codes(read_one(docx(paragraph("x" * 50_000)), "a.docx", limits=Limits(docx_bytes=10_000))) == ["too-large"]


def test_an_outlook_file_is_read_with_what_is_attached() -> None:
    m = script("make_msg")
    sent = datetime(2024, 7, 2, 9, 0, tzinfo=UTC)
    inner = m.Outlook(
        "Drones", "Ann Smith <ann@example.org>", ["FOI <foi@police.example>"], "How many drones?\r\n", sent=sent
    )
    outer = m.Outlook(
        "FW: Drones",
        "Front Desk <desk@police.example>",
        ["FOI <foi@police.example>"],
        "One for you £\r\n" + "x" * 5_000,
        sent=sent,
        delivered=datetime(2024, 7, 3, 9, 0, tzinfo=UTC),
        message_id="<1@police.example>",
        attached=[
            m.Attached("Drones.msg", message=inner),
            m.Attached("q.txt", b"1. How many?"),
            m.Attached("big.bin", b"\0" * 70_000),
        ],
    )
    message = read_one(m.write(outer), "fw.msg")
    assert (message.subject, message.sender.address) == ("FW: Drones", "desk@police.example")
    assert message.to == ("FOI <foi@police.example>",)
    assert message.received == datetime(2024, 7, 3, 10, 0, tzinfo=LONDON)
    assert message.received_basis == "received header"
    assert message.headers["message-id"] == "<1@police.example>"
    assert message.body.startswith("One for you £\n")
    assert message.body.endswith(
        "From: Ann Smith <ann@example.org>\nSent: 02 July 2024 10:00\nTo: FOI <foi@police.example>\n"
        "Subject: Drones\n\nHow many drones?"
    )
    assert [(a.name, a.read) for a in message.attachments] == [
        ("Drones.msg", True),
        ("q.txt", True),
        ("big.bin", False),
    ]
    assert [d.text for d in message.documents] == ["1. How many?"]


def test_transport_headers_of_an_outlook_file_count_before_its_properties() -> None:
    m = script("make_msg")
    lines = "Received: from a by mx.kent.police.uk; Mon, 01 Jul 2024 09:00:00 +0100\r\nAuto-Submitted: auto-replied\r\n"
    mail = m.Outlook(
        "x", "a@b.example", ["c@d.example"], "Hi", headers=lines, delivered=datetime(2024, 7, 5, tzinfo=UTC)
    )
    message = read_one(m.write(mail), "a.msg")
    assert message.received == datetime(2024, 7, 1, 9, 0, tzinfo=LONDON)
    assert message.headers["auto-submitted"] == "auto-replied"


def test_an_outlook_file_attached_to_mail_and_one_that_is_plain_mail_are_both_read() -> None:
    from email.message import EmailMessage

    m = script("make_msg")
    outer = EmailMessage()
    outer["From"], outer["Subject"], outer["Date"] = "a@b.example", "FW", "Tue, 05 Mar 2024 09:30:00 +0000"
    outer.set_content("See attached")
    inner = m.write(m.Outlook("Drones", "Ann <ann@example.org>", ["f@p.example"], "How many?"))
    outer.add_attachment(inner, maintype="application", subtype="vnd.ms-outlook", filename="d.msg")
    assert read_one(bytes(outer)).body.endswith("Subject: Drones\n\nHow many?")
    assert read_one(b"From: a@b.example\nTo: c@d.example\nSubject: plain\n\nHow many?", "x.msg").subject == "plain"


def test_formats_are_told_by_content_not_by_name() -> None:
    assert read_one(pdf(down("How many?")), "letter.txt").body == "How many?"
    assert read_one(docx(paragraph("How many?")), "letter.zip").body == "How many?"
    assert read_one(b"<html><body><p>How many?</p></body></html>", "letter.pdf").body == "How many?"
    assert codes(read_one(b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "letter.eml")) == ["unknown-format"]
    assert codes(read_one(b"", "letter.eml")) == ["empty"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_text_files_of_any_encoding(encoding: str) -> None:
    assert read_one("Cost of “£100” fines\r\nplease".encode(encoding), "a.txt").body == "Cost of “£100” fines\nplease"


def test_padding_in_text_files_is_dropped() -> None:
    assert read_one(b"How\0 many\0 cars do you own?", "a.txt").body == "How many cars do you own?"
