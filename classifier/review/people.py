"""The users file: one line a person, `name:hash`, the hash argon2id's. Passwords are never kept or logged."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING, Final

from classifier.errors import ReviewError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from argon2 import PasswordHasher

SHORTEST: Final = 12
"""Characters of a password. The National Cyber Security Centre advises three random words."""
LONGEST: Final = 1_000
FREE_TRIES: Final = 5
LONGEST_WAIT: Final = 300.0
MOST_NAMES: Final = 10_000


def read_users(path: Path) -> dict[str, str]:
    """Names and hashes. Raises ReviewError, naming the line, where the file is not of this form."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as e:
        raise ReviewError(f"{path}: the users file cannot be read ({e}).") from e
    users: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, colon, hashed = line.partition(":")
        if not colon or not name.strip() or not hashed.startswith("$argon2id$"):
            raise ReviewError(f"{path}: line {number} is no 'name:hash' line. Make one with --add-user NAME.")
        users[name.strip()] = hashed.strip()
    return users


def add_user(path: Path, name: str, password: str) -> bool:
    """Write a person's line, in place of an earlier one; whether they were there before.

    The file is written beside and then put in place, readable by its owner alone where the system knows of that.
    Raises ReviewError for a name or password that cannot be used.
    """
    name = " ".join(name.split())
    if not name or len(name) > 100 or ":" in name or name.startswith("#") or not name.isprintable():
        raise ReviewError("a name has 1 to 100 characters, no colon, and does not begin with #.")
    if not SHORTEST <= len(password) <= LONGEST:
        raise ReviewError(
            f"a password has at least {SHORTEST} characters: three random words are easy to keep in mind."
        )
    users = read_users(path) if path.exists() else {}
    known = name in users
    users[name] = _hasher().hash(password)
    text = "# foi-triage review: names and argon2id hashes\n" + "".join(f"{n}:{h}\n" for n, h in users.items())
    beside = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as out:
            out.write(text)
        beside.replace(path)
    except OSError as e:
        raise ReviewError(f"{path}: the users file cannot be written ({e}).") from e
    return known


class Guard:
    """Checks passwords against the users file, which is read anew for each sign-in, and slows down guessing."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._clock = clock
        self._failed: dict[str, tuple[int, float]] = {}
        self._lock = threading.Lock()
        # Each check takes 64 MB on purpose; a crowd of them must not take the machine.
        self._room = threading.Semaphore(2)
        # Someone who is not in the file takes as long as someone who is.
        self._nobody = _hasher().hash("nobody has this password")

    def wait(self, name: str) -> float:
        """Seconds until this name may try again; 0 where it may now."""
        with self._lock:
            failures, last = self._failed.get(name, (0, 0.0))
        if failures < FREE_TRIES:
            return 0.0
        return max(0.0, last + min(LONGEST_WAIT, 2.0 ** (failures - FREE_TRIES + 1)) - self._clock())

    def check(self, name: str, password: str) -> bool:
        """Whether this is the person's password. Counts failures; false while the name has to wait."""
        from argon2.exceptions import Argon2Error, InvalidHashError

        if self.wait(name):
            return False
        hashed = read_users(self._path).get(name)
        try:
            with self._room:
                good = _hasher().verify(hashed or self._nobody, password[:LONGEST]) and hashed is not None
        except (Argon2Error, InvalidHashError):
            good = False
        with self._lock:
            if good:
                self._failed.pop(name, None)
            else:
                if len(self._failed) >= MOST_NAMES:
                    self._failed.pop(next(iter(self._failed)))
                self._failed[name] = (self._failed.get(name, (0, 0.0))[0] + 1, self._clock())
        return good

    def still_there(self, name: str) -> bool:
        """Whether a person is still in the file: who is taken out is signed out."""
        return name in read_users(self._path)


def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()
