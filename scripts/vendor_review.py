"""Fetch what the review pages take from npm, and check it: `python scripts/vendor_review.py [--check]`.

The packages are pinned in `classifier/review/static/vendor/vendored.json` with npm's own SHA-512 of the archive and the
SHA-256 of every file that is kept. Style sheets are changed on the way: GDS Transport and the crest may be used on
GOV.UK only, so the font gives way to the machine's own, and no picture or font file is asked for. Without `--check`
npm is needed, and the network; nothing of either is needed when the program runs.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

VENDOR = Path(__file__).resolve().parents[1] / "classifier" / "review" / "static" / "vendor"
LIST = VENDOR / "vendored.json"
FONT = 'system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Noto Sans","DejaVu Sans",sans-serif'


def own_font(sheet: str) -> str:
    """A style sheet that asks for no file: another font than GDS Transport, no crest, no map."""
    sheet = re.sub(r"@font-face\{[^{}]*\}", "", sheet)
    sheet = re.sub(r'"?GDS Transport"?,arial,sans-serif', FONT, sheet)
    sheet = re.sub(r'url\("?/assets/[^()]*\)', "none", sheet)
    return re.sub(r"/\*# sourceMappingURL=[^*]*\*/", "", sheet).rstrip("\n") + "\n"


def fetch(package: dict[str, Any], folder: Path) -> None:
    """One package's files, from an archive whose sum holds."""
    npm = shutil.which("npm") or sys.exit("npm is needed to fetch the packages")
    wanted = f"{package['name']}@{package['version']}"
    subprocess.run([npm, "pack", wanted, "--silent"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    archive = next(folder.glob("*.tgz"))
    found = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != package["archive"]:
        sys.exit(f"{wanted}: the archive's sum is {found}, not {package['archive']}")
    with tarfile.open(archive) as members:
        for name, file in package["files"].items():
            member = members.extractfile(f"package/{file['from']}")
            if member is None:
                sys.exit(f"{wanted}: holds no {file['from']}")
            text = member.read().decode("utf-8")
            text = own_font(text) if name.endswith(".css") else re.sub(r"//# sourceMappingURL=\S+\s*$", "\n", text)
            (VENDOR / name).write_text(text, encoding="utf-8", newline="\n")


def check(packages: list[dict[str, Any]]) -> list[str]:
    """What differs from the list: names of files that are missing or altered."""
    wrong: list[str] = []
    for package in packages:
        for name, file in package["files"].items():
            path = VENDOR / name
            if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != file["sha256"]:
                wrong.append(name)
        if not (VENDOR / package["licence_file"]).exists():
            wrong.append(package["licence_file"])
    return wrong


def main() -> None:
    """Fetch, unless only a check is asked for; then check. `--write` notes the sums of a new version."""
    packages: list[dict[str, Any]] = json.loads(LIST.read_text(encoding="utf-8"))
    if "--check" not in sys.argv:
        for package in packages:
            with tempfile.TemporaryDirectory() as folder:
                fetch(package, Path(folder))
    if "--write" in sys.argv:
        for package in packages:
            for name, file in package["files"].items():
                file["sha256"] = hashlib.sha256((VENDOR / name).read_bytes()).hexdigest()
        LIST.write_text(json.dumps(packages, indent=1) + "\n", encoding="utf-8", newline="\n")
    if wrong := check(packages):
        sys.exit(f"missing or altered: {', '.join(wrong)}")
    print(f"{len(packages)} packages whole")


if __name__ == "__main__":
    main()
