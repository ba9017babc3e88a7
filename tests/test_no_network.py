"""A run opens no network connection: not in its own process, not in those that it starts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# Found by every Python that starts with this folder on its path, so by worker and reading processes too.
# A socket that is only made is let be: a library asks in that way, on import, whether there is IPv6.
REFUSE = """
import os, socket
def refused(*args, **kwargs):
    with open(os.environ["ATTEMPTS"], "a", encoding="utf-8") as log:
        log.write(f"{args} {kwargs}\\n")
    raise RuntimeError("a network connection was asked for")
class Refusing(socket.socket):
    connect = connect_ex = sendto = sendmsg = listen = refused
socket.socket = Refusing
socket.create_connection = socket.getaddrinfo = socket.gethostbyname = refused
"""


def _start(tmp_path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    (tmp_path / "patch").mkdir()
    (tmp_path / "patch" / "sitecustomize.py").write_text(REFUSE, encoding="utf-8")
    path = os.pathsep.join([str(tmp_path / "patch"), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path, "ATTEMPTS": str(tmp_path / "attempts")}
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=180, check=False
    )


def test_a_run_opens_no_connection(tmp_path: Path) -> None:
    inbox, out = tmp_path / "inbox", tmp_path / "out"
    inbox.mkdir()
    for name in ("01-response-times.eml", "02-drone-flights.eml", "07-printed-mail.pdf", "11-front-counters.docx"):
        (inbox / name).write_bytes((ROOT / "corpora" / "inbox" / name).read_bytes())
    text = '<html><body><p>How many?</p><img src="http://tracker.example/a.png"></body></html>'
    (inbox / "linked.html").write_text(text, encoding="utf-8")
    done = _start(tmp_path, "-m", "classifier.cli", "run", str(inbox), "--out", str(out))
    assert done.returncode == 0, done.stderr
    assert json.loads((out / "run.json").read_text(encoding="utf-8"))["read"] == 5
    assert not (tmp_path / "attempts").exists()


@pytest.mark.parametrize("ask", ["socket.socket().connect(('127.0.0.1', 9))", "socket.getaddrinfo('mail.example', 25)"])
def test_the_guard_would_have_noticed(tmp_path: Path, ask: str) -> None:
    done = _start(tmp_path, "-c", f"import socket; {ask}")
    assert done.returncode != 0
    assert (tmp_path / "attempts").exists()
