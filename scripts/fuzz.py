"""Feeds made and damaged input to the readers for as long as is asked, and stops at what they may not do.

    python scripts/fuzz.py [TARGET …] [--seconds 60] [--seed 1]      our own mutations; needs nothing else
    python scripts/fuzz.py [TARGET …] --hypothesis [--seconds 600]   made from parts of the format, and made small
    python scripts/fuzz.py TARGET --atheris [--seconds 600]          guided by coverage; needs `pip install atheris`

Targets: mail, archive, pdf, html, splitter, sheet. Each states what must hold for any input: no exception but those
promised, each message with text or a problem, zones that cover the text, questions inside it. Prints how many inputs;
an input that breaks a promise is written to `crash-TARGET-…` in the working directory. The suite runs each target for
a moment (tests/hostile/test_fuzz.py).
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import importlib
import io
import random
import sys
import tempfile
import time
import warnings
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from classifier.corrections.faults import CorrectionsError
from classifier.corrections.reading import Sheets
from classifier.force import Force
from classifier.intake import Limits, RawItem, find_items, html, parse_item
from classifier.letters import read_letter
from classifier.questions import split
from classifier.records import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hypothesis.strategies import SearchStrategy

LIMITS: Final = Limits(child_seconds=20, text_chars=100_000, archive_bytes=20_000_000, archive_ratio_from=1_000_000)
_MAIL: Final = (
    b"From: A Person <a@example.org>\r\nTo: foi@police.example\r\nSubject: =?utf-8?Q?Request?=\r\n"
    b"Date: Tue, 05 Mar 2024 09:30:00 +0000\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\n1. How many drones=3F\r\n\r\n"
    b"--c\r\nContent-Type: text/html\r\n\r\n"
    b"<ol><li>How many <b>drones</b>?</li></ol>\r\n--c--\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
    b"From: b@example.org\r\nSubject: inner\r\n\r\nAnd horses?\r\n"
    b"--b\r\nContent-Type: text/plain; name*=utf-8''a%20b.txt\r\n"
    b"Content-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\nSG93IG1hbnk/\r\n--b--\r\n"
)
_LETTER: Final = (
    "Dear Sir,\n\nUnder the Freedom of Information Act 2000 please tell me:\n\n1. How many drones were flown in 2023?\n"
    "   a) by day\n   b) by night\n2) What did they cost?\n\n"
    "On 5 March 2024 FOI Team wrote:\n> Dear A Person\n> we hold\n\n"
    "From: B <b@example.org>\nSent: 4 March 2024 10:00\nTo: FOI\nSubject: RE: drones\n\nYours faithfully,\nA Person\n"
    "________________\nThis email is confidential and intended for the addressee.\n"
)
_HTML: Final = (
    "<html><style>p{margin:0}</style><ol type=a start=3><li>How many?<table><tr><td>a<td>b</table><blockquote>x"
)
_PIECES: Final = (
    b"\r\n", b"\n\n", b"--b\r\n", b"--c--", b"Content-Type: ", b"=?utf-8?B?", b"?=", b"\0", b"\xff\xfe",
    b"\xe2\x80\xae", b"1. ", b"a) ", b"> ", b"From ", b"<div>", b"</", b"PK\x03\x04", b"%PDF-", b"stream\n",
    b"/Kids[2 0 R]", b"\xed\xa0\x80", b"9" * 40,
)  # fmt: skip


_HEADERS: Final = (
    "From", "To", "Subject", "Date", "Received", "Content-Type", "Content-Disposition", "Content-Transfer-Encoding",
    "References", "X-\xe9",
)  # fmt: skip
_VALUES: Final = (
    "multipart/mixed; boundary=b", "multipart/alternative; boundary=b", "text/html; charset=utf-7", "message/rfc822",
    "=?utf-8?Q?=C3?=", "=?iso-2022-jp?B?GyRC?=", "attachment; filename*0*=a", "attachment; filename=winmail.dat",
    '<a@b.example>, "c', "Tue, 99 Foo 2024 99:99:99 +9999", "application/pkcs7-mime", "text/plain; charset=zlib",
    "text/plain; format=flowed; delsp=yes", "base64", "quoted-printable", "application/pdf; name=a.pdf",
)  # fmt: skip
_TAGS: Final = (
    "<p>", "</p>", "<ol start=3 type=a>", "<ol reversed>", "</ol>", "<ul>", "<li>", "<li value=-9>", "<table>", "<tr>",
    "<td colspan=999>", "<blockquote>", "</blockquote>", "<div class=gmail_quote>", "<br>", "<pre>", "<!--", "-->",
    "<![CDATA[", "<style>", "</style>", "<script>", "&nbsp;", "&#0;", "&#x110000;", "<a href=x>", "<title>",
)  # fmt: skip
_LINES: Final = (
    "1. How many?", "1) ", "(a) what", "a. ", "iv) ", "Q2: ", "1.1.1 ", "> quoted", ">> ", "On 5 March 2024 A wrote:",
    "From: A <a@b.example>", "Sent: 4 March 2024", "-----Original Message-----", "-- ", "Yours faithfully,", "________",
    "Dear Sir", "9999999999. x", "\t\u2022 how", "s.40(2)", "Subject: x", "a" * 300, "\u202e\u0661. \u00a0", "?" * 60,
)  # fmt: skip


def _pdf(stream: bytes = b"BT /F1 12 Tf 60 780 Td (1. How many drones?) Tj 0 -20 Td (2. And horses?) Tj ET") -> bytes:
    return (
        b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>endobj\n"
        b"4 0 obj<</Length %d>>stream\n%b\nendstream endobj\n"
        b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
        b"trailer<</Root 1 0 R>>\n%%%%EOF\n" % (len(stream), stream)
    )


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.eml", _MAIL)
        archive.writestr("b/in.mbox", b"From a@b.example Tue Mar  5 09:30:00 2024\n" + _MAIL)
    return out.getvalue()


def _sheet() -> bytes:
    from openpyxl import Workbook

    from classifier.sheets.columns import LETTER_COLUMNS, LETTERS

    book = Workbook()
    sheet: Any = book.active
    sheet.title = LETTERS
    sheet.append([column.header for column in LETTER_COLUMNS])
    sheet.append(["a" * 64, *["x"] * (len(LETTER_COLUMNS) - 1)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _typed(messages: Sequence[Message]) -> None:
    assert messages, "an input without a record"
    holders = {m.part_of for m in messages}
    for m in messages:
        assert m.body.strip() or m.documents or m.problems or m.id in holders, "neither text nor a problem"
        assert all(p.code for p in m.problems), "a problem without a code"
        assert not any("\ud800" <= c <= "\udfff" for c in m.body), "half a surrogate pair"


def mail(data: bytes) -> None:
    """Any bytes named as a mail."""
    messages = parse_item(RawItem(source="a.eml", name="a.eml", data=data), None, LIMITS)
    _typed(messages)
    for message in messages[:2]:
        _letter(message)


def archive(data: bytes) -> None:
    """Any bytes as a file of an export."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.zip")
        path.write_bytes(data)
        items = list(find_items([path], LIMITS))
        assert items, "a file without an item"
        for item in items:
            if item.problem is None:
                _typed(parse_item(item, None, LIMITS))


