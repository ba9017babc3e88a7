"""Everything a newcomer or a maintainer runs, with nothing but Python 3.11 or later: `python3 tasks.py TASK`.

sample    set up, then triage the sample inbox into out/sample
test      set up for development, then lint, types and tests
check     only lint, types and tests, in an environment that is set up
corpus    compile the corpus (corpora/authored to corpora/letters)
train     compile the corpus and train models/current
lock      pin the dependencies anew (needs uv)
"""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if sys.platform == "win32" else "bin")
COMPILE = [
    "uv",
    "pip",
    "compile",
    "--universal",
    "--generate-hashes",
    "-q",
    "--python-version",
    "3.11",
    "pyproject.toml",
]


def call(*command: str | Path) -> None:
    """Run a command in the checkout; end with its exit code where it fails."""
    print("$", " ".join(Path(c).name if isinstance(c, Path) else c for c in command), flush=True)
    if code := subprocess.run([str(c) for c in command], cwd=ROOT, check=False).returncode:
        sys.exit(code)


def python(*arguments: str | Path) -> None:
    """Run the environment's Python."""
    call(BIN / ("python.exe" if sys.platform == "win32" else "python"), *arguments)


def set_up(requirements: str) -> None:
    """Make the environment and install what `requirements` pins by hash, unless that is done."""
    stamp, wanted = VENV / f"{requirements}.done", (ROOT / requirements).read_bytes()
    if stamp.exists() and stamp.read_bytes() == wanted:
        return
    if not VENV.exists():
        venv.create(VENV, with_pip=True)
    pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    python(*pip, "--require-hashes", "-r", requirements)
    python(*pip, "--no-deps", "--no-build-isolation", "-e", ".")
    stamp.write_bytes(wanted)


def sample() -> None:
    """The main job on the sample inbox."""
    set_up("requirements.txt")
    options = ["--force", "corpora/inbox.force.toml", "--out", "out/sample", "--replace"]
    python("-m", "classifier.cli", "run", "corpora/inbox", *options)


def check() -> None:
    """Lint, types, tests."""
    python("-m", "ruff", "check", ".")
    python("-m", "ruff", "format", "--check", ".")
    python("-m", "pyright")
    python("-m", "pytest", "-n", "2")


def test() -> None:
    """Set up for development, then check."""
    set_up("requirements-dev.txt")
    check()


def corpus() -> None:
    """Compile the letters."""
    set_up("requirements.txt")
    python("scripts/corpus.py", "build")


def train() -> None:
    """Compile the letters and train on them."""
    corpus()
    python("-m", "classifier.cli", "train")


def lock() -> None:
    """Pin the dependencies: first all of them, then those that a user needs (the pages too), at the same versions."""
    call(*COMPILE, "--all-extras", "--group", "dev", "--group", "build", "-o", "requirements-dev.txt")
    call(*COMPILE, "--extra", "review", "--group", "build", "-o", "requirements.txt", "-c", "requirements-dev.txt")


TASKS = {f.__name__: f for f in (sample, test, check, corpus, train, lock)}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in TASKS:
        sys.exit(__doc__)
    TASKS[sys.argv[1]]()
