"""A small IMAP server on loopback, for one folder: it notes every command and has no way to change mail."""

from __future__ import annotations

import base64
import contextlib
import re
import socketserver
import ssl
import threading
from typing import Any

_FETCH = re.compile(r"UID FETCH (\d+) \(?(BODY(?:\.PEEK)?)\[\](?:<0\.(\d+)>)?\)?$", re.IGNORECASE)


class ImapServer(socketserver.ThreadingTCPServer):
    """Holds `mails` by their unique ids. `log` are the commands as they came, without passwords.

    With `tls` it speaks TLS from the first byte, or with `starttls` once it is asked to.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(
        self, mails: dict[int, bytes], *, tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.mails = mails
        self.tls = tls
        self.starttls = starttls
        self.validity = 77
        self.log: list[str] = []
        self.fails_after: int | None = None
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: connections are broken here on purpose."""

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])


class _Session(socketserver.StreamRequestHandler):
    server: ImapServer  # pyright: ignore[reportIncompatibleVariableOverride]

    def setup(self) -> None:
        if self.server.tls is not None:
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        super().setup()

    def handle(self) -> None:
        self.say("* OK IMAP4rev1 here")
        while line := self.rfile.readline().decode().strip():
            tag, _, command = line.partition(" ")
            verb = command.split(" ", 1)[0].upper()
            safe = "TLS " if isinstance(self.connection, ssl.SSLSocket) else ""
            self.server.log.append(safe + verb if verb in ("LOGIN", "AUTHENTICATE") else command)
            if verb == "LOGOUT":
                self.say("* BYE")
            answer = self.answer(command, verb)
            self.say(f"{tag} {answer}")
            if verb == "LOGOUT":
                return
            if verb == "STARTTLS" and self.server.starttls is not None:
                self.connection = self.request = self.server.starttls.wrap_socket(self.connection, server_side=True)
                super().setup()

    def answer(self, command: str, verb: str) -> str:
        server = self.server
        if verb == "CAPABILITY":
            self.say(f"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2{' STARTTLS' if self.server.starttls else ''}")
            return "OK done"
        if verb == "STARTTLS" and self.server.starttls is not None:
            return "OK begin"
        if verb == "LOGIN":
            return "OK in" if '"s3cret words"' in command else "NO [AUTHENTICATIONFAILED] who are you"
        if verb == "AUTHENTICATE":
            said = base64.b64decode(command.split(" ")[2] if command.count(" ") > 1 else self.more())
            return "OK in" if b"auth=Bearer a-token" in said else "NO [AUTHENTICATIONFAILED] no"
        if verb == "EXAMINE":
            self.say(f"* {len(server.mails)} EXISTS")
            self.say(f"* OK [UIDVALIDITY {server.validity}] valid")
            return "OK [READ-ONLY] open"
        if command.upper().startswith("UID SEARCH"):
            self.say(" ".join(["* SEARCH", *map(str, server.mails)]))
            return "OK found"
        if wanted := _FETCH.match(command):
            return self.fetch(int(wanted[1]), int(wanted[3] or 1 << 40))
        return "OK bye" if verb == "LOGOUT" else "BAD no such command here"

    def fetch(self, uid: int, most: int) -> str:
        server = self.server
        if server.fails_after is not None:
            if server.fails_after == 0:
                self.connection.close()
                raise ConnectionAbortedError
            server.fails_after -= 1
        if uid in server.mails:
            data = server.mails[uid][:most]
            self.wfile.write(f"* 1 FETCH (UID {uid} BODY[]<0> {{{len(data)}}}\r\n".encode() + data + b")\r\n")
        return "OK fetched"

    def more(self) -> str:
        self.say("+ ")
        return self.rfile.readline().decode().strip()

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def finish(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            super().finish()
