"""What `foi-triage review` was asked for, checked before anything listens."""

from __future__ import annotations

import getpass
import ipaddress
from typing import TYPE_CHECKING, Literal

import msgspec

from classifier.errors import ReviewError

if TYPE_CHECKING:
    from pathlib import Path

Door = Literal["open", "users", "header"]
"""How people are known: nobody asks (loopback only), they sign in, or a reverse proxy says who they are."""

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Where the pages are served and who may use them.

    `hosts` are further names under which browsers reach the pages; `header` is the reverse proxy's header that carries
    the signed-in person, believed only from the addresses in `proxies`; `who` is written down as the person deciding
    where nobody signs in.
    """

    host: str = "127.0.0.1"
    port: int = 8765
    users: Path | None = None
    header: str = ""
    proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    hosts: tuple[str, ...] = ()
    certificate: Path | None = None
    key: Path | None = None
    who: str = ""

    @property
    def door(self) -> Door:
        """How people are known."""
        return "users" if self.users else "header" if self.header else "open"

    @property
    def secure(self) -> bool:
        """Whether the pages themselves are served over TLS."""
        return self.certificate is not None

    @property
    def local_name(self) -> str:
        """The name decisions are kept under where nobody signs in: as given, or the one of the computer's account."""
        if self.who:
            return self.who
        try:
            return getpass.getuser()
        except (OSError, KeyError, ImportError):
            return "local user"

    def allowed_hosts(self) -> frozenset[str]:
        """The names that a request's Host header may carry, in lower case and without the port."""
        names = {name.lower() for name in self.hosts}
        if is_loopback(self.host):
            names.update(LOOPBACK_NAMES)
        if not is_wildcard(self.host):
            names.add(f"[{self.host}]" if ":" in self.host else self.host.lower())
        return frozenset(names)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_wildcard(host: str) -> bool:
    """Whether `host` stands for every address of the machine."""
    return host in {"", "0.0.0.0", "::"}  # noqa: S104 - told apart here, so that it can be refused


def check(settings: Settings) -> Settings:
    """The settings, if the pages may be served so. Raises ReviewError that says what is missing."""
    if settings.users and settings.header:
        raise ReviewError("--users and --trust-header are two ways to know people; give one of them.")
    if not is_loopback(settings.host) and settings.door == "open":
        raise ReviewError(
            f"--host {settings.host} can be reached from other machines, and nobody would be asked who they are. "
            "Give --users FILE (made with --add-user NAME), or --trust-header NAME behind a reverse proxy that signs "
            "people in."
        )
    if is_wildcard(settings.host) and not settings.hosts:
        raise ReviewError(
            f"--host {settings.host} stands for every address of this machine. Say with --allow-host NAME under which "
            "name browsers reach it; other names are refused."
        )
    if bool(settings.certificate) != bool(settings.key):
        raise ReviewError("--certificate and --key belong together; give both.")
    for file in (settings.certificate, settings.key, settings.users):
        if file and not file.is_file():
            raise ReviewError(f"{file}: there is no such file.")
    for proxy in settings.proxies:
        try:
            ipaddress.ip_address(proxy)
        except ValueError:
            raise ReviewError(f"--proxy {proxy}: give the address of the proxy, such as 10.0.0.5.") from None
    return settings
