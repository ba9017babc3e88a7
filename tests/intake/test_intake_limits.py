"""Every limit of `intake/limits.py` holds: what is over it is said with its code, and what is under it is kept."""

from __future__ import annotations

import errno
import tempfile
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import pytest
from intake_tools import QUICK, codes, docx, down, paragraph, pdf, read_all, read_one
from script_tools import script

from classifier.intake import Limits, archive, find_items, parse_item
from classifier.intake.wire import Extract, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from classifier.records import Message

HEAD = b"From: a@b.example\r\nTo: foi@police.example\r\nSubject: s\r\nDate: Tue, 05 Mar 2024 09:30:00 +0000\r\n"
ASK = b"\r\nHow many drones do you own?\r\n"
MIXED = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
HTML = b"Content-Type: text/html\r\n"
PART = b"--b\r\nContent-Type: text/plain\r\n" + ASK
ATTACHED = b"--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n" + ASK


class Case(NamedTuple):
    """An input over one limit: what it is, the limits, the code that is expected, and whether its text is kept."""

    data: Callable[[], bytes]
    limits: Limits
    code: str
    name: str = "a.eml"
    kept: bool = True


def quick(**limits: Any) -> Limits:
    return msgspec.structs.replace(QUICK, **limits)


def mail(middle: bytes = b"") -> bytes:
    return HEAD + middle + ASK


def wrapped(levels: int) -> bytes:
    heads = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(levels))
    return HEAD + heads + b"Content-Type: text/plain\r\n" + ASK


def chain(levels: int) -> bytes:
    return HEAD + (b"Content-Type: message/rfc822\r\n\r\n" + HEAD) * levels + ASK


def zips(levels: int) -> bytes:
    data = script("make_hostile").zipped({"a.eml": mail()})
    for n in range(levels - 1):
        data = script("make_hostile").zipped({f"{n}.zip": data})
    return data


def two() -> bytes:
    return script("make_hostile").zipped({"a.eml": mail(), "b.eml": mail(b"X-B: 1\r\n")})


def bomb() -> bytes:
    return script("make_hostile").zipped({"a.eml": mail(), "b.txt": b"a" * 400_000})


def pages(count: int) -> bytes:
    return pdf(*[down(f"How many drones on page {n}?") for n in range(count)])


def printed(count: int) -> bytes:
    head = ["From: A Person <a@b.example>", "Sent: 5 March 2024 09:30", "To: FOI <foi@police.example>"]
    return pdf(*[down(*head, f"Subject: letter {n}", "", f"How many {n}?") for n in range(count)])


CASES = {
    "message_bytes": Case(lambda: mail() + b"x" * 500, Limits(message_bytes=400), "too-large"),
    "document_bytes": Case(lambda: pages(1), quick(document_bytes=100), "too-large", "a.pdf", kept=False),
    "header_bytes": Case(lambda: mail(b"X-Long: " + b"a" * 5_000 + b"\r\n"), Limits(header_bytes=1_000), "too-large"),
    "header_count": Case(lambda: mail(b"X-N: 1\r\n" * 90), Limits(header_count=50), "too-large"),
    "mime_parts": Case(lambda: HEAD + MIXED + PART * 9, Limits(mime_parts=3), "too-large"),
    "mime_depth": Case(lambda: wrapped(9), Limits(mime_depth=4), "too-deep"),
    "message_depth": Case(lambda: chain(7), Limits(message_depth=3), "attachment-too-deep", kept=False),
    "attachments": Case(lambda: HEAD + MIXED + PART + ATTACHED * 5, Limits(attachments=2), "attachment-too-large"),
    "text_chars": Case(lambda: mail() + b"\r\nmore" * 200, Limits(text_chars=100), "too-large"),
    "html_bytes": Case(lambda: mail(HTML) + b"<p>x" * 200, Limits(html_bytes=90), "too-large"),
    "archive_depth": Case(lambda: zips(3), Limits(archive_depth=2), "too-deep", "a.zip", kept=False),
    "archive_members": Case(two, Limits(archive_members=1), "too-large", "a.zip"),
    "archive_directory_bytes": Case(two, Limits(archive_directory_bytes=10), "too-large", "a.zip", kept=False),
    "archive_bytes": Case(bomb, Limits(archive_bytes=200_000), "too-large", "a.zip"),
    "archive_ratio": Case(bomb, Limits(archive_ratio=50, archive_ratio_from=1_000), "too-large", "a.zip"),
    "archive_ratio_from": Case(bomb, Limits(archive_ratio=1, archive_ratio_from=300), "too-large", "a.zip"),
    "pdf_pages": Case(lambda: pages(4), quick(pdf_pages=2), "too-large", "a.pdf"),
    "docx_bytes": Case(
        lambda: docx(paragraph("How many drones? " * 500)), quick(docx_bytes=4_000), "too-large", "a.docx", kept=False
    ),
}  # fmt: skip

