"""The pages as they are served: a casebook of a few invented letters, a server in a thread, a client, a browser."""

from __future__ import annotations

import shutil
import threading
from typing import TYPE_CHECKING, Any

import pytest
from review_tools import Client, Served, fill

from classifier.casebook import Casebook
from classifier.force import Force
from classifier.review.app import create_app
from classifier.review.serve import listen
from classifier.review.settings import Settings

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Generator
    from pathlib import Path


@pytest.fixture
def serve(tmp_path: Path) -> Generator[Callable[..., Served]]:
    """A function that serves a casebook: of its own letters, or of those given."""
    import uvicorn

    running: list[tuple[uvicorn.Server, threading.Thread, Casebook, socket.socket]] = []

    def start(*letters: Any, clock: Any = None, **settings: Any) -> Served:
        make: Any = Settings
        given: Settings = make(port=0, **{"who": "Sam Reader", **settings})
        book = Casebook.open(str(tmp_path / f"casebook{len(running)}.sqlite"))
        numbers = fill(book, letters)
        app = create_app(book, given, Force(name="Thornshire Police"), clock=clock)
        listener = listen(given)
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        port = int(listener.getsockname()[1])
        running.append((server, thread, book, listener))
        return Served(port=port, book=book, numbers=numbers, client=Client(port))

    yield start
    for server, thread, book, listener in running:
        server.should_exit = True
        thread.join(timeout=10)
        book.close()
        listener.close()


@pytest.fixture(scope="session")
def chromium() -> Generator[Any]:
    """Debian's chromium, driven by Playwright; tests are skipped, saying so, where there is none."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no chromium on this machine: the pages are not tried in a browser")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def asked_of(chromium: Any) -> Generator[Callable[..., Any]]:
    """A function that opens a page; afterwards every address that was asked for must be the pages' own."""
    contexts: list[Any] = []
    strange: list[str] = []
    wrong: list[str] = []

    def page(served: Served, path: str = "/", *, problems: bool = True, **options: Any) -> Any:
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        context.set_default_timeout(10_000)
        contexts.append(context)
        found = context.new_page()
        own = (f"http://127.0.0.1:{served.port}/",)

        def asked(request: Any) -> None:
            if not request.url.startswith(own):
                strange.append(request.url)

        def said(message: Any) -> None:
            if problems and message.type == "error":
                wrong.append(message.text)

        def failed(error: Any) -> None:
            wrong.append(str(error))

        def dialog(box: Any) -> None:
            wrong.append("a dialog opened")
            box.dismiss()

        for name, heard in (("request", asked), ("console", said), ("pageerror", failed), ("dialog", dialog)):
            found.on(name, heard)
        found.goto(f"http://127.0.0.1:{served.port}{path}")
        return found

    yield page
    for context in contexts:
        context.close()
    assert strange == []
    assert wrong == []
