"""The labels, read from the one file that lists them (`corpora/taxonomy.toml`)."""

from __future__ import annotations

import tomllib
from functools import cache

import msgspec

from classifier.resources import data_file


class Topic(msgspec.Struct, frozen=True):
    """A subject, what belongs under it, and the department that usually answers."""

    id: str
    covers: str
    department: str


class Ground(msgspec.Struct, frozen=True, rename={"class_": "class"}):
    """A ground for refusing under FOIA 2000.

    `class_` is absolute, qualified or procedural; `aliases` are its sub-sections and old spellings; `confirm_or_deny`
    the paired refusal to confirm or deny; `travels_with` those often cited beside it; `answered` the share of real
    requests to police forces that were answered with it, where that was counted.
    """

    label: str
    name: str
    class_: str
    public_interest_test: bool
    confirm_or_deny: str
    aliases: tuple[str, ...]
    travels_with: tuple[str, ...]
    answered: float | None = None


class KindName(msgspec.Struct, frozen=True):
    """A kind of message and its name for people."""

    id: str
    name: str


class Taxonomy(msgspec.Struct, frozen=True):
    """All labels, in the file's order."""

    topic: tuple[Topic, ...]
    ground: tuple[Ground, ...]
    kind: tuple[KindName, ...]

    @property
    def topic_ids(self) -> list[str]:
        """The ids of the topics."""
        return [t.id for t in self.topic]

    @property
    def departments(self) -> dict[str, str]:
        """The department that usually answers, by topic."""
        return {t.id: t.department for t in self.topic}

    @property
    def ground_labels(self) -> list[str]:
        """The labels of the grounds."""
        return [g.label for g in self.ground]

    @property
    def kind_ids(self) -> list[str]:
        """The ids of the kinds of message."""
        return [k.id for k in self.kind]


@cache
def taxonomy() -> Taxonomy:
    """The labels. Raises msgspec.ValidationError where the file is broken, which its test would have caught."""
    return msgspec.convert(tomllib.loads(data_file("corpora/taxonomy.toml").read_text(encoding="utf-8")), Taxonomy)
