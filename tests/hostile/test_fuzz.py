"""Each fuzzer for a moment, and that it would notice; long runs: `python scripts/fuzz.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from script_tools import script

if TYPE_CHECKING:
    from pathlib import Path

fuzz = script("fuzz")
TIMES = {"mail": 30, "archive": 20, "pdf": 15, "html": 60, "splitter": 30, "sheet": 60}


@pytest.mark.parametrize("target", TIMES)
def test_damaged_input_breaks_no_promise(target: str) -> None:
    assert fuzz.TARGETS.keys() == TIMES.keys()
    assert fuzz.run(target, times=TIMES[target], seed=5) == TIMES[target]


@pytest.mark.parametrize("target", TIMES)
def test_input_made_from_parts_of_the_format_breaks_no_promise(target: str) -> None:
    assert fuzz.made(target, times=TIMES[target], seed=5) >= TIMES[target] // 2


def test_any_text_is_a_letter() -> None:
    @given(st.text(max_size=400))
    @settings(max_examples=40, deadline=None)
    def attempt(text: str) -> None:
        fuzz.splitter(text.encode("utf-8", "replace"))

    attempt()


def test_a_made_input_that_breaks_a_promise_is_kept_as_small_as_can_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(data: bytes) -> None:
        assert b"<td" not in data, "a cell"

    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(fuzz.TARGETS, "html", (check, lambda: b""))
    with pytest.raises(AssertionError, match="a cell"):
        fuzz.made("html", times=300)
    (kept,) = tmp_path.glob("crash-html-*")
    assert kept.read_bytes() == b"<td colspan=999>"


def test_a_broken_promise_is_noticed_and_its_input_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def check(data: bytes) -> None:
        assert len(data) < 40, "too long"

    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(fuzz.TARGETS, "mail", (check, lambda: b"x" * 39))
    with pytest.raises(AssertionError, match="too long"):
        fuzz.run("mail", times=500)
    (kept,) = tmp_path.glob("crash-mail-*")
    assert len(kept.read_bytes()) >= 40
