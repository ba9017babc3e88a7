"""What the program is built on may be used by a police force without asking, and is pinned by its bytes."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest
from script_tools import script

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def licences() -> Any:
    return script("licences")


def test_every_licence_is_known_and_may_be_here(licences: Any) -> None:
    found = [p for p in licences.packages() if p.licence or _installed(p.name)]
    assert len(found) > 60
    assert licences.faults(found) == []


def _installed(name: str) -> bool:
    return importlib.util.find_spec(name.replace("-", "_")) is not None


def test_the_page_lists_every_pinned_package(licences: Any) -> None:
    listed = re.findall(r"^\| ([a-z0-9._-]+) \| (\S[^|]*) \|", licences.PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    names = {name for name, _ in listed}
    missing = {p.name for p in licences.packages()} - names
    assert missing == set(), "run: python scripts/licences.py"
    assert names - {p.name for p in licences.packages()} - {"package"} == set(), "run: python scripts/licences.py"


@pytest.mark.parametrize(
    ("licence", "permissive"),
    [("MIT", True), ("GPL-3.0-only OR MIT", True), ("MIT AND GPL-3.0-only", False), ("MPL-2.0", False), ("", False)],
)
def test_copyleft_and_unknown_licences_are_noticed(licences: Any, licence: str, permissive: bool) -> None:
    assert licences.is_permissive(licence) == permissive
    assert bool(licences.faults([licences.Package("new-one", ("1",), licence, True)])) != permissive


def test_copyleft_that_is_allowed_in_an_extra_is_not_allowed_in_the_core(licences: Any) -> None:
    package = licences.Package("libpff-python", ("1",), "LGPL-3.0-or-later", False)
    assert licences.faults([package]) == []
    assert licences.faults([package._replace(core=True)]) != []


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_everything_is_pinned_by_its_sum(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    pins = re.split(r"\n(?=[A-Za-z0-9])", re.sub(r"(?m)^#.*\n", "", text))
    assert len(pins) > 50
    assert [p.split()[0] for p in pins if "==" not in p.split()[0] or "--hash=sha256:" not in p] == []
    assert "://" not in re.sub(r"(?m)^\s*#.*$", "", text)
