"""Make an offline bundle: all that a machine without a network needs to install the program, as a folder and a zip.

    python scripts/bundle.py --platform windows --python 3.11 --out dist/bundle --extras imap pst

It holds the wheels that `requirements.txt` pins, checked against its hashes, for the platform named (which need not be
this one); the project's own wheel, with the models; an installer of two lines, `install.sh` or `install.cmd`; and
SHA256SUMS. The installer asks no registry (`--no-index`) and checks every hash again.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from packaging.markers import Marker

ROOT = Path(__file__).resolve().parents[1]
PLATFORMS = {
    "windows": ["win_amd64"],
    "linux": ["manylinux_2_28_x86_64", "manylinux_2_27_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"],
    "linux-arm": [
        "manylinux_2_28_aarch64",
        "manylinux_2_27_aarch64",
        "manylinux_2_17_aarch64",
        "manylinux2014_aarch64",
    ],
    "macos": ["macosx_14_0_arm64", "macosx_13_0_arm64", "macosx_12_0_arm64", "macosx_11_0_arm64"],
}
MARKS = {
    "windows": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64"},
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": "x86_64"},
    "linux-arm": {
        "sys_platform": "linux",
        "platform_system": "Linux",
        "os_name": "posix",
        "platform_machine": "aarch64",
    },
    "macos": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix", "platform_machine": "arm64"},
}
EXTRAS = {"imap": ["imapclient"], "pst": ["libpff-python"], "postgres": ["psycopg", "psycopg-binary"]}
SH = """#!/bin/sh
python3 -m venv "${1:-foi-triage}" && here="$(cd "$(dirname "$0")" && pwd)" &&
"${1:-foi-triage}/bin/python" -m pip install --no-index -f "$here/wheels" --require-hashes -r "$here/requirements.txt"
"""
CMD = """@py -m venv foi-triage || exit /b 1
@foi-triage\\Scripts\\python -m pip install --no-index -f "%~dp0wheels" --require-hashes -r "%~dp0requirements.txt"
"""
README = """foi-triage {version}, for {platform} with Python {python}. It needs nothing from a network.

1. Unpack this folder. To check it: sha256sum -c SHA256SUMS (Windows: certutil -hashfile FILE SHA256).
2. {how}
3. {run} --help
"""


def main() -> None:
    """Build the bundle."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--platform", choices=sorted(PLATFORMS), default="linux")
    parser.add_argument("--python", default="3.11", help="version of Python on the machine: 3.11, 3.12, 3.13")
    parser.add_argument("--out", type=Path, default=ROOT / "dist" / "bundle")
    parser.add_argument("--extras", nargs="*", choices=sorted(EXTRAS), default=[])
    given = parser.parse_args()
    out: Path = given.out
    if out.exists() and any(out.iterdir()):
        sys.exit(f"{out}: is not empty. Name another folder.")
    wheels = out / "wheels"
    wheels.mkdir(parents=True)
    pins = wanted(given.platform, given.python, given.extras)
    with tempfile.TemporaryDirectory() as scratch:
        listed = Path(scratch) / "requirements.txt"
        listed.write_text("\n".join(pins) + "\n", encoding="utf-8")
        platforms = [word for name in PLATFORMS[given.platform] for word in ("--platform", name)]
        pip("download", "--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes",
            "--python-version", given.python, *platforms, "-d", str(wheels), "-r", str(listed))  # fmt: skip
        pip("wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", str(wheels), str(ROOT))
    (own,) = wheels.glob("foi_triage-*.whl")
    version = own.name.split("-")[1]
    pins.append(f"foi-triage=={version} \\\n    --hash=sha256:{digest(own)}")
    write(out / "requirements.txt", "\n".join(pins) + "\n")
    windows = given.platform == "windows"
    if windows:
        write(out / "install.cmd", CMD.replace("\n", "\r\n"))
    else:
        write(out / "install.sh", SH)
        (out / "install.sh").chmod(0o755)
    how = r"Run install.cmd: it makes the folder foi-triage here." if windows else "Run sh install.sh [FOLDER]."
    run = r"foi-triage\Scripts\foi-triage" if windows else "foi-triage/bin/foi-triage"
    words = {"version": version, "platform": given.platform, "python": given.python, "how": how, "run": run}
    write(out / "README.txt", README.format(**words))
    files = sorted(p for p in out.rglob("*") if p.is_file())
    sums = "".join(f"{digest(path)}  {path.relative_to(out).as_posix()}\n" for path in files)
    write(out / "SHA256SUMS", sums)
    archive = shutil.make_archive(str(out), "zip", root_dir=out.parent, base_dir=out.name)
    size = Path(archive).stat().st_size / 1_000_000
    print(f"{Path(archive).name}: {len(list(wheels.iterdir()))} wheels, {size:.0f} MB")


def wanted(platform: str, python: str, extras: list[str]) -> list[str]:
    """The pins of `requirements.txt` and of the extras that hold on a platform, each with its hashes.

    pip would judge the markers by the machine that downloads, so they are judged here.
    """
    environment = {
        **MARKS[platform], "python_version": python, "python_full_version": f"{python}.0", "extra": "",
        "implementation_name": "cpython", "platform_python_implementation": "CPython",
    }  # fmt: skip
    needed = blocks(ROOT / "requirements.txt")
    more = blocks(ROOT / "requirements-dev.txt")
    for name in (name for extra in extras for name in EXTRAS[extra]):
        needed.setdefault(name, more[name])
    out: list[str] = []
    for block in (block for several in needed.values() for block in several):
        head, _, hashes = block.partition("\\\n")
        pin, _, marker = head.strip().partition(";")
        if not marker.strip() or Marker(marker.strip()).evaluate(environment):  # pyright: ignore[reportArgumentType]
            out.append(f"{pin.strip()} \\\n{hashes}")
    return out


def blocks(path: Path) -> dict[str, list[str]]:
    """Each package's pins with their hashes, by its name: several where they differ by Python or platform."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#")]
    found = re.split(r"\n(?=\S)", "\n".join(lines).strip())
    out: dict[str, list[str]] = {}
    for block in found:
        if "==" in block:
            out.setdefault(block.split("==")[0].partition("[")[0], []).append(block)
    return out


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()


def write(path: Path, text: str) -> None:
    """Write a text file as it is."""
    path.write_text(text, encoding="utf-8", newline="")


def pip(*words: str) -> None:
    """Run pip; end where it fails."""
    if code := subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", *words], check=False
    ).returncode:
        sys.exit(code)


if __name__ == "__main__":
    main()
