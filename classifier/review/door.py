"""Who asks: nobody is asked on this machine alone, people sign in, or a reverse proxy says who they are.

Every request but for static files gets a session here; every posted form is checked for its token before it is acted
on, with the browser's own word on where it came from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse

from classifier.review.forms import Form
from classifier.review.security import COOKIE, Session, from_here, put_cookie, same_token
from classifier.review.shell import to

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from classifier.review.shell import Shell

    Handler = Callable[[Request], Response]

_LONGEST_NAME: Final = 200


class Door:
    """Lets requests through to their handlers, or answers them itself."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def reading(self, handler: Handler, *, everybody: bool = False) -> Callable[[Request], Response]:
        """A handler of pages that are read; only for people who are known, unless it is for everybody."""

        def read(request: Request) -> Response:
            session, new, refused = self._session(request)
            if refused:
                return refused
            if not session.who and not everybody:
                response: Response = to("/sign-in")
            else:
                request.scope["session"] = session
                response = handler(request)
            if new:
                put_cookie(response, session, self._shell.settings)
            return response

        return read

    def posting(self, handler: Handler, *, everybody: bool = False) -> Callable[[Request], object]:
        """A handler of posted forms: the token must be that of the session."""

        async def post(request: Request) -> Response:
            try:
                form = Form(await request.body())
            except ValueError:
                return PlainTextResponse("That form has too many fields.\n", 413)
            return await run_in_threadpool(answer, request, form)

        def answer(request: Request, form: Form) -> Response:
            session, _, refused = self._session(request)
            if refused:
                return refused
            request.scope["session"], request.scope["form"] = session, form
            if not from_here(request) or not same_token(session, form.one("token")):
                return self._shell.problem(
                    request, 403, "Nothing was saved",
                    "This form was open for too long, or was not sent from these pages. Open the page again and do it "
                    "anew.",
                )  # fmt: skip
            if not session.who and not everybody:
                return to("/sign-in")
            return handler(request)

        return post

    def sign_in_page(self, request: Request) -> Response:
        """The form to sign in with."""
        if self._shell.settings.door != "users":
            return to("/")
        return self._shell.page(request, "sign_in.html", {"name": "", "problem": ""})

    def sign_in(self, request: Request) -> Response:
        """Check a name and password. A session of another number begins, so that none can be planted before."""
        guard, shell = self._shell.guard, self._shell
        if guard is None:
            return to("/")
        form: Form = request.scope["form"]
        name, password = " ".join(form.one("name").split())[:_LONGEST_NAME], form.one("password")
        if wait := guard.wait(name):
            problem = f"Too many wrong passwords for this name. Try again in {round(wait) + 1} seconds."
            return shell.page(request, "sign_in.html", {"name": name, "problem": problem}, status=429)
        if not guard.check(name, password):
            problem = "Name or password is wrong."
            return shell.page(request, "sign_in.html", {"name": name, "problem": problem}, status=401)
        shell.sessions.end(request.scope["session"])
        response = to("/")
        put_cookie(response, shell.sessions.make(name), shell.settings)
        return response

    def sign_out(self, request: Request) -> Response:
        """End the session."""
        self._shell.sessions.end(request.scope["session"])
        return to("/sign-in" if self._shell.settings.door == "users" else "/")

    def _session(self, request: Request) -> tuple[Session, bool, Response | None]:
        """The session of a request, whether it is new, and the answer where it is refused."""
        shell = self._shell
        session = shell.sessions.find(request.cookies.get(COOKIE, ""))
        door = shell.settings.door
        if door == "users":
            if session is not None and session.who and shell.guard and not shell.guard.still_there(session.who):
                shell.sessions.end(session)
                session = None
            return (session, False, None) if session else (shell.sessions.make(), True, None)
        who = shell.settings.local_name if door == "open" else self._from_proxy(request)
        if not who:
            words = "These pages are reached through a proxy that signs people in, and it named nobody.\n"
            return Session(), False, PlainTextResponse(words, 403)
        if session is None or session.who != who:
            return shell.sessions.make(who), True, None
        return session, False, None

    def _from_proxy(self, request: Request) -> str:
        """Who the proxy says it is: only where the connection comes from the proxy, and the header is there once."""
        settings = self._shell.settings
        if request.client is None or request.client.host not in settings.proxies:
            return ""
        said = request.headers.getlist(settings.header)
        name = said[0].strip() if len(said) == 1 else ""
        return name if len(name) <= _LONGEST_NAME and name.isprintable() else ""
