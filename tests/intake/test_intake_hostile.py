"""What strangers send: every file gives a record, in bounded time, and a reader that breaks costs one file."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
from intake_tools import QUICK, codes, down, pdf
from script_tools import script

from classifier.intake import child, find_items, parse_item
from classifier.intake.limits import MIB, Limits

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from classifier.records import Message

GOOD = pdf(down("How many?"))


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[float, list[Message]]]:
    folder = tmp_path_factory.mktemp("hostile")
    out: dict[str, tuple[float, list[Message]]] = {}
    limits = Limits(child_seconds=5, child_bytes=400 * MIB, docx_bytes=20 * MIB)
    for path in script("make_hostile").write(folder):
        begun = time.perf_counter()
        messages = [m for item in find_items([path], limits) for m in parse_item(item, None, limits)]
        out[path.name] = (time.perf_counter() - begun, messages)
    return out


def test_every_hostile_file_has_a_record_with_text_or_a_problem(
    outcomes: dict[str, tuple[float, list[Message]]],
) -> None:
    assert len(outcomes) > 35
    for name, (_, messages) in outcomes.items():
        assert messages, name
        assert all(m.body.strip() or m.problems for m in messages), name


def test_no_hostile_file_takes_long(outcomes: dict[str, tuple[float, list[Message]]]) -> None:
    slow = {
        name: seconds
        for name, (seconds, _) in outcomes.items()
        if seconds > (9 if name.endswith((".pdf", ".docx")) else 3)
    }
    assert slow == {}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("empty.eml", "empty"),
        ("noise.eml", "unknown-format"),
        ("nested-multiparts.eml", "too-deep"),
        ("nested-messages.eml", "attachment-too-deep"),
        ("many-parts.eml", "too-large"),
        ("bad-base64.eml", "unreadable"),
        ("winmail.eml", "attachment-unreadable"),
        ("encrypted.eml", "encrypted"),
        ("bomb.zip", "too-large"),
        ("lying.zip", "unreadable"),
        ("cut.zip", "unreadable"),
        ("nested.zip", "too-deep"),
        ("empty.zip", "empty"),
        ("cut.pdf", "unreadable"),
        ("endless.pdf", "needs-ocr"),
        ("entities.docx", "unreadable"),
        ("bomb.docx", "too-large"),
        ("cut.msg", "unreadable"),
        ("picture.eml", "unknown-format"),
    ],
)
def test_each_hostile_file_is_named_for_what_it_is(
    outcomes: dict[str, tuple[float, list[Message]]], name: str, code: str
) -> None:
    assert code in [c for m in outcomes[name][1] for c in codes(m)]


def test_a_pdf_bomb_ends_in_a_typed_problem(outcomes: dict[str, tuple[float, list[Message]]]) -> None:
    (message,) = outcomes["bomb.pdf"][1]
    assert codes(message)[0] in ("out-of-memory", "timed-out", "reader-crashed", "needs-ocr", "unreadable")


@pytest.fixture
def reader() -> Iterator[child.Child]:
    one = child.Child()
    yield one
    one.close()


def test_a_reader_that_hangs_is_killed_and_the_next_document_is_read(reader: child.Child) -> None:
    assert reader.read("pdf", GOOD, QUICK).extract is not None
    first = reader.pid
    assert first is not None
    _stop(first)
    begun = time.perf_counter()
    assert reader.read("pdf", GOOD, Limits(child_seconds=0.5, child_grace=0.5)).code == "timed-out"
    assert time.perf_counter() - begun < 5
    after = reader.read("pdf", GOOD, QUICK)
    assert after.extract is not None
    assert after.extract.text == "How many?"
    assert reader.pid not in (None, first)


def _stop(pid: int) -> None:
    import psutil

    psutil.Process(pid).suspend()


def test_a_reader_that_dies_costs_one_document(reader: child.Child) -> None:
    import psutil

    assert reader.read("pdf", GOOD, QUICK).extract is not None
    assert reader.pid is not None
    process = psutil.Process(reader.pid)
    process.suspend()
    import threading

    threading.Timer(0.3, process.kill).start()
    assert reader.read("pdf", GOOD, QUICK).code == "reader-crashed"
    assert reader.read("pdf", GOOD, QUICK).extract is not None


def test_a_reader_that_grows_is_stopped(reader: child.Child) -> None:
    script("make_hostile")
    small = Limits(child_bytes=60 * MIB, child_seconds=20)
    outcome = reader.read("docx", script("make_hostile").zipped({
        "[Content_Types].xml": b"<Types/>",
        "word/document.xml": b"<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'>"
        + b"<w:p/>" * 3_000_000 + b"</w:document>",
    }), small)  # fmt: skip
    assert outcome.code == "out-of-memory"


def test_the_reader_ends_with_its_owner_and_on_request(reader: child.Child) -> None:
    import psutil

    assert reader.read("pdf", GOOD, QUICK).extract is not None
    pid = reader.pid
    assert pid is not None
    reader.close()
    assert reader.pid is None
    assert not psutil.pid_exists(pid)


def test_documents_over_the_limit_are_not_even_sent(reader: child.Child) -> None:
    assert reader.read("pdf", GOOD, Limits(document_bytes=10)).code == "too-large"
    assert reader.pid is None


def test_documents_are_read_in_joblib_workers(tmp_path: Path) -> None:
    from joblib import Parallel, delayed

    for n in range(4):
        (tmp_path / f"{n}.pdf").write_bytes(pdf(down(f"How many {n}?")))
    items = list(find_items([tmp_path]))
    found: Any = Parallel(n_jobs=2, backend="loky")(delayed(parse_item)(item) for item in items)
    assert [m.body for messages in found for m in messages] == [f"How many {n}?" for n in range(4)]


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands in for Tesseract")
def test_pages_without_text_go_to_tesseract_where_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reader: child.Child
) -> None:
    import io
    import os

    from reportlab.pdfgen.canvas import Canvas

    program = tmp_path / "tesseract"
    program.write_text(
        '#!/bin/sh\ntest -s "$1" && test "$OMP_THREAD_LIMIT" = 1 && echo "How many drones do you own?"\n',
        encoding="utf-8",
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.rect(100, 100, 300, 300, fill=1)
    canvas.save()
    outcome = reader.read("pdf", out.getvalue(), QUICK)
    assert outcome.extract is not None
    assert outcome.extract.text.strip() == "How many drones do you own?"
