"""What every page shares: the casebook, who asks, the templates, and how a page is answered."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import jinja2
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from classifier.casebook.worklist import REASONS, STATES, Filters
from classifier.review import security
from classifier.review.names import Names
from classifier.review.people import Guard
from classifier.sheets import words
from classifier.sheets.rows import LONDON

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from starlette.requests import Request

    from classifier.casebook import Casebook
    from classifier.force import Force
    from classifier.review.security import Session
    from classifier.review.settings import Settings

LONGEST_WORD: Final = 400
REFRESH_SECONDS: Final = 2.0
"""How old the list may be before a page brings it up to date with a run or a sheet that was taken in meanwhile."""
KEYS_COOKIE: Final = "foi_triage_keys"
REASON_NAMES: Final = {
    "urgent": "May be urgent", "mandatory": "May need referral", "due": "Due or overdue", "unsure": "Unsure",
    "unread": "Not read in full", "other": "Other",
}  # fmt: skip
STATE_NAMES: Final = {"open": "To check", "seen": "Checked", "all": "All"}


class Shell:
    """The parts that pages are made with. `clock` gives aware times; `today` is its day in London."""

    def __init__(
        self, casebook: Casebook, settings: Settings, force: Force, clock: Callable[[], datetime] | None = None
    ) -> None:
        self.casebook = casebook
        self.settings = settings
        self.force = force
        self.names = Names(force)
        self.sessions = security.Sessions()
        self.guard = Guard(settings.users) if settings.users else None
        self.now = clock or (lambda: datetime.now(UTC))
        self._templates = _environment()
        self._refreshed = 0.0
        self._lock = threading.Lock()

    @property
    def today(self) -> date:
        """The day in London."""
        return self.now().astimezone(LONDON).date()

    @property
    def stamp(self) -> str:
        """The time of a decision: UTC, ISO 8601 with Z."""
        return self.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def refresh(self, *, at_once: bool = False) -> None:
        """Bring the list up to date with what runs and sheets brought, a batch at a time, not at every page."""
        with self._lock:
            if not at_once and time.monotonic() - self._refreshed < REFRESH_SECONDS:
                return
            with self.casebook.worklist(self.today) as worklist:
                behind = worklist.behind()
            if behind:
                with self.casebook.worklist(self.today, writing=True) as worklist:
                    worklist.refresh()
            self._refreshed = time.monotonic()

    def page(
        self, request: Request, template: str, values: Mapping[str, Any], *, status: int = 200
    ) -> Response:  # fmt: skip
        """A page of ours, with what every page shows."""
        session: Session | None = request.scope.get("session")
        said, keys = "", request.cookies.get(KEYS_COOKIE) != "off"
        if session is not None and status == 200:
            said, session.said = session.said, ""
        shared = {
            "who": session.who if session else "", "token": session.token if session else "", "said": said,
            "keys": keys, "door": self.settings.door, "path": request.url.path,
            "can_undo": bool(session and session.saves),
            "force_name": self.force.name,
        }  # fmt: skip
        html = self._templates.get_template(template).render({**shared, **values})
        return HTMLResponse(html, status_code=status)

    def problem(self, request: Request, status: int, head: str, text: str) -> Response:
        """A page that says what went wrong and what to do."""
        return self.page(request, "problem.html", {"head": head, "text": text}, status=status)


def to(address: str) -> Response:
    """Go on to another page after a form: reloading that page sends nothing again."""
    return RedirectResponse(address, status_code=303)


def plain(text: str) -> Response:
    """Words as they are, which no browser takes for markup."""
    return PlainTextResponse(words.safe(text).encode("utf-8", "replace"), headers={"content-disposition": "inline"})


def filters_of(params: Mapping[str, str]) -> Filters:
    """The filters in an address. What is not understood is left out."""

    def one(name: str) -> str:
        return params.get(name, "")[:300]

    state, reason, similar = one("state"), one("reason"), one("similar")
    known = state if state in STATES else "open"
    why = reason if reason in REASONS else ""
    return Filters(
        state=known, reason=why,
        kind=one("kind"), topic=one("topic"), ground=one("ground"), rule=one("rule"), words=one("words"),
        similar=int(similar) if similar.isascii() and similar.isdigit() and len(similar) < 10 else 0,
    )  # fmt: skip


def query_of(filters: Filters, **changes: Any) -> str:
    """The filters as the end of an address, with some changed: "" or "?…"."""
    plain_filters = Filters()
    values = {name: changes.get(name, getattr(filters, name)) for name in Filters.__struct_fields__}
    given = {k: v for k, v in values.items() if v != getattr(plain_filters, k)}
    given |= {k: v for k, v in changes.items() if k not in values and v}
    return "?" + urlencode(given) if given else ""


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("classifier.review", "templates"), autoescape=True, trim_blocks=True,
        lstrip_blocks=True, undefined=jinja2.StrictUndefined, finalize=_shown,
    )  # fmt: skip
    environment.filters["day"] = _day
    environment.filters["short_id"] = words.short_id
    environment.filters["broken"] = broken
    environment.filters["topic"] = words.topic_name
    environment.filters["kind"] = words.kind_name
    shared: dict[str, Any] = {"query": query_of, "reason_names": REASON_NAMES, "state_names": STATE_NAMES}
    environment.globals.update(shared)
    return environment


def broken(text: str) -> Markup:
    """Text in which a browser may break words of more than `LONGEST_WORD` characters: without that it takes seconds to
    lay out one that goes on for pages. No character is added."""
    parts: list[Markup] = []
    start = run = 0
    for place, char in enumerate(text, 1):
        run = 0 if char.isspace() else run + 1
        if run == LONGEST_WORD:
            parts.append(escape(words.safe(text[start:place])))
            start, run = place, 0
    parts.append(escape(words.safe(text[start:])))
    return Markup("<wbr>").join(parts)


def _shown(value: Any) -> Any:
    """Every word that a page shows passes here: characters that turn the direction of text, or that no page may hold,
    become a replacement character. Escaping comes after."""
    return words.safe(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _day(day: str) -> str:
    from datetime import date

    return words.long_date(date.fromisoformat(day)) if day else ""
