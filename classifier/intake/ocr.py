"""Pages without text, read by Tesseract where it is installed. Nothing is installed or downloaded for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from classifier.intake.decode import clean, decode

if TYPE_CHECKING:
    import pypdfium2

_DPI: Final = 200  # as exact as 300 on letters, in three quarters of the time
_MOST_PIXELS: Final = 25_000_000  # an A3 page at 300 dpi; a page that claims to be bigger is drawn smaller


@cache
def available() -> str | None:
    """The path of Tesseract, None where there is none."""
    return shutil.which("tesseract")


def read_page(page: pypdfium2.PdfPage, seconds: float) -> str:
    """The text on the picture of a page; "" where Tesseract finds none, fails or takes more than `seconds`."""
    program = available()
    if program is None:
        return ""
    width, height = page.get_size()
    scale = min(_DPI / 72, (_MOST_PIXELS / max(width * height, 1)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True)  # pyright: ignore[reportArgumentType] - its stub says int
    with tempfile.TemporaryDirectory(prefix="foi-triage-") as folder:
        picture = Path(folder, "page.png")
        try:
            bitmap.to_pil().save(picture)
            bitmap.close()
            done = subprocess.run(  # noqa: S603 - the program found above, on a picture that we drew
                [program, str(picture), "stdout", "-l", "eng", "--psm", "3"],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=seconds,
                check=False,
                env={**os.environ, "OMP_THREAD_LIMIT": "1"},  # its threads make it slower, and there are other workers
            )
        except (OSError, subprocess.TimeoutExpired):
            return ""
    return clean(decode(done.stdout, "utf-8")).strip() if done.returncode == 0 else ""
