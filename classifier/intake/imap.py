"""A folder of a mailbox by IMAP: read only, and nothing else. Nothing is deleted, moved or marked as read.

The folder is opened with EXAMINE, under which a server refuses every change (RFC 3501, 6.3.2), and mail is fetched with
BODY.PEEK, which leaves the Seen mark alone (6.4.5). A unique id stands for the same bytes as long as the folder's
UIDVALIDITY does (2.3.1.1), so mail that was read before is not fetched again. Needs the extra `foi-triage[imap]`.
"""

from __future__ import annotations

import ssl
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

from classifier.errors import ExtraMissing, SourceFailed
from classifier.intake.items import RawItem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from classifier.intake.limits import Limits

CONNECT_SECONDS: Final = 30.0
READ_SECONDS: Final = 120.0
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


class Mailbox(NamedTuple):
    """A folder on a server. `secret` is a password, or with `token` an OAuth 2 access token.

    `security`: "tls" from the first byte, "starttls", or "none", which is for this machine alone.
    """

    name: str
    host: str
    user: str
    secret: str
    folder: str = "INBOX"
    port: int = 993
    security: str = "tls"
    token: bool = False
    ca_file: Path | None = None


class Fetched(NamedTuple):
    """A mail with what names it on the server."""

    item: RawItem
    validity: int
    uid: int


class ImapFolder:
    """An open folder. A context manager. Every method raises SourceFailed, in words without the mail's own."""

    def __init__(self, mailbox: Mailbox, limits: Limits) -> None:
        self._mailbox = mailbox
        self._limits = limits
        try:
            import imapclient
        except ModuleNotFoundError as e:
            raise ExtraMissing("reading a mailbox needs the package imapclient: pip install 'foi-triage[imap]'") from e
        self._errors = (imapclient.IMAPClient.Error, OSError, ValueError)
        self._client: Any = None
        try:
            self._open(imapclient)
        except self._errors as e:
            self.close()
            raise self._failed("cannot be opened", e) from e

    def _open(self, imapclient: Any) -> None:
        box = self._mailbox
        if box.security == "none" and box.host not in _LOOPBACK:
            raise SourceFailed(f"{box.name}: a password is never sent in the clear; use security = 'tls' or 'starttls'")
        context = ssl.create_default_context(cafile=str(box.ca_file) if box.ca_file else None)
        timeout = imapclient.SocketTimeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
        tls = box.security == "tls"
        self._client = imapclient.IMAPClient(
            box.host, port=box.port, ssl=tls, ssl_context=context if tls else None, timeout=timeout, use_uid=True
        )
        if box.security == "starttls":
            self._client.starttls(context)
        (self._client.oauth2_login if box.token else self._client.login)(box.user, box.secret)
        selected = self._client.select_folder(box.folder, readonly=True)
        self.validity = int(selected[b"UIDVALIDITY"])

    def fetch(self, known: Callable[[int, int], bool], stopping: Callable[[], bool]) -> Iterator[Fetched]:
        """The mails of the folder that are not `known` by validity and unique id, oldest first, one at a time."""
        box, most = self._mailbox, self._limits.message_bytes
        try:
            wanted = [uid for uid in sorted(self._client.search(["ALL"])) if not known(self.validity, uid)]
            for uid in wanted:
                if stopping():
                    return
                # One byte more than the limit, so that what is longer is seen to be.
                part = f"BODY.PEEK[]<0.{most + 1}>"
                answer = self._client.fetch([uid], [part]).get(uid, {})
                data = next((v for k, v in answer.items() if k.startswith(b"BODY[")), None)
                if data is None:
                    continue  # It was deleted by somebody meanwhile.
                source = f"{box.name}#{self.validity}/{uid}"
                yield Fetched(RawItem(source=source, name="message.eml", data=bytes(data)), self.validity, uid)
        except self._errors as e:
            raise self._failed("failed while mail was fetched", e) from e

    def _failed(self, what: str, error: Exception) -> SourceFailed:
        said = " ".join(str(error).split())[:200]
        return SourceFailed(
            f"{self._mailbox.name}: the mailbox {what} ({type(error).__name__}: {said}). "
            "Check host, user, password and folder; the next run tries again."
        )

    def close(self) -> None:
        """Log out. A folder opened by EXAMINE is left without an expunge."""
        client, self._client = self._client, None
        if client is None:
            return
        try:
            client.logout()
        except self._errors:
            # The connection broke before; the library may have closed it already.
            with suppress(*self._errors):
                client.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
