"""The main job: what it writes, what it refuses, that stopping costs nothing and that nothing is lost."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

import classifier.run as job
from classifier import cli
from classifier.errors import CasebookError, InputMissing, ModelError, OutputExists, Stopped
from classifier.records import TriageRecord
from classifier.run import PARTIAL, RECORDS, Options, Summary, run

if TYPE_CHECKING:
    from collections.abc import Callable

    from classifier.rooms import Rooms

ROOT = Path(__file__).resolve().parents[1]
FILES = ["casebook.sqlite", "report.html", "run.json", "triage.jsonl", "triage.xlsx"]
LETTERS = {
    "1.eml": "How many police horses does the force keep, and what do they cost?",
    "2.eml": "1. How many drones do you own?\n2. How many flights did they make in 2025?",
    "3.eml": "Thank you for your answer about lost umbrellas. I have nothing further.",
    "4.eml": "1. How many drones do you own?\n2. How many flights did they make in 2025?",
    "5.eml": "Please send the policy on the care of exhibits kept in freezers.",
    "6.eml": "",
}


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    for n, (name, body) in enumerate(LETTERS.items(), 1):
        head = f"From: Writer {n} <w{n}@mail.example>\nTo: foi@wealdmere.police.example\nSubject: Letter {n}\n"
        day = f"Date: Tue, {n:02} Feb 2026 10:00:00 +0000\nMessage-ID: <{n}@mail.example>\n"
        text = f"Dear Sir or Madam\n\n{body}\n\nYours faithfully\nWriter {n}\n" if body else ""
        (folder / name).write_text(f"{head}{day}\n{text}", encoding="utf-8", newline="\n")
    return folder


def _give(rooms: Rooms) -> Callable[..., Rooms]:
    """Stands in for `open_rooms`."""

    def opened(*_: object, **__: object) -> Rooms:
        return rooms

    return opened


@pytest.fixture(autouse=True)
def _loaded(rooms: Rooms, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The model is loaded once for all tests, but for those that are about loading it."""
    if "own_model" not in request.fixturenames:
        monkeypatch.setattr(job, "open_rooms", _give(rooms))


@pytest.fixture
def own_model() -> None:
    """Asks for a run that opens its model itself."""


def records(out: Path) -> list[TriageRecord]:
    return [msgspec.json.decode(x, type=TriageRecord) for x in (out / RECORDS).read_bytes().splitlines()]


def command(monkeypatch: pytest.MonkeyPatch, *words: str | Path) -> int:
    """The exit code of `foi-triage` with these words."""
    monkeypatch.setattr(sys, "argv", ["foi-triage", *map(str, words)])
    try:
        cli.main()
    except SystemExit as e:
        return int(e.code or 0)
    return 0


def test_every_input_has_a_record_and_every_file_its_name(inbox: Path, tmp_path: Path) -> None:
    seen: list[int] = []
    summary = run(Options([inbox], tmp_path / "out"), progress=seen.append)
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == FILES
    found = records(tmp_path / "out")
    assert [Path(r.source).name for r in found] == list(LETTERS)
    assert seen == [1, 2, 3, 4, 5, 6]
    assert (summary.read, summary.classified, summary.set_aside) == (6, 5, 1)
    assert sum(summary.kinds.values()) == 6
    assert [q.text for q in found[1].questions] == [
        "How many drones do you own?", "How many flights did they make in 2025?"
    ]  # fmt: skip
    assert found[3].related[0].id == found[1].id
    written = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert msgspec.convert(written, Summary) == summary
    assert set(summary.versions) >= {"program", "model", "encoder", "register"}


