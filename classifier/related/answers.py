"""Requests that the force has answered in public before: the nearest published responses, by sentence vectors.

Every paragraph of a published response that says something of its own is encoded once; what was made of a file is kept
in the casebook by the file's bytes. In memory stands one float16 array (768 bytes a paragraph) with the responses'
ids and links.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from classifier.errors import ReadError
from classifier.intake import Limits, find_items, parse_item
from classifier.records import Problem, Related, Value
from classifier.related.fingerprint import PLAIN, words
from classifier.tagging.views import views

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy as np

    from classifier.casebook import Casebook
    from classifier.intake import RawItem
    from classifier.model.encoder import Encoder
    from classifier.records import Letter, Message, Question

FORM = 1
"""Changes where paragraphs are chosen or kept otherwise: what is in the casebook is then made anew."""
NEAR = 0.68
"""Cosine from which a published paragraph is shown as an answer to a question (`docs/related.md`)."""
MOST = 3
"""Published responses shown for a letter."""
FEWEST_TELLING = 3
"""Words with a meaning of their own that a paragraph, or a question, needs to be compared."""
LONGEST = 1_200
"""Characters of a paragraph that are read: what the encoder takes."""
MOST_PARAGRAPHS = 400
"""Paragraphs of one published document; the rest is tables and annexes."""
COMMON = 4
"""A paragraph that stands in this many responses, and in one of fifty, is the letter's furniture, not an answer."""
_BLOCK = 4_096

_LINK = re.compile(r"https?://[^\s<>\"'()\[\]{}|\\^`]{4,400}")
_OWN_PAGE = re.compile(r"/[^/]*(?:foi|freedom-of-information|disclosure|publication)", re.IGNORECASE)
_OTHERS = re.compile(
    r"^https?://(?:[\w-]+\.){0,3}(?:ico\.org\.uk|legislation\.gov\.uk|gov\.uk|whatdotheyknow\.com)/", re.IGNORECASE
)
_ITEM = re.compile(r"^[ \t]{0,8}(?:q(?:uestion)?\.?[ \t]?)?\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[).:][ \t]", re.IGNORECASE)


class Page(Value, frozen=True):
    """One published response: its id, its own page on the web where it names one, a hash of each paragraph, and their
    vectors (float16, little-endian, row by row)."""

    id: str
    link: str | None
    hashes: tuple[int, ...]
    vectors: bytes


class Answers:
    """An index of published responses; made by `open_answers`. `problems` are the files that could not be read, or not
    wholly: nothing is answered from what is missing there."""

    def __init__(
        self, encoder: Encoder, pages: Sequence[tuple[str, str]], owners: np.ndarray, vectors: np.ndarray,
        problems: Sequence[Problem] = (),
    ) -> None:  # fmt: skip
        self.problems = tuple(problems)
        self._encoder = encoder
        self._pages = pages
        self._owners = owners
        self._vectors = vectors

    def __len__(self) -> int:
        return len(self._pages)

    def nearest(self, letter: Letter, questions: Sequence[Question]) -> list[Related]:
        """The published responses nearest to any question of the letter, best first, with the cosine as score.

        Only the blind text is read. Time is linear in the number of published paragraphs.
        """
        import numpy as np

        asked = [q for q in questions if q.kind == "request"]
        texts = [v.own[:LONGEST] for v in views(letter.message.subject, letter.blind, asked or list(questions))]
        texts = [t for t in texts if _says_something(t)]
        if not texts or not len(self._vectors):
            return []
        wanted = self._encoder.encode(texts).T
        best = np.zeros(len(self._pages), dtype=np.float32)
        for start in range(0, len(self._vectors), _BLOCK):
            near = (self._vectors[start : start + _BLOCK].astype(np.float32) @ wanted).max(axis=1)
            np.maximum.at(best, self._owners[start : start + _BLOCK], near)
        order = np.argsort(-best, kind="stable")[:MOST]
        found = [(self._pages[int(i)], float(best[i])) for i in order if best[i] >= NEAR]
        return [
            Related(id=id_, relation="answered before", score=round(min(1.0, score), 2), link=link)
            for (id_, link), score in found
            if id_ != letter.message.id
        ]


