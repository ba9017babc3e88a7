"""Each fuzzer for a moment, and that it would notice; long runs: `python scripts/fuzz.py`."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "fuzz.py"


def load() -> Any:
    spec = importlib.util.spec_from_file_location("fuzz", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["fuzz"] = module
    spec.loader.exec_module(module)
    return module


fuzz = load()
TIMES = {"mail": 30, "archive": 30, "pdf": 30, "html": 60, "splitter": 30, "sheet": 60}
HEADERS = st.sampled_from(
    ["From", "To", "Subject", "Date", "Received", "Content-Type", "Content-Disposition", "X-\xe9"]
)
VALUES = st.one_of(
    st.text(max_size=60),
    st.sampled_from([
        "multipart/mixed; boundary=b", "text/html; charset=utf-7", "message/rfc822", "=?utf-8?Q?=C3?=",
        "attachment; filename*0*=a",
        "<a@b.example>, \"c", "Tue, 99 Foo 2024 99:99:99 +9999", "application/pkcs7-mime", "text/plain; charset=zlib",
    ]),
)  # fmt: skip
PARTS = st.lists(st.tuples(st.lists(st.tuples(HEADERS, VALUES), max_size=5), st.text(max_size=200)), max_size=5)


@pytest.mark.parametrize("target", TIMES)
def test_damaged_input_breaks_no_promise(target: str) -> None:
    assert fuzz.TARGETS.keys() == TIMES.keys()
    assert fuzz.run(target, times=TIMES[target], seed=5) == TIMES[target]


@given(PARTS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_mail_made_of_odd_parts_breaks_no_promise(parts: list[tuple[list[tuple[str, str]], str]]) -> None:
    blocks = ["\r\n".join([*(f"{name}: {value}" for name, value in fields), "", body]) for fields, body in parts]
    fuzz.mail("\r\n--b\r\n".join(blocks).encode("utf-8", "surrogatepass"))


@given(st.text(max_size=400))
@settings(max_examples=40, deadline=None)
def test_any_text_is_a_letter(text: str) -> None:
    fuzz.splitter(text.encode("utf-8", "replace"))


def test_a_broken_promise_is_noticed_and_its_input_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def check(data: bytes) -> None:
        assert len(data) < 40, "too long"

    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(fuzz.TARGETS, "mail", (check, lambda: b"x" * 39))
    with pytest.raises(AssertionError, match="too long"):
        fuzz.run("mail", times=500)
    (kept,) = tmp_path.glob("crash-mail-*")
    assert len(kept.read_bytes()) >= 40
