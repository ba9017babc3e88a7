"""The labelled letters, and what training makes of each: a letter as the live run would read it.

Every labelled letter goes through the same rooms as a real one (`letters.read_letter`), so that the models learn from
what they will see: the newest author's words, blinded, without signature or history.
"""

from __future__ import annotations

import codecs
import json
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from classifier.errors import CorpusError
from classifier.force import Force
from classifier.letters import read_letter
from classifier.records import LabelledLetter, LabelledQuestion, Letter, Message, Person, Question

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

LONDON = ZoneInfo("Europe/London")
# An address for each class of sender, as a mailbox at a force would show it.
ADDRESS = {
    "public": "writer@mail.example",
    "site": "request-100200-0a1b2c3d@whatdotheyknow.com",
    "own_force": "information.rights@thornshire.police.uk",
    "other_force": "foi@derwentvale.police.uk",
    "cru": "npcc.cru@npcc.police.uk",
    "regulator": "casework@ico.org.uk",
    "automatic": "mailer-daemon@mail.example",
    "unknown": "",
}
MAILBOX = "foi@thornshire.police.uk"


class Example(NamedTuple):
    """A labelled letter beside the letter that the live run would read, with its items found in that letter's text."""

    gold: LabelledLetter
    letter: Letter
    questions: tuple[Question, ...]
    labels: tuple[LabelledQuestion, ...]


def load(paths: Iterable[Path]) -> list[LabelledLetter]:
    """The letters of JSON Lines files, UTF-8. Raises CorpusError naming the file and line that is not of the form."""
    out: list[LabelledLetter] = []
    for path in sorted(paths):
        try:
            # Only line feeds end a line: JSON strings may hold the other separators that str.splitlines knows.
            lines = path.read_bytes().removeprefix(codecs.BOM_UTF8).split(b"\n")
        except OSError as e:
            raise CorpusError(f"{path}: cannot be read: {e.strerror or e}") from e
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                out.append(msgspec.json.decode(line, type=LabelledLetter))
            except (msgspec.ValidationError, msgspec.DecodeError) as e:
                raise CorpusError(f"{path}, line {number}: {e}") from e
    return out


def corpus_files(folder: Path) -> list[Path]:
    """The corpus's files. Raises CorpusError where there are none."""
    found = sorted((folder / "letters").glob("*.jsonl"))
    if not found:
        raise CorpusError(f"{folder / 'letters'}: no letters here; build them with 'python scripts/corpus.py build'")
    return found


def as_message(gold: LabelledLetter, name: str = "") -> Message:
    """The message that would have brought this letter. `name` is the sender's, where a mailbox showed it."""
    sender = gold.sender or "public"
    received = datetime.fromisoformat(gold.received).replace(tzinfo=LONDON) if gold.received else None
    return Message(
        id=gold.id,
        source=gold.source,
        received=received,
        received_basis="date header" if received else "none",
        subject=gold.subject,
        sender=Person(name=name, address=ADDRESS[sender]),
        to=(MAILBOX,),
        headers={"auto-submitted": "auto-replied"} if sender == "automatic" else {},
        body=gold.text,
    )


def examples(
    letters: Iterable[LabelledLetter], force: Force | None = None, names: Mapping[str, str] | None = None
) -> Iterator[Example]:
    """Each letter as the live run reads it. Items that lie outside the newest author's words are left out.

    `names` are senders' by the letter's id, where they are known: blinding takes them out of the text.
    """
    for gold in letters:
        letter = read_letter(as_message(gold, (names or {}).get(gold.id, "")), force or Force())
        questions, labels = _found(gold, letter.text)
        yield Example(gold, letter, questions, labels)


def _found(gold: LabelledLetter, text: str) -> tuple[tuple[Question, ...], tuple[LabelledQuestion, ...]]:
    questions: list[Question] = []
    labels: list[LabelledQuestion] = []
    cursor = 0
    for item in gold.questions or ():
        if item.span is None:
            continue
        words = gold.text[item.span[0] : item.span[1]]
        at = text.find(words, cursor)
        if at < 0:
            continue
        cursor = at + len(words)
        questions.append(
            Question(id=item.id, number=item.number, parent=item.parent, kind=item.kind, span=(at, cursor), text=words)
        )
        labels.append(item)
    return tuple(questions), tuple(labels)


def write(path: Path, letters: Iterable[LabelledLetter]) -> None:
    """Write labelled letters as JSON Lines, keys sorted so that a change shows as a change."""
    lines = [json.dumps(msgspec.to_builtins(x), ensure_ascii=False, sort_keys=True) for x in letters]
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8", newline="\n")
