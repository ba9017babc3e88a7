"""The sample inbox: made the same each time, and what the words in its table say of its files."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
INBOX = ROOT / "corpora" / "inbox"


def build() -> dict[str, bytes]:
    """The files as `scripts/make_sample_inbox.py` makes them."""
    scripts = str(ROOT / "scripts")
    if scripts not in sys.path:
        sys.path.insert(0, scripts)
    script: Any = importlib.import_module("make_sample_inbox")
    return script.build()


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return build()


def test_is_made_the_same_each_time(files: dict[str, bytes]) -> None:
    assert build() == files


def test_what_is_committed_is_what_the_script_makes(files: dict[str, bytes]) -> None:
    there = {path.name: path.read_bytes() for path in INBOX.iterdir()}
    assert sorted(there) == sorted(files)
    assert [name for name in files if there[name] != files[name]] == []


def test_every_file_has_its_line_in_the_table(files: dict[str, bytes]) -> None:
    table = (ROOT / "corpora" / "inbox.md").read_text(encoding="utf-8")
    assert [name for name in files if name not in table] == []


def test_only_reserved_domains_and_no_telephone_numbers(files: dict[str, bytes]) -> None:
    for name, data in files.items():
        for address in data.split(b"@")[1:]:
            domain = address.split(b">")[0].split()[0] if address.split() else b""
            if name.endswith((".eml", ".mbox", ".txt", ".html")):
                assert domain.rstrip(b".,;)<br/").split(b"<")[0].endswith(b".example"), (name, domain)
        assert b"07700" not in data.replace(b"07700 900", b"")


def test_small_enough_for_a_clone(files: dict[str, bytes]) -> None:
    assert sum(map(len, files.values())) < 1_500_000


def test_a_copy_is_exact_and_the_broken_file_is_cut(files: dict[str, bytes]) -> None:
    assert files["32-response-times-again.eml"] == files["01-response-times.eml"]
    assert files["30-broken.docx"].startswith(b"PK")
    assert b"PK\x05\x06" not in files["30-broken.docx"]
    assert b"/Encrypt" in files["29-locked.pdf"]
    assert b"/Font" not in files["08-scanned-page.pdf"]
