"""The commands: documented, quick to ask for help, and speaking JSON that the schema describes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest
from click.testing import CliRunner

import classifier.one as one
from classifier import __version__, screen
from classifier.cli import app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from classifier.records import TriageRecord
    from classifier.rooms import Rooms

ROOT = Path(__file__).resolve().parents[1]
HEAVY = {"numpy", "onnxruntime", "openpyxl", "pdfplumber", "scipy", "sklearn", "spacy", "sqlalchemy"}
LETTER = """From: P. Ockley <ockley@mail.example>
To: foi@wealdmere.police.example
Subject: Horses
Date: Tue, 03 Feb 2026 10:00:00 +0000

1. How many police horses are there?
2. What did their feed cost in 2025?

P. Ockley
"""


def _give(rooms: Rooms) -> Callable[..., Rooms]:
    """Stands in for `open_rooms`."""

    def opened(*_: object, **__: object) -> Rooms:
        return rooms

    return opened


@pytest.fixture
def _loaded(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one, "open_rooms", _give(rooms))


def commands(group: click.Group, above: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, with the words that call it."""
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from commands(command, f"{above}{name} ")
        else:
            yield f"{above}{name}", command


COMMANDS = dict(commands(app))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented(name: str) -> None:
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    text = "\n".join(p.read_text(encoding="utf-8") for p in pages)
    *group, last = name.split()
    # `register show|check|diff` names three commands.
    named = rf"`(?:foi-triage )?{' '.join(group)}[ ]?(?:[a-z-]+\|)*{last}\b" if group else rf"`(?:foi-triage )?{last}\b"
    assert re.search(named, text), f"foi-triage {name} stands neither in README.md nor in docs/"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_does_and_what_its_options_are(name: str) -> None:
    command = COMMANDS[name]
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.opts}"
    assert CliRunner().invoke(app, [*name.split(), "--help"]).exit_code == 0


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["run", "--help"], ["classify", "--help"], ["schema"]])
def test_asking_for_help_loads_nothing_heavy(words: list[str]) -> None:
    script = (
        "import sys\n"
        "from classifier.cli import main\n"
        "try:\n    main()\nexcept SystemExit as e:\n    assert not e.code, e.code\n"
        "print('LOADED', *sorted({m.partition('.')[0] for m in sys.modules}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *words], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    said, _, loaded = done.stdout.rpartition("LOADED")
    assert said.strip()
    assert HEAVY & set(loaded.split()) == set()


def test_the_version_is_said() -> None:
    assert __version__ in CliRunner().invoke(app, ["--version"]).stdout


@pytest.mark.usefixtures("_loaded")
def test_a_letter_on_standard_input_gives_one_object_of_the_schema() -> None:
    done = CliRunner().invoke(app, ["classify", "-"], input=LETTER.encode())
    assert done.exit_code == 0, done.output
    record = json.loads(done.stdout_bytes)
    assert record["subject"] == "Horses"
    assert record["received"].startswith("2026-02-03T10:00:00")
    assert [q["number"] for q in record["questions"]] == ["1", "2"]
    for question in record["questions"]:
        start, end = question["span"]
        assert record["text"][start:end] == question["text"]
    assert list(_faults(record, {"$ref": "#/$defs/TriageRecord"}, _schema())) == []


@pytest.mark.usefixtures("_loaded")
def test_several_letters_give_an_array(tmp_path: Path) -> None:
    path = tmp_path / "two.mbox"
    path.write_text(f"From a Tue Feb  3 10:00:00 2026\n{LETTER}\nFrom b Tue Feb  3 11:00:00 2026\n{LETTER}\n")
    done = CliRunner().invoke(app, ["classify", str(path)])
    assert [r["subject"] for r in json.loads(done.stdout_bytes)] == ["Horses", "Horses"]


@pytest.mark.usefixtures("_loaded")
def test_the_day_of_receipt_can_be_given(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("How many horses are there?\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["classify", str(path), "--received", "2026-02-03", "--json"])
    assert json.loads(done.stdout_bytes)["received_basis"] == "option"


def test_the_schema_holds_for_nothing_else() -> None:
    """The checker that the test above leans on finds what is wrong."""
    schema = {"$defs": {"N": {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}}}
    assert list(_faults({"n": 1}, {"$ref": "#/$defs/N"}, schema)) == []
    for wrong in ({}, {"n": "1"}, [], None):
        assert list(_faults(wrong, {"$ref": "#/$defs/N"}, schema))
    assert {"TriageRecord", "LabelledLetter", "Question"} <= set(_schema()["$defs"])


def test_a_terminal_is_shown_no_control_characters(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], rooms: Rooms, tmp_path: Path
) -> None:
    monkeypatch.setattr(one, "open_rooms", _give(rooms))
    path = tmp_path / "a.eml"
    path.write_text(LETTER.replace("Horses", "Hor\u202eses\x1b[31m"), encoding="utf-8")
    from classifier.force import Force

    record: TriageRecord = one.classify_file(path, Force(), None)[0]
    screen.show_record(record)
    said = capsys.readouterr().out
    assert "How many police horses are there?" in said
    assert "03 February 2026" in said
    assert "\u202e" not in said
    assert "\x1b[31m" not in said


def _schema() -> dict[str, Any]:
    return json.loads(CliRunner().invoke(app, ["schema"]).stdout)


_TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool,
    "null": type(None),
}  # fmt: skip


def _faults(value: Any, schema: dict[str, Any], whole: dict[str, Any], at: str = "$") -> Iterator[str]:
    """Where `value` departs from the schema: the keywords of JSON Schema that msgspec writes for our types."""
    if ref := schema.get("$ref"):
        yield from _faults(value, whole["$defs"][ref.rpartition("/")[2]], whole, at)
        return
    if choices := schema.get("anyOf"):
        if not any(not list(_faults(value, choice, whole, at)) for choice in choices):
            yield f"{at}: none of the choices"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r} is not allowed"
    kind = schema.get("type")
    if kind is not None and (not isinstance(value, _TYPES[kind]) or (kind != "boolean" and isinstance(value, bool))):
        yield f"{at}: no {kind}"
        return
    if isinstance(value, dict):
        yield from (f"{at}: lacks {name}" for name in schema.get("required", []) if name not in value)
        for name, inner in schema.get("properties", {}).items():
            if name in value:
                yield from _faults(value[name], inner, whole, f"{at}.{name}")
    if isinstance(value, list):
        first = schema.get("prefixItems", [])
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            yield f"{at}: {len(value)} items"
        for i, item in enumerate(value):
            inner = first[i] if i < len(first) else schema.get("items")
            if isinstance(inner, dict):
                yield from _faults(item, inner, whole, f"{at}[{i}]")
