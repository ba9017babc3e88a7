"""The review pages as an application: which address is answered by what."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from classifier.errors import FoiTriageError
from classifier.review.actions import Actions
from classifier.review.door import Door
from classifier.review.pages import Pages
from classifier.review.security import Gate, TooLongError
from classifier.review.settings import Settings, check
from classifier.review.shell import Shell

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from starlette.requests import Request
    from starlette.responses import Response

    from classifier.casebook import Casebook
    from classifier.force import Force

STATIC = Path(__file__).resolve().parent / "static"


def create_app(
    casebook: Casebook, settings: Settings, force: Force, *, clock: Callable[[], datetime] | None = None
) -> Starlette:
    """The pages over an open casebook. `clock` gives aware times; by default the machine's.

    Raises ReviewError where the settings would let people in unknown.
    """
    shell = Shell(casebook, check(settings), force, clock)
    door, pages = Door(shell), Pages(shell)
    actions = Actions(shell, pages)
    read, post = door.reading, door.posting
    letter = "/letters/{number:int}"
    routes = [
        Route("/", read(pages.worklist)),
        Route(letter, read(pages.letter)),
        Route(letter, post(actions.letter), methods=["POST"]),
        Route(letter + "/next", read(pages.beside)),
        Route(letter + "/text", read(pages.text)),
        Route(letter + "/reopen", post(actions.reopen), methods=["POST"]),
        Route(letter + "/split/{item}", read(pages.cut)),
        Route(letter + "/split/{item}", post(actions.cut), methods=["POST"]),
        Route("/undo", post(actions.undo), methods=["POST"]),
        Route("/undo/{decision:int}", post(actions.undo_one), methods=["POST"]),
        Route("/history", read(pages.history)),
        Route("/pictures", read(pages.pictures)),
        Route("/keys", read(pages.keys)),
        Route("/keys", post(actions.keys), methods=["POST"]),
        Route("/sign-in", read(door.sign_in_page, everybody=True)),
        Route("/sign-in", post(door.sign_in, everybody=True), methods=["POST"]),
        Route("/sign-out", post(door.sign_out), methods=["POST"]),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]

    def failed(request: Request, error: Exception) -> Response:
        """An error of this program, such as a casebook that another program holds: its words, on a page."""
        return shell.problem(request, 503, "That did not work", str(error))

    def refused(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        if status == 404:
            return shell.problem(request, 404, "There is no such page", "Go back to the list, and on from there.")
        return PlainTextResponse(f"{status}\n", status)

    def too_long(_request: Request, _error: Exception) -> Response:
        return PlainTextResponse("That is too long.\n", 413)

    def numbers(_request: Request, _error: Exception) -> Response:
        # A number in an address that no database holds.
        return PlainTextResponse("There is no such number.\n", 404)

    return Starlette(
        routes=routes,
        middleware=[Middleware(Gate, hosts=settings.allowed_hosts())],
        exception_handlers={
            FoiTriageError: failed, HTTPException: refused, TooLongError: too_long, OverflowError: numbers,
        },
    )  # fmt: skip
