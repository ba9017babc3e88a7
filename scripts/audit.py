"""Compares what the lock files pin with a folder of advisories, where no vulnerability service can be reached.

    git clone https://github.com/pypa/advisory-database       on a machine that reaches it; carry the folder over
    python scripts/audit.py FOLDER

FOLDER holds advisories in the OSV format, as YAML (the Python Packaging Authority's database) or JSON (GitHub's).
Withdrawn ones don't count. Prints what is known against a pinned version, and how old the newest advisory is: the
answer is no newer than the folder. Exit code 1 where anything is known, 2 where the folder holds no advisory or one
that cannot be read.
"""

from __future__ import annotations

import re
import sys
from datetime import datetime  # noqa: TC003 - msgspec reads the types of fields when the program runs
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT: Final = Path(__file__).resolve().parents[1]
LOCKS: Final = ("requirements.txt", "requirements-dev.txt")
_PIN: Final = re.compile(r"^([A-Za-z0-9._-]{1,100})==([^ \\;]{1,60})", re.MULTILINE)


class Event(msgspec.Struct):
    """One end of a range of versions; "0" stands for the first of all."""

    introduced: str | None = None
    fixed: str | None = None
    last_affected: str | None = None


class Range(msgspec.Struct):
    """Versions by their order (ECOSYSTEM, SEMVER), or commits (GIT), which say nothing of a pinned version."""

    type: str = ""
    events: list[Event] = []


class Package(msgspec.Struct):
    """A package by its name in a registry."""

    name: str = ""
    ecosystem: str = ""


class Affected(msgspec.Struct):
    """The versions of one package that an advisory is about."""

    package: Package = msgspec.field(default_factory=Package)
    ranges: list[Range] = []
    versions: list[str] = []


class Advisory(msgspec.Struct):
    """What is read of an advisory (https://ossf.github.io/osv-schema/)."""

    id: str
    modified: datetime
    withdrawn: datetime | None = None
    affected: list[Affected] = []
    aliases: list[str] = []


class Found(NamedTuple):
    """An advisory against a pinned version."""

    package: str
    version: str
    advisory: str
    aliases: tuple[str, ...]


def pins() -> dict[str, str]:
    """The versions in the lock files, by name as registries compare names."""
    text = "\n".join((ROOT / name).read_text(encoding="utf-8") for name in LOCKS)
    return {str(canonicalize_name(name)): version for name, version in _PIN.findall(text)}


def advisories(folder: Path) -> Iterator[Advisory]:
    """The advisories in a folder, however deep; other files are passed over. Raises MsgspecError for a damaged one."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".yaml", ".yml", ".json") and not path.name.startswith(".") and path.is_file():
            read: Any = msgspec.json if path.suffix == ".json" else msgspec.yaml
            said = read.decode(path.read_bytes())
            if isinstance(said, dict) and "id" in said and "modified" in said:
                yield msgspec.convert(said, Advisory, strict=False)


def known(advisory: Advisory, pinned: Mapping[str, str]) -> Iterator[Found]:
    """What an advisory says against pinned versions."""
    if advisory.withdrawn:
        return
    for affected in advisory.affected:
        name = str(canonicalize_name(affected.package.name))
        version = pinned.get(name)
        if affected.package.ecosystem != "PyPI" or version is None:
            continue
        if version in affected.versions or any(_within(version, r) for r in affected.ranges):
            yield Found(name, version, advisory.id, tuple(advisory.aliases))


def _within(version: str, given: Range) -> bool:
    if given.type not in ("ECOSYSTEM", "SEMVER"):
        return False
    own, inside = Version(version), False
    ends: list[tuple[Version, int, Event]] = []
    for event in given.events:
        text = event.introduced or event.fixed or event.last_affected or "0"
        try:
            ends.append((Version("0.dev0" if text == "0" else text), len(ends), event))
        except InvalidVersion:
            continue
    for end, _, event in sorted(ends, key=lambda e: e[:2]):
        if event.introduced is not None and own >= end:
            inside = True
        elif (event.fixed is not None and own >= end) or (event.last_affected is not None and own > end):
            inside = False
    return inside


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    given = sys.argv[1:] if arguments is None else arguments
    if len(given) != 1 or not Path(given[0]).is_dir():
        print(__doc__, file=sys.stderr)
        return 2
    pinned, found, count, newest = pins(), list[Found](), 0, ""
    about: set[str] = set()
    try:
        for advisory in advisories(Path(given[0])):
            count += 1
            newest = max(newest, f"{advisory.modified:%Y-%m-%d}")
            about.update(str(canonicalize_name(a.package.name)) for a in advisory.affected)
            found += known(advisory, pinned)
    except msgspec.MsgspecError as e:
        print(f"{given[0]}: an advisory after the first {count} cannot be read: {e}", file=sys.stderr)
        return 2
    if not count:
        print(f"{given[0]}: holds no advisories", file=sys.stderr)
        return 2
    for one in sorted(found):
        print(f"{one.package} {one.version}: {one.advisory} {' '.join(one.aliases)}")
    print(
        f"{len(found)} known against {len(pinned)} pinned packages ({len(about & pinned.keys())} of them have had any);"
        f" {count} advisories, the newest of {newest}"
    )
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
