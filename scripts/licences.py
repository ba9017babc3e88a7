"""Lists the licences of everything that the lock files pin, and refuses what may not be there.

    python scripts/licences.py            write docs/licences.md
    python scripts/licences.py --check    only say what is wrong with it; exit code 1

A licence is read from the metadata of the installed package; where that names none, from the package's own licence
file, noted in STATED. What `requirements.txt` pins (the program and its pages) must be permissive; the few licences
that ask for more are in EXCEPTIONS with the reason. A package that no one has looked at fails.
"""

from __future__ import annotations

import importlib.metadata
import re
import sys
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[1]
PAGE: Final = ROOT / "docs" / "licences.md"
_PIN: Final = re.compile(r"^([A-Za-z0-9._-]{1,100})==([^ \\;]{1,60})", re.MULTILINE)
_PERMISSIVE: Final = frozenset(
    [
        "0BSD",
        "Apache-2.0",
        "BSD",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CC0-1.0",
        "ISC",
        "MIT",
        "MIT-0",
        "MIT-CMU",
        "PSF-2.0",
        "Zlib",
    ]
)  # fmt: skip
_NAMES: Final = {
    "MIT License": "MIT", "BSD License": "BSD", "Apache Software License": "Apache-2.0", "Apache 2.0": "Apache-2.0",
    "ISC License (ISCL)": "ISC", "ISC License": "ISC", "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "3-Clause BSD License": "BSD-3-Clause", "BSD license (see license.txt for details)": "BSD",
    "BSD-3-Clause, Apache-2.0, dependency licenses": "BSD-3-Clause AND Apache-2.0",
}  # fmt: skip
# Named by the package's licence file, as its metadata does not, or as it is installed on other systems only.
STATED: Final = {
    "axe-playwright-python": "MIT",
    "colorama": "BSD-3-Clause",
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause",
    "imapclient": "BSD-3-Clause",
}
EXCEPTIONS: Final = {
    "certifi": "certificates under a file-level licence, not changed here; comes with spaCy, not used in a run",
    "pathspec": "file-level licence, not changed here; used to build the package only",
    "tqdm": "parts under a file-level licence, not changed here; comes with spaCy",
    "hypothesis": "file-level licence, not changed here; tests only",
    "psycopg": "used as a library, not changed; only with the extra [postgres]",
    "psycopg-binary": "used as a library, not changed; only with the extra [postgres]",
    "libpff-python": "used as a library, not changed, in a process of its own; only with the extra [pst]",
}
OPTIONAL_ONLY: Final = frozenset(["hypothesis", "psycopg", "psycopg-binary", "libpff-python"])


class Package(NamedTuple):
    """A pinned package; `licence` is an SPDX expression as far as it is known, "" where nobody has looked."""

    name: str
    versions: tuple[str, ...]
    licence: str
    core: bool


def packages() -> list[Package]:
    """Everything pinned, by name. `core`: pinned for those who run the program, and not for development or an extra."""
    core, everything = _pins("requirements.txt"), _pins("requirements-dev.txt")
    return [
        Package(name, tuple(sorted(versions)), _licence(name), name in core)
        for name, versions in sorted({**core, **everything}.items())
    ]


def _pins(file: str) -> dict[str, set[str]]:
    out: dict[str, set[str]] = {}
    for name, version in _PIN.findall((ROOT / file).read_text(encoding="utf-8")):
        out.setdefault(name.lower(), set()).add(version)
    return out


def _licence(name: str) -> str:
    if name in STATED:
        return STATED[name]
    try:
        about = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
    # Not by [...]: where another package has brought importlib_metadata along, a field that is not there raises.
    if expression := about.get_all("License-Expression"):
        return str(expression[0])
    listed = [str(c) for c in about.get_all("Classifier") or []]
    classifiers = [c for c in listed if c.startswith("License :: OSI Approved :: ")]
    words = str((about.get_all("License") or [""])[0]).strip()
    named = _NAMES.get(words, words)
    if _is_expression(named) and "\n" not in named:
        return named
    return " OR ".join(sorted({_NAMES.get(c.rpartition(":: ")[2], c) for c in classifiers}))


def _is_expression(text: str) -> bool:
    return bool(text) and all(re.fullmatch(r"[A-Z0-9][A-Za-z0-9.-]*|OR|AND", word) for word in text.split())


def is_permissive(licence: str) -> bool:
    """Whether a licence may be taken without asking: all of what is joined by AND, one of what is joined by OR."""
    return bool(licence) and all(
        any(one.strip("() ") in _PERMISSIVE for one in both.split(" OR ")) for both in licence.split(" AND ")
    )


def faults(found: list[Package]) -> list[str]:
    """What may not be there, and what nobody has looked at."""
    out: list[str] = []
    for package in found:
        if not package.licence:
            out.append(f"{package.name}: its licence is not known: look, and note it in STATED")
        elif not is_permissive(package.licence) and package.name not in EXCEPTIONS:
            out.append(f"{package.name}: {package.licence} is not permissive")
        elif package.core and package.name in OPTIONAL_ONLY:
            out.append(f"{package.name}: {package.licence} may be in an extra or in development, not in the core")
    return out


def page(found: list[Package]) -> str:
    """The page docs/licences.md."""
    rows = [
        f"| {p.name} | {p.licence} | {'program' if p.core else 'extras, development'} | {EXCEPTIONS.get(p.name, '')} |"
        for p in found
    ]
    return "\n".join([
        "# Licences of what is built on", "",
        "The program is under the MIT licence. Written by `python scripts/licences.py` from the lock files;",
        "a test fails where a package is new here, unknown, or not permissive without a reason.", "",
        f"{len(found)} packages, {sum(p.core for p in found)} of them in the program; "
        f"{sum(not is_permissive(p.licence) for p in found)} are under weak copyleft.", "",
        "| package | licence | where | why it may be here |", "|---|---|---|---|", *rows, "",
    ])  # fmt: skip


def main() -> int:
    """Write or check the page; 1 where something is wrong."""
    found = packages()
    wrong = faults(found)
    if "--check" not in sys.argv:
        PAGE.write_text(page(found), encoding="utf-8", newline="\n")
    elif PAGE.read_text(encoding="utf-8") != page(found):
        wrong.append("docs/licences.md is not what `python scripts/licences.py` writes")
    print("\n".join(wrong))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
