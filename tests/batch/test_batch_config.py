"""The configuration: every mistake names the file, the key and what to do, and nothing is written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from classifier.batch.config import load_batch, mailbox
from classifier.cli import main
from classifier.errors import BatchConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

    from classifier.batch.config import BatchConfig

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "batch.example.toml"
GOOD = 'out = "nights"\ninputs = ["inbox"]\n'
BOX = '[[imap]]\nhost = "mail.example"\nuser = "foi"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("inputs = []", 'lacks "out"'),
        ('out = "nights"', "nothing to read"),
        ('out = ""\ninputs = ["a"]', '"out" is empty'),
        ('out = "n"\ninputs = ["a", " "]', r"inputs\[1\] is empty"),
        (GOOD + "worker = 2", 'did you mean "workers"'),
        (GOOD + "workers = 0", '"workers" has a wrong value'),
        (GOOD + 'keep_days = "long"', '"keep_days" has a wrong value .*expected `int`'),
        (GOOD + "keep_days = -1", "keep_days"),
        (GOOD + "[digest]\nhour = 3", 'did you mean "hours"'),
        (GOOD + '[digest]\nto = ["someone"]', r'digest.to\[0\] is "someone"'),
        (GOOD + '[digest]\nsender = "a@b.example\\nBcc: c@d.example"', "digest.sender"),
        (GOOD + BOX, "exactly one of password_env"),
        (GOOD + BOX + 'password_env = "A"\ntoken_file = "t"', "password_env, token_file"),
        (GOOD + BOX + 'password = "x"', 'did you mean "password_'),
        (GOOD + BOX + 'password_env = "A"\nsecurity = "none"', "in the clear to mail.example"),
        (GOOD + BOX + 'password_env = "A"\nport = 0', r"imap\[0\].port"),
        (GOOD + "inputs = 3", "not valid TOML"),
    ],
)
def test_a_mistake_names_its_key(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "batch.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BatchConfigError, match=said) as e:
        load_batch(path)
    assert str(e.value).startswith(str(path))


def test_a_wrong_configuration_ends_with_2_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "batch.toml"
    path.write_text(GOOD + "workers = 0", encoding="utf-8")
    for name in (path, tmp_path / "none.toml"):
        monkeypatch.setattr("sys.argv", ["foi-triage", "batch", str(name)])
        with pytest.raises(SystemExit) as e:
            main()
        assert e.value.code == 2
        assert capsys.readouterr().err.count("\n") == 1
    assert list(tmp_path.iterdir()) == [path]


def test_names_are_relative_to_the_file(configure: Callable[..., BatchConfig], tmp_path: Path) -> None:
    config = configure('force = "f.toml"\ncasebook = "sqlite:///x.sqlite"\n[monitoring]\nhealth = "h/health.json"')
    assert config.folder == tmp_path / "nights"
    assert config.inputs == (str(tmp_path / "inbox"),)
    assert config.force == str(tmp_path / "f.toml")
    assert config.casebook == "sqlite:///x.sqlite"
    assert config.monitoring.health == str(tmp_path / "h" / "health.json")
    assert config.monitoring.metrics == ""


def test_a_secret_is_read_from_its_file(configure: Callable[..., BatchConfig], tmp_path: Path) -> None:
    config = configure(BOX + 'password_file = "secret"')
    with pytest.raises(BatchConfigError, match=r"imap\[0\].*cannot be read"):
        mailbox(1, config.imap[0])
    (tmp_path / "secret").write_text("words\n", encoding="utf-8")
    assert mailbox(1, config.imap[0]).secret == "words"


def test_the_example_is_whole_and_names_every_key() -> None:
    config = load_batch(EXAMPLE)
    assert config.imap
    text = EXAMPLE.read_text(encoding="utf-8")
    for struct in (config, config.imap[0], config.digest, config.monitoring):
        assert [name for name in struct.__struct_fields__ if name not in text] == []
