"""Published responses for tests, written for them, and what is learnt from one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from classifier.force import Force
from classifier.outcomes import learn

if TYPE_CHECKING:
    from pathlib import Path

    from classifier.outcomes import Learnt
    from classifier.records import LabelledLetter

Results = dict[str, tuple[str | None, set[str]]]


def learnt(folder: Path, **files: str) -> Learnt:
    """What is learnt from files given by name, `_` before the extension standing for the dot."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        stem, _, suffix = name.rpartition("_")
        (folder / f"{stem}.{suffix}").write_text(text, encoding="utf-8", newline="\n")
    return learn([folder], Force())


def results(letter: LabelledLetter) -> Results:
    """Result and grounds by the question's number; items that no answer decides are left out."""
    return {
        q.number: (q.result, set(q.exemptions or ())) for q in letter.questions or () if q.kind in ("request", "remark")
    }


def one(folder: Path, text: str, suffix: str = "txt") -> Results:
    """The outcomes of a document that holds one request."""
    made = learnt(folder, **{f"response_{suffix}": text})
    assert len(made.letters) == 1, made.set_aside
    return results(made.letters[0])
