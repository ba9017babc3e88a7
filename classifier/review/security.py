"""What stands between a request and the pages: the host's name, the size, where a form was sent from, who asks.

Cookies hold a random number and nothing else; what it stands for is in this process's memory and gone when it ends.
Every answer carries headers that forbid scripts, styles and connections from anywhere but here.
"""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from classifier.review.settings import Settings

MOST_BYTES: Final = 2_000_000
"""Of one posted form: every tick of a letter with hundreds of questions is far below."""
IDLE_SECONDS: Final = 8 * 3600
MOST_SESSIONS: Final = 2_000
COOKIE: Final = "foi_triage"
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class Session:
    """One browser: its form token, and who it is ("" until somebody signed in)."""

    def __init__(self, who: str = "") -> None:
        self.id = secrets.token_urlsafe(32)
        self.token = secrets.token_urlsafe(32)
        self.who = who
        self.used = time.monotonic()
        self.said = ""
        """What to tell the person on the next page."""
        self.saves: list[tuple[int, ...]] = []
        """The numbers of the decisions of each save, the newest last: what undo takes back."""


class Sessions:
    """The browsers that are known. Safe to use from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._all: OrderedDict[str, Session] = OrderedDict()
        self._lock = threading.Lock()
        self._clock = clock

    def find(self, id_: str) -> Session | None:
        """The session that a cookie names, unless it has been idle for too long."""
        with self._lock:
            session = self._all.get(id_)
            if session is None:
                return None
            if self._clock() - session.used > IDLE_SECONDS:
                del self._all[id_]
                return None
            session.used = self._clock()
            self._all.move_to_end(id_)
            return session

    def make(self, who: str = "") -> Session:
        """A new session. Where there are too many, the one longest unused goes, those of nobody first."""
        with self._lock:
            if len(self._all) >= MOST_SESSIONS:
                nobody = next((s.id for s in self._all.values() if not s.who), None)
                self._all.pop(nobody or next(iter(self._all)))
            session = Session(who)
            session.used = self._clock()
            self._all[session.id] = session
            return session

    def end(self, session: Session) -> None:
        """Forget a session."""
        with self._lock:
            self._all.pop(session.id, None)


def put_cookie(response: Response, session: Session, settings: Settings) -> None:
    """Name the session in the browser's cookie: not readable by scripts, not sent from other sites."""
    response.set_cookie(COOKIE, session.id, path="/", httponly=True, samesite="strict", secure=settings.secure)


def same_token(session: Session, given: str) -> bool:
    """Whether a form carries the token that its page was given."""
    return bool(given) and hmac.compare_digest(session.token.encode(), given.encode("utf-8", "replace"))


def from_here(request: Request) -> bool:
    """Whether a form was sent from a page of ours, as far as the browser says."""
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("origin")
    return origin is None or origin.partition("://")[2].lower() == request.headers.get("host", "").lower()


def host_name(header: str) -> str:
    """The name in a Host header, in lower case and without the port; an IPv6 address keeps its brackets."""
    value = header.strip().lower()
    if value.startswith("["):
        return value.partition("]")[0] + "]"
    return value.partition(":")[0]


class Gate:
    """ASGI middleware: refuses names that are not ours and bodies that are too long, and puts headers on answers."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        headers = Headers(scope=scope)
        # A name that was made to point here would let another site's scripts read the pages (DNS rebinding).
        if host_name(headers.get("host", "")) not in self._hosts:
            await PlainTextResponse("This name is not served here.\n", 421)(scope, receive, _with_headers(send, scope))
            return
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > MOST_BYTES:
            await PlainTextResponse("That is too long.\n", 413)(scope, receive, _with_headers(send, scope))
            return
        await self._app(scope, _counted(receive), _with_headers(send, scope))


class TooLongError(Exception):
    """A body that goes on after more bytes than it may have."""


def _counted(receive: Receive) -> Receive:
    """Stops a body that does not say its length and does not end."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > MOST_BYTES:
            raise TooLongError
        return message

    return counted


def _with_headers(send: Send, scope: Scope) -> Send:
    static = scope["path"].startswith("/static/")

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers[name] = value
            # Letters do not stay behind in the browser's cache; style sheets may.
            headers["cache-control"] = "no-cache" if static else "no-store"
        await send(message)

    return sending
