"""Every example of docs/commands.md runs, and prints what the page says."""

from __future__ import annotations

import doctest
import json
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from classifier.cli import app

if TYPE_CHECKING:
    import click
    import pytest
    from conftest import Foi

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```console\n\$ foi-triage ([^\n]+)\n(.*?)```", PAGE, re.DOTALL)
LETTER = """Dear Thornshire Police,

Under the Freedom of Information Act 2000 please tell me:

1. How many police dogs were retired in 2023?
2. What did their kennels cost?

Ann Other
"""
RESPONSE = """Our reference: 8104/25

You asked:

1. How many police dogs were retired in 2023?
2. What did their kennels cost?
3. What are the names of their handlers?

Our response

Questions 1 and 2: four dogs were retired. Their kennels cost 2,310 pounds.
Question 3 is exempt by virtue of Section 40(2).
"""
PAPER = """From: NPCC CRU <npcc.cru@npcc.police.uk>
To: foi@thornshire.police.uk
Subject: CRU Circulation
Date: Mon, 03 Jun 2024 09:00:00 +0100
Content-Type: text/plain; charset=utf-8

POLICE EYES ONLY

Log Number: 00041724

Logged with: National

Applicants Request:

1. What does the force pay for boots?

CRU Advice:

Requests on drones flown over protests are no longer a mandatory referral.

Kind regards
"""


def commands(group: click.Group, before: str = "") -> list[str]:
    out: list[str] = []
    for name, command in group.commands.items():
        out += commands(command, f"{before}{name} ") if hasattr(command, "commands") else [before + name]  # pyright: ignore[reportArgumentType]
    return out


def test_every_command_has_its_section_and_an_example_in_it() -> None:
    sections = re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert sorted(name for name, _ in sections) == sorted(commands(app))
    assert [name for name, text in sections if f"$ foi-triage {name}" not in text] == []


def correct(sheet: Path) -> None:
    """Another topic for the first question, a tick for the second."""
    from openpyxl import load_workbook

    book = load_workbook(sheet)
    headers = [cell.value for cell in book["Questions"][1]]
    book["Questions"].cell(2, headers.index("Topic 1") + 1, "Memorabilia, lost property, other")
    book["Questions"].cell(3, headers.index("Correct?") + 1, "yes")
    book.save(sheet)


def test_the_examples_print_what_the_page_says(foi: Foi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FOI_TRIAGE_STORE", str(tmp_path / "store"))
    Path("inbox").mkdir()
    # The page names this letter by the digest of its bytes: line ends are the same on every system.
    Path("inbox", "letter.txt").write_text(LETTER, encoding="utf-8", newline="\n")
    Path("inbox", "paper.eml").write_text(PAPER, encoding="utf-8")
    Path("batch.toml").write_text('out = "nights"\ninputs = ["inbox"]\nsettle_seconds = 0\n', encoding="utf-8")
    Path("published").mkdir()
    Path("published", "response.txt").write_text(RESPONSE, encoding="utf-8")
    Path("letter.txt").write_text(LETTER, encoding="utf-8")
    gold = {"id": "1", "text": LETTER, "kind": "new_request", "questions": [{"start": "How many police dogs were"}]}
    Path("gold.jsonl").write_text(json.dumps(gold), encoding="utf-8")
    Path("force.toml").write_text('name = "Thornshire Police"\nregister_overlay = "own.toml"\n', encoding="utf-8")
    # The overlay that the force file names is there: a run would refuse a missing one.
    Path("own.toml").write_text("# ours\n", encoding="utf-8")
    checker = doctest.OutputChecker()
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    for arguments, wanted in EXAMPLES:
        if arguments.startswith("corrections import"):
            correct(Path("results", "triage.xlsx"))
        said = foi(*shlex.split(arguments), terminal=True)
        assert said.code == 0, (arguments, said.err)
        # White space makes no difference, and "..." takes in the spaces beside it.
        page = re.sub(r"\s*\.\.\.\s*", "...", wanted)
        assert checker.check_output(page, said.out, flags), (
            f"foi-triage {arguments}\n--- the page says\n{wanted}\n--- it printed\n{said.out}"
        )
        # A path is printed whole: how long it is depends on where the checkout and the test stand.
        places = (str(tmp_path), str(ROOT))
        long = [line for line in said.out.splitlines() if len(line) > 80 and not any(place in line for place in places)]
        assert arguments == "schema" or not long, (arguments, long)
