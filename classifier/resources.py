"""Where the program's own data lie, and where it keeps what it makes on this machine."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_NAME = "foi-triage"
ENCODER = "models/encoder"
CURRENT = "models/current"


def data_file(name: str) -> Path:
    """The path of a shipped file or folder such as `models/current` (a name with forward slashes).

    It lies beside the package in a checkout, inside it when installed from a wheel.
    """
    for root in (_PACKAGE / "_data", _PACKAGE.parent):
        if (path := root / name).exists():
            return path
    return _PACKAGE.parent / name


def store_folder() -> Path:
    """Where the models that were made on this machine lie side by side: `FOI_TRIAGE_STORE` in the environment, else
    `models/` of the checkout; for an installed program a folder in the user's own data."""
    if given := os.environ.get("FOI_TRIAGE_STORE"):
        return Path(given)
    return _own("data") / "models" if (_PACKAGE / "_data").exists() else data_file(CURRENT).parent


def cache_folder() -> Path:
    """Where what can be made again is kept: `FOI_TRIAGE_CACHE` in the environment, else a folder in the user's cache.

    It may be deleted at any time.
    """
    return Path(given) if (given := os.environ.get("FOI_TRIAGE_CACHE")) else _own("cache")


def model_folder() -> Path:
    """The model in use: `FOI_TRIAGE_MODEL` in the environment, or the one promoted on this machine, or the shipped one.

    What is returned goes on meaning that model when another is promoted: whoever needs it for long keeps the path.
    Raises ModelError where the promoted model is not there as it was promoted.
    """
    if given := os.environ.get("FOI_TRIAGE_MODEL"):
        return Path(given)
    from classifier.model.promotion import promoted

    return promoted(store_folder()) or data_file(CURRENT)


def _own(what: str) -> Path:
    """The user's own folder for data or for a cache, where the platform has it (XDG, Apple's and Microsoft's rules)."""
    home = Path.home()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / _NAME
        return base / "cache" if what == "cache" else base
    if sys.platform == "darwin":
        return home / "Library" / ("Caches" if what == "cache" else "Application Support") / _NAME
    variable, usual = ("XDG_CACHE_HOME", ".cache") if what == "cache" else ("XDG_DATA_HOME", ".local/share")
    return Path(os.environ.get(variable) or home / usual) / _NAME