def open_answers(folder: Path, book: Casebook, encoder: Encoder, *, limits: Limits | None = None) -> Answers:
    """The index of the published responses in `folder` (files of any kind that an export may hold).

    Files that the casebook knows are not read again. Raises InputMissing where there is no such folder or nothing in it
    that could be a response, CasebookError where the casebook fails.
    """
    import numpy as np

    limits = limits or Limits()
    made_by = f"{encoder.version}/{FORM}"
    pages: list[Page] = []
    places: list[str] = []
    problems: list[Problem] = []
    for item in find_items([folder], limits):
        found, wrong = _pages_of(item, book, encoder, made_by, limits)
        problems += wrong
        for page in found:
            pages.append(page)
            places.append(page.link or item.source)
    count = Counter(h for page in pages for h in page.hashes)
    common = max(COMMON, len(pages) // 50)
    vectors: list[np.ndarray] = []
    owners: list[int] = []
    for number, page in enumerate(pages):
        if not page.hashes:
            continue
        rows = np.frombuffer(page.vectors, dtype="<f2").reshape(len(page.hashes), -1)
        kept = [row for row, h in enumerate(page.hashes) if count[h] < common]
        vectors.append(rows[kept])
        owners += [number] * len(kept)
    known = [(page.id, place) for page, place in zip(pages, places, strict=True)]
    table = np.concatenate(vectors) if owners else np.zeros((0, 0), dtype=np.float16)
    return Answers(encoder, known, np.array(owners, dtype=np.int64), table, problems)


def _pages_of(
    item: RawItem, book: Casebook, encoder: Encoder, made_by: str, limits: Limits
) -> tuple[tuple[Page, ...], tuple[Problem, ...]]:
    """The responses in a file, and what could not be read of it. Only a file that was read whole is kept as read."""
    if item.problem is not None:
        return (), (_in_file(item, item.problem),)
    try:
        digest = hashlib.sha256(item.read(limits.message_bytes)).hexdigest()
    except OSError as e:
        gone = Problem(code=ReadError.code, part=item.source, detail=f"the file cannot be read: {e.strerror or e}")
        return (), (gone,)
    with book.desk() as desk:
        kept = desk.pages(digest, made_by)
    if kept is not None:
        return msgspec.msgpack.decode(kept, type=tuple[Page, ...]), ()
    messages = list(parse_item(item, limits=limits))
    pages = tuple(_page(message, encoder) for message in messages)
    problems = tuple(_in_file(item, p) for m in messages for p in m.problems)
    if not problems:
        with book.desk() as desk:
            desk.keep_pages(digest, made_by, msgspec.msgpack.encode(pages))
    return pages, problems


def _in_file(item: RawItem, problem: Problem) -> Problem:
    """A problem with the file's name in its place."""
    inside = problem.part
    part = inside if inside.startswith(item.source) else f"{item.source}: {inside}" if inside else item.source
    return Problem(code=problem.code, part=part, detail=problem.detail)


def _page(message: Message, encoder: Encoder) -> Page:
    text = "\n\n".join([message.body, *(d.text for d in message.documents)])
    found = list(dict.fromkeys(paragraphs(text)))[:MOST_PARAGRAPHS]
    hashes = tuple(
        int.from_bytes(hashlib.blake2b(" ".join(words(p)).encode(), digest_size=6).digest(), "big") for p in found
    )
    return Page(
        id=message.id,
        link=own_link(text),
        hashes=hashes,
        vectors=encoder.encode(found).astype("<f2").tobytes() if found else b"",
    )


def paragraphs(text: str) -> Iterator[str]:
    """The paragraphs and numbered items of a document that say something of their own, their lines joined."""
    lines: list[str] = []
    for line in (*text.split("\n"), ""):
        if lines and (not line.strip() or _ITEM.match(line)):
            joined = " ".join(lines)[:LONGEST]
            lines = []
            if _says_something(joined):
                yield joined
        if line.strip():
            lines.append(line.strip())


def own_link(text: str) -> str | None:
    """The first web address in a document that looks like its own page on a disclosure log, or None."""
    for m in _LINK.finditer(text):
        link = m[0].rstrip(".,;:!?")
        if _OWN_PAGE.search(link[8:]) and not _OTHERS.match(link):
            return link
    return None


def _says_something(text: str) -> bool:
    telling = {w for w in words(text[:LONGEST]) if w not in PLAIN and not w.isdigit()}
    return len(telling) >= FEWEST_TELLING
