"""Serving the pages until somebody stops them: one process, over the casebook it was given."""

from __future__ import annotations

import logging
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from classifier.errors import ReviewError

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.applications import Starlette

    from classifier.review.settings import Settings


def listen(settings: Settings) -> socket.socket:
    """A socket that listens where the settings say; port 0 takes any that is free. Raises ReviewError."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            # On Windows another program could otherwise take the same port and read along.
            listener.setsockopt(socket.SOL_SOCKET, getattr(socket, "SO_EXCLUSIVEADDRUSE"), 1)  # noqa: B009
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host, settings.port))
        listener.listen(128)
    except OSError as e:
        listener.close()
        raise ReviewError(
            f"{settings.host}, port {settings.port}: cannot listen there ({e.strerror or e}). "
            "Another program may use the port: give another with --port."
        ) from e
    return listener


def address(settings: Settings, listener: socket.socket) -> str:
    """What to type into a browser on this machine."""
    port = listener.getsockname()[1]
    name = settings.hosts[0] if settings.hosts else settings.host
    return f"{'https' if settings.secure else 'http'}://{f'[{name}]' if ':' in name else name}:{port}/"


def serve(app: Starlette, settings: Settings, listener: socket.socket, *, ready: Callable[[], None]) -> None:
    """Answer requests until the process is stopped (Control and C). `ready` is called once, before the first."""
    import uvicorn

    options: dict[str, Any] = {}
    if settings.certificate and settings.key:
        options = {"ssl_certfile": str(settings.certificate), "ssl_keyfile": str(settings.key)}
    # Nothing of a letter in a log: addresses hold search words, so no request is logged.
    config = uvicorn.Config(
        app, log_config=None, access_log=False, server_header=False, proxy_headers=False, lifespan="off", ws="none",
        timeout_keep_alive=15, timeout_graceful_shutdown=3, limit_concurrency=200, **options,
    )  # fmt: skip
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    ready()
    with suppress(KeyboardInterrupt), listener:
        uvicorn.Server(config).run(sockets=[listener])