def test_earlier_results_are_refused_replaced_or_gone_on_with(inbox: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(Options([inbox], out))
    note = (out / "triage.xlsx").read_bytes() + b"a note"
    (out / "triage.xlsx").write_bytes(note)
    (out / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputExists, match="--replace"):
        run(Options([inbox], out))
    assert (out / "triage.xlsx").read_bytes() == note
    run(Options([inbox], out, existing="replace"))
    assert (out / "triage.xlsx").read_bytes() != note
    assert (out / "mine.txt").read_text(encoding="utf-8") == "mine"
    before = (out / RECORDS).read_bytes()
    seen: list[int] = []
    assert run(Options([inbox], out, existing="resume"), progress=seen.append).read == 6
    assert (out / RECORDS).read_bytes() == before
    assert seen == []


def test_a_file_is_no_folder_for_results(inbox: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("x", encoding="utf-8")
    with pytest.raises(OutputExists, match="is a file"):
        run(Options([inbox], tmp_path / "out", existing="replace"))
    assert (tmp_path / "out").read_text(encoding="utf-8") == "x"


def _no_input(given: Options, _: pytest.MonkeyPatch) -> Options:
    return given._replace(exports=[given.exports[0] / "none"])


def _empty_folder(given: Options, _: pytest.MonkeyPatch) -> Options:
    (given.exports[0] / "sub").mkdir()
    return given._replace(exports=[given.exports[0] / "sub"])


def _no_log(given: Options, _: pytest.MonkeyPatch) -> Options:
    return given._replace(log=given.exports[0] / "none")


def _no_model(given: Options, patch: pytest.MonkeyPatch) -> Options:
    patch.setenv("FOI_TRIAGE_MODEL", str(given.exports[0]))
    return given


def _no_casebook(given: Options, _: pytest.MonkeyPatch) -> Options:
    return given._replace(casebook=f"sqlite:///{(given.exports[0] / '1.eml').as_posix()}")


@pytest.mark.usefixtures("own_model")
@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (_no_input, InputMissing), (_empty_folder, InputMissing), (_no_log, InputMissing), (_no_model, ModelError),
        (_no_casebook, CasebookError),
    ],
)  # fmt: skip
@pytest.mark.parametrize("there", [False, True])
def test_nothing_is_written_or_taken_away_where_the_usage_is_wrong(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool,
    wrong: Callable[[Options, pytest.MonkeyPatch], Options], error: type[Exception],
) -> None:  # fmt: skip
    out = tmp_path / "out"
    if there:
        out.mkdir()
        for name in (RECORDS, "triage.xlsx", "run.json"):
            (out / name).write_text("earlier", encoding="utf-8")
    with pytest.raises(error):
        run(wrong(Options([inbox], out, existing="replace"), monkeypatch))
    left = {p.name: p.read_text(encoding="utf-8") for p in out.iterdir()} if out.exists() else {}
    assert left == (dict.fromkeys((RECORDS, "run.json", "triage.xlsx"), "earlier") if there else {})
    assert out.exists() == there


