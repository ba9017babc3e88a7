"""The command: what it refuses before it listens, people added to the users file, and pages that are really served."""

from __future__ import annotations

import http.client
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from review_tools import fill

from classifier.casebook import Casebook
from classifier.commands import review as command
from classifier.commands.review import review
from classifier.errors import ExtraMissing, UsageError
from classifier.review.people import read_users

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "say which casebook"),
        (["--casebook", "nowhere"], "there is no casebook"),
        (["--casebook", "nowhere", "--host", "0.0.0.0"], "--users"),
        (["--add-user", "Ann"], "--users"),
        (["--casebook", "nowhere", "--users", "nobody"], "there is no such file"),
        (["--casebook", "nowhere", "--certificate", "x"], "belong together"),
    ],
)
def test_what_is_refused_before_anything_listens(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=re.escape(said)):
        CliRunner().invoke(review, arguments, catch_exceptions=False)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_package_is_named_with_the_extra_that_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "NEEDED", ("argon2", "no_such_package"))
    with pytest.raises(ExtraMissing, match=r"no_such_package: pip install 'foi-triage\[review\]'"):
        CliRunner().invoke(review, ["--casebook", "x"], catch_exceptions=False)


def test_people_are_added_and_their_passwords_changed(tmp_path: Path) -> None:
    users = tmp_path / "users"
    arguments = ["--users", str(users), "--add-user", "Ann Officer"]
    added = CliRunner().invoke(review, arguments, input="correct horse staple\n")
    assert "Ann Officer: added" in added.output
    before = read_users(users)["Ann Officer"]
    changed = CliRunner().invoke(review, arguments, input="battery horse staple\n")
    assert "password changed" in changed.output
    assert read_users(users)["Ann Officer"] != before


def test_the_command_serves_the_pages_of_a_folder_of_results(tmp_path: Path) -> None:
    with Casebook.open(str(tmp_path / "casebook.sqlite")) as book:
        fill(book, [])
    words = [sys.executable, "-m", "classifier.cli", "review", "--casebook", str(tmp_path), "--port", "0"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, encoding="utf-8") as served:
        try:
            assert served.stdout is not None
            line = served.stdout.readline()
            found = re.fullmatch(r"7 letters\. Open http://127\.0\.0\.1:(\d+)/ in your browser; .*\n", line)
            assert found, line
            connection = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=20)
            connection.request("GET", "/")
            answer = connection.getresponse()
            assert answer.status == 200
            assert "server" not in {name.lower() for name in answer.headers}
            assert "Cannabis and cells" in answer.read().decode("utf-8")
        finally:
            served.terminate()
