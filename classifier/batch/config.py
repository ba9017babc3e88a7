"""The configuration of the unattended run: a TOML file, every key checked before anything is read or written.

File names in it are relative to the file. Passwords never stand in it: it names the variable or file that holds one.
The keys are described in `docs/batch.example.toml`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from classifier.errors import BatchConfigError
from classifier.force import explain, read_toml
from classifier.intake.imap import Mailbox

Count = Annotated[int, msgspec.Meta(ge=0)]


class Imap(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A mail folder. Exactly one of `password_env`, `password_file` and `token_file` says where the secret is."""

    host: str
    user: str
    folder: str = "INBOX"
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 993
    security: Literal["tls", "starttls", "none"] = "tls"
    password_env: str = ""
    password_file: str = ""
    token_file: str = ""
    ca_file: str = ""


class Digest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The morning's page and mail: what was read in the last `hours`, what is due in the next `due_days`.

    `sender` and `to` are the addresses of the mail file. `subjects` false leaves subject lines out of both.
    """

    sender: str = ""
    to: tuple[str, ...] = ()
    subjects: bool = True
    hours: Annotated[int, msgspec.Meta(ge=1, le=24 * 31)] = 24
    due_days: Annotated[int, msgspec.Meta(ge=1, le=31)] = 7


class Monitoring(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the health file and the Prometheus text file are written; "" for their places in `out`."""

    health: str = ""
    metrics: str = ""


class BatchConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole configuration. After `load_batch` all file names can be opened from the working directory.

    `inputs`: folders, mailboxes, archives, Outlook data files. `settle_seconds`: a file changed less than so long ago
    is left for the next run, as somebody may still be copying it. `keep_days`: days after which the text of letters is
    removed; 0 for never.
    """

    out: str
    inputs: tuple[str, ...] = ()
    imap: tuple[Imap, ...] = ()
    force: str = ""
    casebook: str = ""
    published: str = ""
    workers: Annotated[int, msgspec.Meta(ge=1, le=64)] = 1
    settle_seconds: Count = 60
    keep_days: Count = 0
    digest: Digest = Digest()
    monitoring: Monitoring = Monitoring()

    @property
    def folder(self) -> Path:
        """Where everything is written."""
        return Path(self.out)


_FIELDS = {
    "": list(BatchConfig.__struct_fields__),
    "imap": list(Imap.__struct_fields__),
    "digest": list(Digest.__struct_fields__),
    "monitoring": list(Monitoring.__struct_fields__),
}


def load_batch(path: Path) -> BatchConfig:
    """The configuration at `path` (TOML, UTF-8). Raises BatchConfigError: the file, the key, what to do."""
    table = read_toml(path, BatchConfigError, "there is no such file. Start from docs/batch.example.toml.")
    try:
        config = msgspec.convert(table, BatchConfig)
    except msgspec.ValidationError as e:
        raise BatchConfigError(f"{path}: {explain(str(e), table, _FIELDS)}") from e
    _check(path, config)
    return _placed(path, config)


def _check(path: Path, config: BatchConfig) -> None:
    if not config.out.strip():
        raise BatchConfigError(f'{path}: the key "out" is empty. Name the folder for the results.')
    if not config.inputs and not config.imap:
        raise BatchConfigError(f'{path}: nothing to read. Name folders or files under "inputs", or an [[imap]] table.')
    for n, name in enumerate(config.inputs):
        if not name.strip():
            raise BatchConfigError(f"{path}: inputs[{n}] is empty. Name a folder or a file.")
    for n, box in enumerate(config.imap):
        given = [k for k in ("password_env", "password_file", "token_file") if getattr(box, k)]
        if len(given) != 1:
            raise BatchConfigError(
                f"{path}: imap[{n}] needs exactly one of password_env, password_file and token_file"
                f" (it has {', '.join(given) or 'none'}). Passwords never stand in this file itself."
            )
        if box.security == "none" and box.host not in ("localhost", "127.0.0.1", "::1"):
            raise BatchConfigError(
                f'{path}: imap[{n}].security is "none", which would send the password in the clear to {box.host}. '
                'Write "tls" or "starttls".'
            )
    for n, address in enumerate((config.digest.sender, *config.digest.to)):
        if address and ("@" not in address or any(c in address for c in "\r\n<>,;")):
            key = f"digest.to[{n - 1}]" if n else "digest.sender"
            raise BatchConfigError(f'{path}: {key} is "{address}", which is no mail address. Write name@domain alone.')


def _placed(path: Path, config: BatchConfig) -> BatchConfig:
    """The configuration with its file names made whole."""

    def beside(name: str) -> str:
        return str(path.parent / name) if name else ""

    casebook = config.casebook if "://" in config.casebook else beside(config.casebook)
    return msgspec.structs.replace(
        config,
        out=beside(config.out),
        inputs=tuple(beside(name) for name in config.inputs),
        imap=tuple(
            msgspec.structs.replace(
                box,
                password_file=beside(box.password_file),
                token_file=beside(box.token_file),
                ca_file=beside(box.ca_file),
            )
            for box in config.imap
        ),
        force=beside(config.force),
        casebook=casebook,
        published=beside(config.published),
        monitoring=Monitoring(health=beside(config.monitoring.health), metrics=beside(config.monitoring.metrics)),
    )


def mailbox(number: int, box: Imap) -> Mailbox:
    """The mailbox with its secret, read now so that a renewed one counts. Raises BatchConfigError without it.

    `number` counts mailboxes from 1: the name by which sources, logs and digests call it.
    """
    where = box.password_env or box.password_file or box.token_file
    if box.password_env:
        secret = os.environ.get(box.password_env, "")
    else:
        try:
            secret = Path(where).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as e:
            raise BatchConfigError(f"imap[{number - 1}]: the secret in {where} cannot be read: {e}") from e
    if not secret:
        raise BatchConfigError(f"imap[{number - 1}]: {where} is empty. Put the password or token there.")
    return Mailbox(
        name=f"imap-{number}",
        host=box.host,
        user=box.user,
        secret=secret,
        folder=box.folder,
        port=box.port,
        security=box.security,
        token=bool(box.token_file),
        ca_file=Path(box.ca_file) if box.ca_file else None,
    )