def test_no_name_is_taken_before_its_file_is_whole(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from classifier.sheets import report

    out = tmp_path / "out"
    during: list[set[str]] = []

    def look(*_: object) -> None:
        during.append({p.name for p in out.iterdir() if not p.name.startswith(("casebook.", "."))})

    def fail(path: Path, _: object) -> None:
        path.write_text("half a page", encoding="utf-8")
        raise OSError("the disk is full")

    whole = report.write_report
    monkeypatch.setattr(report, "write_report", fail)
    with pytest.raises(OSError, match="full"):
        run(Options([inbox], out), progress=look)
    look()
    assert during[:-1] == [{PARTIAL}] * 6
    assert during[-1] == {PARTIAL}
    monkeypatch.setattr(report, "write_report", whole)
    assert run(Options([inbox], out, existing="resume")).read == 6
    assert sorted(p.name for p in out.iterdir()) == FILES


def test_a_run_that_was_stopped_goes_on_to_the_same_records(inbox: Path, tmp_path: Path) -> None:
    run(Options([inbox], tmp_path / "whole"))
    out = tmp_path / "out"
    stopper = (
        "import signal, sys\n"
        "from contextlib import contextmanager\n"
        "from classifier import cli, screen\n"
        "@contextmanager\n"
        "def bar():\n"
        "    yield lambda n: signal.raise_signal(signal.SIGINT) if n == 3 else None\n"
        "screen.progress_bar = bar\n"
        "cli.main()\n"
    )
    words = [sys.executable, "-c", stopper, "run", str(inbox), "--out", str(out)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 3, done.stderr
    assert "--resume" in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(p.name for p in out.iterdir()) == ["casebook.sqlite", PARTIAL]
    kept = (out / PARTIAL).read_bytes()
    assert kept.count(b"\n") == 3
    # A line that a dying machine wrote half of.
    (out / PARTIAL).write_bytes(kept + kept[:100])
    with pytest.raises(OutputExists, match="--resume"):
        run(Options([inbox], out))
    seen: list[int] = []
    summary = run(Options([inbox], out, existing="resume"), progress=seen.append)
    assert seen == [4, 5, 6]
    assert (summary.read, summary.classified, summary.set_aside) == (6, 5, 1)
    assert _said(out) == _said(tmp_path / "whole")
    assert sorted(p.name for p in out.iterdir()) == FILES


def _said(out: Path) -> list[Any]:
    """The records, scores to two places: a process of its own may round the encoder's sums otherwise."""

    def rounded(value: Any) -> Any:
        if isinstance(value, float):
            return round(value, 2)
        if isinstance(value, dict):
            return {k: rounded(v) for k, v in value.items()}
        return [rounded(v) for v in value] if isinstance(value, list | tuple) else value

    return [rounded(msgspec.to_builtins(r)) for r in records(out)]


def test_a_run_stopped_and_resumed_in_one_process_gives_the_same_bytes(inbox: Path, tmp_path: Path) -> None:
    import signal

    run(Options([inbox], tmp_path / "whole"))
    options = Options([inbox], tmp_path / "out")
    with pytest.raises(Stopped):
        run(options, progress=lambda n: signal.raise_signal(signal.SIGINT) if n == 2 else None)
    run(options._replace(existing="resume"))
    assert (tmp_path / "out" / RECORDS).read_bytes() == (tmp_path / "whole" / RECORDS).read_bytes()


def test_a_second_run_knows_the_letters_of_the_first(inbox: Path, tmp_path: Path) -> None:
    book = f"sqlite:///{(tmp_path / 'book.sqlite').as_posix()}"
    run(Options([inbox], tmp_path / "one", casebook=book))
    later = tmp_path / "later"
    later.mkdir()
    text = (inbox / "2.eml").read_text(encoding="utf-8").replace("Writer 2 <w2@", "Other <other@").replace("<2@", "<9@")
    (later / "9.eml").write_text(text.replace("Writer 2", "Other"), encoding="utf-8")
    run(Options([later], tmp_path / "two", casebook=book))
    (found,) = records(tmp_path / "two")
    first = {r.id: Path(r.source).name for r in records(tmp_path / "one")}
    assert {first[r.id] for r in found.related if r.relation.startswith("same")} == {"2.eml", "4.eml"}
    assert found.duplicate_of is None
    assert not (tmp_path / "two" / "casebook.sqlite").exists()


def test_worker_processes_give_the_same_records(inbox: Path, tmp_path: Path) -> None:
    run(Options([inbox], tmp_path / "one"))
    run(Options([inbox], tmp_path / "two", workers=2))
    assert (tmp_path / "one" / RECORDS).read_bytes() == (tmp_path / "two" / RECORDS).read_bytes()


def test_the_day_of_receipt_is_for_letters_that_carry_none(tmp_path: Path) -> None:
    from datetime import date

    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "a.txt").write_text("How many horses does the force keep?\n\nP. Ockley", encoding="utf-8")
    run(Options([inbox], tmp_path / "out", received=date(2026, 2, 3)))
    (found,) = records(tmp_path / "out")
    assert found.received is not None
    assert (found.received.date(), found.received_basis) == (date(2026, 2, 3), "option")
    assert found.deadlines[0].due == date(2026, 3, 3)


def test_exit_codes(inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    assert command(monkeypatch, "run", inbox / "1.eml", "--out", out) == 0
    assert command(monkeypatch, "run", inbox / "1.eml", "--out", out) == 2
    assert command(monkeypatch, "run", inbox / "none", "--out", tmp_path / "other") == 2
    assert command(monkeypatch, "run", "--out", tmp_path / "other") == 2
    assert command(monkeypatch, "run", inbox, "--out", tmp_path / "other", "--received", "3 May") == 2
    assert command(monkeypatch, "run", inbox, "--out", tmp_path / "other", "--force", inbox / "none.toml") == 2
    assert not (tmp_path / "other").exists()
    assert command(monkeypatch, "run", inbox / "1.eml", "--out", out, "--replace", "--strict") == 0


def test_strict_exits_with_one_where_a_letter_needs_a_person(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (inbox / "7.txt").write_bytes(b"")
    assert command(monkeypatch, "run", inbox / "7.txt", "--out", tmp_path / "strict", "--strict") == 1
    assert command(monkeypatch, "run", inbox / "7.txt", "--out", tmp_path / "loose") == 0
    assert records(tmp_path / "loose")[0].problems[0].code == "empty"


def test_an_error_is_one_line_and_never_a_traceback(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(monkeypatch, "run", inbox / "none", "--out", tmp_path / "out") == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("foi-triage: ")
    assert said.err.count("\n") == 1