def pdf(data: bytes) -> None:
    """Any bytes in the reading process for PDFs."""
    _typed(parse_item(RawItem(source="a.pdf", name="a.pdf", data=b"%PDF-1.4\n" + data), None, LIMITS))


def web(data: bytes) -> None:
    """Any text as HTML: its words outgrow it only by the marks of lists and quotes."""
    text = html.from_bytes(data)
    assert len(text) <= 60 * len(data) + 100, "the text outgrew its source"


def splitter(data: bytes) -> None:
    """Any text as a letter."""
    _letter(Message(id="0" * 64, source="a.txt", body=data.decode("utf-8", "replace").replace("\r", "\n")))


def _letter(message: Message) -> None:
    letter = read_letter(message, Force())
    assert len(letter.text) == len(letter.blind), "the blind text is of another length"
    at = 0
    for zone in letter.zones:
        assert zone.start == at, "zones with a gap or an overlap"
        at = zone.end
    assert at == len(letter.whole), "zones that do not cover the text"
    for question in split(letter.text, letter.blind):
        assert 0 <= question.span[0] <= question.span[1] <= len(letter.text), "a question outside its letter"


def sheet(data: bytes) -> None:
    """Any bytes as a workbook of corrections: read, or refused with words for its owner."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("a.xlsx", "a.csv"):
            path = Path(folder, name)
            path.write_bytes(data)
            refused = None
            try:
                for _ in Sheets(path).lines():
                    pass
            except CorrectionsError as e:
                refused = str(e)
            assert refused != "", "a refusal without words"


TARGETS: Final[dict[str, tuple[Callable[[bytes], None], Callable[[], bytes]]]] = {
    "mail": (mail, lambda: _MAIL),
    "archive": (archive, _zip),
    "pdf": (pdf, lambda: _pdf()[9:]),
    "html": (web, lambda: _HTML.encode() * 3),
    "splitter": (splitter, lambda: _LETTER.encode()),
    "sheet": (sheet, _sheet),
}


def mutated(seed: bytes, rng: random.Random) -> bytes:
    """`seed` with a few changes: bytes flipped, cut, doubled, moved, and pieces put in that formats are made of."""
    data = bytearray(seed)
    for _ in range(rng.choice((1, 2, 4, 8, 30))):
        at, to = sorted((rng.randint(0, len(data)), rng.randint(0, len(data))))
        to = min(to, at + 400)
        kind = rng.randrange(6)
        if kind == 0 and data:
            data[min(at, len(data) - 1)] = rng.randrange(256)
        elif kind == 1:
            del data[at:to]
        elif kind == 2:
            data[at:at] = data[at:to] * rng.choice((1, 2, 20))
        elif kind == 3:
            other = rng.randint(0, len(data))
            data[other:other] = data[at:to]
        else:
            data[at:at] = rng.choice(_PIECES)
    return bytes(data[:200_000])


def run(name: str, *, seconds: float = 60.0, times: int | None = None, seed: int = 1) -> int:
    """Try mutations of a target's own example until time or number is up; how many. Raises what a promise's breach
    raises, with the input written to a file."""
    check, example = TARGETS[name]
    rng, begun, done, first = random.Random(seed), time.monotonic(), 0, example()  # noqa: S311 - to be repeatable
    while (done < times) if times is not None else (time.monotonic() - begun < seconds):
        data = mutated(first, rng)
        try:
            check(data)
        except BaseException:
            _keep(name, data)
            raise
        done += 1
    return done


def inputs(name: str) -> SearchStrategy[bytes]:
    """A target's inputs as Hypothesis makes them: parts of its format in any order and number, any text between."""
    from hypothesis import strategies as st

    words = st.text(max_size=60)
    if name == "mail":
        names = st.sampled_from(_HEADERS)
        field = st.tuples(names, st.one_of(words, st.sampled_from(_VALUES)))
        part = st.tuples(st.lists(field, max_size=6), st.text(max_size=200))
        return st.lists(part, max_size=6).map(_mail_of)
    if name == "archive":
        content = st.one_of(st.binary(max_size=200), st.just(_MAIL), st.builds(_zip))
        return st.lists(st.tuples(st.text(min_size=1, max_size=30), content), max_size=5).map(_zip_of)
    if name == "pdf":
        place = st.integers(-99, 900)
        shown = st.tuples(place, place, st.binary(max_size=40)).map(_shown)
        return st.lists(st.one_of(shown, st.binary(max_size=20)), max_size=40).map(_pdf_of)
    if name == "html":
        return st.lists(st.one_of(st.sampled_from(_TAGS), words), max_size=60).map(lambda x: _utf8("".join(x)))
    if name == "splitter":
        return st.lists(st.one_of(st.sampled_from(_LINES), words), max_size=60).map(lambda x: _utf8("\n".join(x)))
    return st.lists(st.lists(words, max_size=30), max_size=6).map(_csv_of)


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _shown(text: tuple[int, int, bytes]) -> bytes:
    return b"1 0 0 1 %d %d Tm (%b) Tj" % text


