"""BERT's uncased WordPiece tokens (Devlin and others, 2019), as the encoder's vocabulary expects them.

Text is lower-cased, accents are stripped, punctuation and CJK characters stand alone; each word becomes the longest
pieces of the vocabulary from its left, `##` marking a continuation. Linear in the length of the text.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONGEST_WORD = 100
CLS, SEP, UNK, PAD = "[CLS]", "[SEP]", "[UNK]", "[PAD]"


# Nearly all of a letter is plain words and common marks, which need no look at each character: runs of neither white
# space nor such marks, or one mark. A run that is not plain ASCII is gone through character by character.
_MARKS = r"!-/:-@\[-`{-~‘’“”–—…•"
_RUN = re.compile(rf"[^ \t\n\r{_MARKS}]+|[{_MARKS}]")

_CJK = ((0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0xF900, 0xFAFF), (0x20000, 0x2FA1F))


def _is_cjk(code: int) -> bool:
    return any(first <= code <= last for first, last in _CJK)


@lru_cache(maxsize=4096)
def _role(char: str) -> str:
    """What a character does: `space`, `drop`, `alone` (a word of its own) or `word`."""
    if char in " \t\n\r":
        return "space"
    category, code = unicodedata.category(char), ord(char)
    if category == "Zs":
        return "space"
    if code in (0, 0xFFFD) or category in ("Cc", "Cf", "Mn"):
        return "drop"
    if category.startswith("P") or (code < 128 and not char.isalnum()) or _is_cjk(code):
        return "alone"
    return "word"


class WordPiece:
    """A tokenizer for one vocabulary file (a token a line, UTF-8)."""

    def __init__(self, vocabulary: Path) -> None:
        self._ids = {token: i for i, token in enumerate(vocabulary.read_text(encoding="utf-8").splitlines())}
        self.cls, self.sep, self.unknown, self.pad = (self._ids[t] for t in (CLS, SEP, UNK, PAD))
        self._pieces = lru_cache(maxsize=16384)(self._split)

    def tokens(self, text: str, limit: int) -> tuple[list[int], list[tuple[int, int]]]:
        """Token ids with [CLS] and [SEP], at most `limit` of them (the end is cut), and each one's place in `text`.

        The two marks have the empty place (0, 0); the pieces of a word share the word's place.
        """
        ids, places = [self.cls], [(0, 0)]
        # A token has at least one character, and few words are long, so what lies further on can't matter.
        for word, start, end in _words(text[: limit * 40]):
            pieces = self._pieces(word)
            ids.extend(pieces)
            places.extend([(start, end)] * len(pieces))
            if len(ids) >= limit:
                break
        return [*ids[: limit - 1], self.sep], [*places[: limit - 1], (0, 0)]

    def _split(self, word: str) -> tuple[int, ...]:
        if len(word) > LONGEST_WORD:
            return (self.unknown,)
        out: list[int] = []
        start = 0
        while start < len(word):
            end = len(word)
            while end > start:
                piece = word[start:end] if start == 0 else f"##{word[start:end]}"
                if (i := self._ids.get(piece)) is not None:
                    out.append(i)
                    break
                end -= 1
            else:
                return (self.unknown,)
            start = end
        return tuple(out)


def _words(text: str) -> Iterator[tuple[str, int, int]]:
    """The words of `text`, lower case and without accents, each with its place."""
    for run in _RUN.finditer(text):
        found = run[0]
        if found.isascii() and (found.isalnum() or (len(found) == 1 and found.isprintable())):
            yield found.lower(), run.start(), run.end()
        else:
            for word, start, end in _slowly(found):
                yield word, run.start() + start, run.start() + end


def _slowly(text: str) -> Iterator[tuple[str, int, int]]:
    word: list[str] = []
    start = end = 0
    for at, original in enumerate(text):
        # Accents go by decomposing and dropping the marks, which _role does for category Mn.
        for char in unicodedata.normalize("NFD", original.lower()) if original > "\x7f" else original.lower():
            role = _role(char)
            if role == "word":
                if not word:
                    start = at
                word.append(char)
                end = at + 1
                continue
            if role == "drop":
                continue
            if word:
                yield "".join(word), start, end
                word = []
            if role == "alone":
                yield char, at, at + 1
    if word:
        yield "".join(word), start, end
