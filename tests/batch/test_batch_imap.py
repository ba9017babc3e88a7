"""Mail from a server: read only, each mail once, and a server that fails costs the night nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator  # noqa: TC003
from typing import TYPE_CHECKING

import pytest
from conftest import letter, subjects  # pyright: ignore[reportAttributeAccessIssue]
from imap_server import ImapServer

from classifier.batch.job import run_batch
from classifier.errors import SourceFailed
from classifier.intake.imap import ImapFolder, Mailbox
from classifier.intake.limits import Limits

if TYPE_CHECKING:
    from pathlib import Path

    from classifier.batch.config import BatchConfig

pytest.importorskip("imapclient")
CHANGES = ("SELECT", "STORE", "EXPUNGE", "DELETE", "MOVE", "COPY", "APPEND", "CLOSE", "RENAME", "CREATE")


def _mail(number: int) -> bytes:
    return letter(number).replace("\n", "\r\n").encode()


@pytest.fixture
def server() -> Iterator[ImapServer]:
    made = ImapServer({n: _mail(n) for n in (1, 2, 3)})
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def box(
    server: ImapServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, configure: Callable[..., BatchConfig]
) -> BatchConfig:
    """A configuration over the server alone."""
    monkeypatch.setenv("FOI_PASSWORD", "s3cret words")
    return configure(_table(server, 'password_env = "FOI_PASSWORD"'), inputs="[]")


def _table(server: ImapServer, secret: str) -> str:
    return (
        f'[[imap]]\nhost = "127.0.0.1"\nuser = "foi"\nport = {server.port}\nsecurity = "none"\nfolder = "INBOX/FOI"\n'
        f"{secret}\n"
    )


def test_mail_is_fetched_once_and_never_touched(server: ImapServer, box: BatchConfig) -> None:
    done = run_batch(box)
    assert done.failures == ()
    assert sorted(subjects(box)) == ["Lanterns 1", "Lanterns 2", "Lanterns 3"]
    server.mails[9] = _mail(9)
    asked = len(server.log)
    run_batch(box)
    assert subjects(box)["Lanterns 9"] == 1
    assert [c for c in server.log[asked:] if "FETCH" in c] == [
        c for c in server.log[asked:] if c.startswith("UID FETCH 9")
    ]
    assert any(c.startswith("EXAMINE") for c in server.log)
    assert not [c for c in server.log if c.removeprefix("UID ").split(" ")[0].upper() in CHANGES]
    assert all("BODY.PEEK[]" in c for c in server.log if "FETCH" in c)


def test_a_folder_with_new_numbers_is_fetched_again_and_its_letters_known(server: ImapServer, box: BatchConfig) -> None:
    run_batch(box)
    server.validity = 78
    assert run_batch(box).summary is None
    fetched = sum("FETCH" in c for c in server.log)
    assert fetched == 6
    assert run_batch(box).summary is None
    assert sum("FETCH" in c for c in server.log) == fetched


def test_the_same_mail_in_a_folder_of_files_is_known(
    server: ImapServer, box: BatchConfig, inbox: Path, configure: Callable[..., BatchConfig]
) -> None:
    both = configure(_table(server, 'password_env = "FOI_PASSWORD"'))
    run_batch(both)
    assert sorted(subjects(both).values()) == [1, 1, 1]


def test_a_server_that_breaks_off_is_told_and_gone_on_with(server: ImapServer, box: BatchConfig) -> None:
    server.fails_after = 2
    done = run_batch(box)
    assert [(f.source, f.code) for f in done.failures] == [("imap[0]", "source-failed")]
    assert sorted(subjects(box)) == ["Lanterns 1", "Lanterns 2"]
    server.fails_after = None
    assert run_batch(box).failures == ()
    assert sorted(subjects(box).items()) == [(f"Lanterns {n}", 1) for n in (1, 2, 3)]


@pytest.mark.parametrize("secret", ["wrong", ""])
def test_a_wrong_or_missing_password_is_told(
    server: ImapServer, box: BatchConfig, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOI_PASSWORD", secret)
    (failure,) = run_batch(box).failures
    assert failure.source == "imap[0]"
    assert "password" in failure.detail or "FOI_PASSWORD" in failure.detail
    assert "s3cret" not in failure.detail


def test_a_token_opens_the_mailbox(server: ImapServer, tmp_path: Path, configure: Callable[..., BatchConfig]) -> None:
    (tmp_path / "token").write_text("a-token\n", encoding="utf-8")
    config = configure(_table(server, 'token_file = "token"'), inputs="[]")
    assert run_batch(config).failures == ()
    assert len(subjects(config)) == 3


def test_a_mail_that_is_too_big_is_cut_and_said_so(server: ImapServer) -> None:
    server.mails = {5: _mail(5) + b"x" * 5_000}
    mailbox = Mailbox("imap-1", "127.0.0.1", "foi", "s3cret words", port=server.port, security="none")
    with ImapFolder(mailbox, Limits(message_bytes=1_000)) as folder:
        (fetched,) = folder.fetch(lambda _validity, _uid: False, lambda: False)
    assert fetched.item.data is not None
    assert len(fetched.item.data) == 1_001


def test_a_password_never_goes_out_in_the_clear() -> None:
    mailbox = Mailbox("imap-1", "mail.example", "foi", "s3cret words", security="none")
    with pytest.raises(SourceFailed, match="in the clear"):
        ImapFolder(mailbox, Limits())