def _pdf_of(parts: list[bytes]) -> bytes:
    return _pdf(b"BT /F1 12 Tf " + b" ".join(parts) + b" ET")[9:]


def _mail_of(parts: Sequence[tuple[Sequence[tuple[str, str]], str]]) -> bytes:
    return _utf8(
        "\r\n--b\r\n".join("\r\n".join([*(f"{n}: {v}" for n, v in fields), "", body]) for fields, body in parts)
    )


def _zip_of(members: list[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # two members of one name are meant
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name.encode("utf-8", "replace").decode()), data)
    return out.getvalue()


def _csv_of(rows: list[list[str]]) -> bytes:
    from classifier.sheets.columns import LETTER_COLUMNS

    out = io.StringIO()
    csv.writer(out).writerows([[column.header for column in LETTER_COLUMNS], *rows])
    return out.getvalue().encode("utf-8", "replace")


def made(name: str, *, seconds: float = 60.0, times: int | None = None, seed: int = 1) -> int:
    """Try inputs that Hypothesis makes until time or number is up; how many. Raises what a promise's breach raises,
    with the smallest input found for it written to a file."""
    import hypothesis

    check = TARGETS[name][0]
    done, last, begun, turn = 0, b"", time.monotonic(), 0

    def attempt(data: bytes) -> None:
        nonlocal done, last
        last = data
        check(data)
        done += 1

    settings = hypothesis.settings(
        max_examples=times or 200,
        deadline=None,
        database=None,
        suppress_health_check=[hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.data_too_large],
    )
    while turn == 0 or (times is None and time.monotonic() - begun < seconds):
        try:
            hypothesis.seed(seed + turn)(settings(hypothesis.given(inputs(name))(attempt)))()
        except BaseException:
            _keep(name, last)
            raise
        turn += 1
    return done


