"""The standard terms of each topic (`corpora/terms.toml`), as short examples for training."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from classifier.errors import CorpusError
from classifier.taxonomy import taxonomy

if TYPE_CHECKING:
    from pathlib import Path

Term = tuple[str, tuple[str, ...]]
"""A term and its topics."""


def load_terms(folder: Path) -> list[Term]:
    """Each term of a corpora folder with its topics, in the file's order; none where it has no `terms.toml`.

    Raises CorpusError where the file can't be read or names a topic that the taxonomy has not.
    """
    path = folder / "terms.toml"
    if not path.exists():
        return []
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as e:
        raise CorpusError(f"{path}: cannot be read: {e}") from e
    found: dict[str, list[str]] = {}
    for topic, terms in given.items():
        if topic not in taxonomy().topic_ids:
            raise CorpusError(f"{path}: {topic!r} is not a topic; corpora/taxonomy.toml has those that are")
        for term in str(terms).replace("\n", " ").split(","):
            if term := " ".join(term.split()):
                topics = found.setdefault(term, [])
                if topic not in topics:
                    topics.append(topic)
    return [(term, tuple(topics)) for term, topics in found.items()]
