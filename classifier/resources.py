"""Where the program's own data lie: beside the package in a checkout, inside it when installed from a wheel."""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
ENCODER = "models/encoder"
CURRENT = "models/current"


def data_file(name: str) -> Path:
    """The path of a shipped file or folder such as `models/current` (a name with forward slashes)."""
    for root in (_PACKAGE / "_data", _PACKAGE.parent):
        if (path := root / name).exists():
            return path
    return _PACKAGE.parent / name


def model_folder() -> Path:
    """The model in use: `FOI_TRIAGE_MODEL` in the environment, or the shipped one."""
    return Path(given) if (given := os.environ.get("FOI_TRIAGE_MODEL")) else data_file(CURRENT)