def _keep(name: str, data: bytes) -> None:
    path = Path(f"crash-{name}-{hashlib.sha256(data).hexdigest()[:12]}")
    path.write_bytes(data)
    print(f"written to {path}", file=sys.stderr)


def guided(name: str, seconds: int, seed: int) -> None:
    """The same with atheris, which changes inputs by what they reach. Ends the process."""
    atheris = importlib.import_module("atheris")
    check, example = TARGETS[name]
    atheris.instrument_all()
    with tempfile.TemporaryDirectory() as corpus:
        Path(corpus, "example").write_bytes(example())
        arguments = [
            sys.argv[0],
            corpus,
            f"-max_total_time={seconds}",
            f"-seed={seed}",
            "-max_len=20000",
            "-timeout=60",
        ]
        atheris.Setup(arguments, check)
        atheris.Fuzz()


def main() -> None:
    """Fuzz the targets named on the command line, all where none is."""
    parser = argparse.ArgumentParser(description="Feed made and damaged input to the readers.")
    parser.add_argument("targets", nargs="*", choices=[*TARGETS, []], help="all where none is named")
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hypothesis", action="store_true", help="inputs made from parts of the format")
    parser.add_argument("--atheris", action="store_true", help="guided by coverage, one target")
    options = parser.parse_args()
    if options.atheris:
        if len(options.targets) != 1:
            parser.error("--atheris takes one target")
        guided(options.targets[0], options.seconds, options.seed)
    for name in options.targets or TARGETS:
        done = (made if options.hypothesis else run)(name, seconds=options.seconds, seed=options.seed)
        print(f"{name}: {done} inputs in {options.seconds} s, nothing broke", flush=True)


if __name__ == "__main__":
    main()