ELSEWHERE = {
    "folder_depth": "test_intake_items.test_folders_that_are_too_deep_are_said",
    "child_seconds": "test_intake_hostile.test_a_reader_that_hangs_is_killed_and_the_next_document_is_read",
    "child_grace": "test_intake_hostile.test_a_reader_that_hangs_is_killed_and_the_next_document_is_read",
    "child_bytes": "test_intake_hostile.test_a_reader_that_grows_is_stopped",
    "child_start_seconds": "test_intake_limits.test_a_reader_that_does_not_start_costs_the_document",
    "pst_deaths": "test_intake_pst.test_a_reader_that_always_dies_is_given_up",
    "pdf_layout_pages": "test_intake_limits.test_only_so_many_pages_are_read_by_their_layout",
    "ocr_pages": "test_intake_limits.test_only_so_many_pages_go_to_ocr",
    "ocr_seconds": "test_intake_limits.test_ocr_that_hangs_is_ended",
    "printed_messages": "test_intake_limits.test_a_bundle_is_split_into_so_many_letters_and_the_last_holds_the_rest",
}


def read(path: Path, limits: Limits) -> list[Message]:
    return [m for item in find_items([path], limits) for m in parse_item(item, None, limits)]


def test_each_limit_has_a_test() -> None:
    assert CASES.keys() | ELSEWHERE.keys() == set(Limits.__struct_fields__)
    assert not CASES.keys() & ELSEWHERE.keys()


@pytest.mark.parametrize("limit", CASES)
def test_what_is_over_a_limit_is_said_and_the_rest_is_kept(tmp_path: Path, limit: str) -> None:
    case = CASES[limit]
    path = tmp_path / case.name
    path.write_bytes(case.data())
    over = read(path, case.limits)
    assert case.code in [code for m in over for code in codes(m)]
    assert case.kept == any("drones" in m.body or any("drones" in d.text for d in m.documents) for m in over)
    default = msgspec.structs.replace(case.limits, **{limit: getattr(Limits(), limit)})
    if limit not in ("archive_ratio", "archive_ratio_from"):  # these two only bite together
        assert [code for m in read(path, default) for code in codes(m)] == []


def test_a_bundle_is_split_into_so_many_letters_and_the_last_holds_the_rest() -> None:
    assert len(read_all(printed(5), "a.pdf", limits=QUICK)) == 5
    few = read_all(printed(5), "a.pdf", limits=quick(printed_messages=2))
    assert [m.subject for m in few] == ["letter 0", "letter 1"]
    assert all(f"How many {n}?" in few[1].body for n in range(1, 5))


def test_a_reader_that_does_not_start_costs_the_document() -> None:
    from classifier.intake import child

    reader = child.Child()
    outcome = reader.read("pdf", pages(1), Limits(child_start_seconds=0.0, child_grace=0.2))
    assert outcome.code == "reader-crashed"
    assert reader.pid is None
    reader.close()


def test_only_so_many_pages_are_read_by_their_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    from classifier.intake import layout
    from classifier.intake import pdf as reader

    table = [(x, 780 - 20 * row, f"{row}{x}") for row in range(20) for x in (60, 300)]
    asked: list[int] = []

    def read_page(_: bytes, number: int, __: float) -> None:
        asked.append(number)

    monkeypatch.setattr(layout, "read_page", read_page)
    reader.read(pdf(table, table, table, table), Limits(pdf_layout_pages=2))
    assert asked == [0, 1]


def pictures(count: int) -> bytes:
    import io

    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out)
    for _ in range(count):
        canvas.rect(100, 100, 300, 300, fill=1)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def test_only_so_many_pages_go_to_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    from classifier.intake import ocr
    from classifier.intake import pdf as reader

    given: list[float] = []

    def read_page(_: object, seconds: float) -> str:
        given.append(seconds)
        return "How many drones do you own?"

    monkeypatch.setattr(ocr, "available", lambda: "tesseract")
    monkeypatch.setattr(ocr, "read_page", read_page)
    found = reader.read(pictures(5), Limits(ocr_pages=2, ocr_seconds=3))
    assert given == [3, 3]
    assert [p.code for p in found.problems] == ["needs-ocr"] * 3


def test_ocr_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    import subprocess

    import pypdfium2

    from classifier.intake import ocr

    def run(*_: object, timeout: float, **__: object) -> None:
        raise subprocess.TimeoutExpired("tesseract", timeout)

    monkeypatch.setattr(ocr, "available", lambda: "tesseract")
    monkeypatch.setattr(subprocess, "run", run)
    with pypdfium2.PdfDocument(pictures(1)) as document:
        assert ocr.read_page(document[0], 0.1) == ""


def test_a_disk_that_is_full_while_unpacking_ends_the_run_and_loses_no_letter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full:
        def write(self, _: bytes) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

        def close(self) -> None:
            pass

    def full(**_: object) -> Full:
        return Full()

    path = tmp_path / "a.zip"
    path.write_bytes(two())
    monkeypatch.setattr(tempfile, "SpooledTemporaryFile", full)
    with pytest.raises(OSError, match="No space left"):
        list(find_items([path]))
    assert archive.NO_ROOM[0] == errno.ENOSPC


def test_a_long_letter_of_a_mailbox_inside_an_archive_says_that_it_was_cut(tmp_path: Path) -> None:
    box = b"From a@b.example Tue Mar  5 09:30:00 2024\n" + mail() + b"x" * 900 + b"\n"
    path = tmp_path / "a.zip"
    path.write_bytes(script("make_hostile").zipped({"in.mbox": box}))
    assert [codes(m) for m in read(path, Limits(message_bytes=500))] == [["too-large"]]


def test_what_is_left_out_of_an_outlook_message_is_said() -> None:
    make = script("make_msg")
    files = [make.Attached(f"{n}.txt", b"How many?", "text/plain") for n in range(5)]
    data = make.write(make.Outlook("s", "A Person", ["FOI"], "How many drones? " * 50, attached=files))
    over = read_one(data, "a.msg", limits=quick(mime_parts=2, text_chars=100))
    assert [(p.code, p.part) for p in over.problems] == [("too-large", "body"), ("too-large", "parts")]
    assert len(over.body) == 100
    assert len(over.attachments) == 2
    assert codes(read_one(data, "a.msg", limits=QUICK)) == []


def test_every_form_of_a_text_that_says_something_else_is_kept() -> None:
    """Programs differ in which form they show: none may hide the letter from this one."""
    forms = [
        (b"text/plain", b"This message can only be shown by a newer program, please get one."),
        (b"text/plain", b"How many drones do you own?"),
        (b"text/html", b"<p>Kindly disclose every horse bought since 2019, with its price.</p>"),
    ]
    parts = b"".join(b"--b\r\nContent-Type: %b\r\n\r\n%b\r\n" % form for form in forms)
    body = read_one(HEAD + MIXED.replace(b"mixed", b"alternative") + parts + b"--b--\r\n").body
    assert "drones" in body
    assert "horse" in body
    same = (
        b"--b\r\nContent-Type: text/plain\r\n"
        + ASK
        + b"--b\r\nContent-Type: text/html\r\n\r\n<p>How many <b>drones</b>"
    )
    alike = read_one(HEAD + MIXED.replace(b"mixed", b"alternative") + same + b" do you own?</p>\r\n--b--\r\n").body
    assert alike == "How many drones do you own?"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\x00",
        msgspec.msgpack.encode(Outcome(extract=Extract())),
        msgspec.msgpack.encode({"extract": {"pages": [{"text": 5}]}}),
        msgspec.msgpack.encode(Outcome()),
        msgspec.msgpack.encode(Outcome(code="made-up")),
    ],
)
def test_an_answer_of_the_reader_that_is_no_answer_costs_the_document(
    monkeypatch: pytest.MonkeyPatch, answer: bytes
) -> None:
    """A reading process that was taken over can send wrong text, not objects, and no outcome without a name."""
    from classifier.intake import child

    def exchange(_: object, frame: bytes | None, answers: Any) -> None:
        answers.put(b"ready" if frame is None else answer)

    monkeypatch.setattr(child, "_exchange", exchange)
    reader = child.Child()
    outcome = reader.read("pdf", b"%PDF-", QUICK)
    good = msgspec.msgpack.encode(Outcome(extract=Extract()))
    assert outcome.code == ("" if answer == good else "reader-crashed")
    reader.close()
