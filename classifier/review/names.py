"""Labels as people type and read them: the taxonomy's and the register's, with the words the sheets use for them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from classifier.records import ItemKind, Value
from classifier.referral.register import load_register
from classifier.sheets.words import ground_name, kind_name, topic_name
from classifier.taxonomy import taxonomy

if TYPE_CHECKING:
    from classifier.force import Force

LabelField = Literal["topics", "exemptions", "referrals"]
LABEL_FIELDS: tuple[LabelField, ...] = get_args(LabelField)
ITEM_KINDS: tuple[ItemKind, ...] = get_args(ItemKind)


class Choice(Value, frozen=True, kw_only=True):
    """A label, and what it is called in front of people."""

    label: str
    name: str


class Names:
    """What can be chosen for each field, and which label a person meant by what they typed."""

    def __init__(self, force: Force) -> None:
        labels = taxonomy()
        overlay = Path(force.register_overlay) if force.register_overlay else None
        rules = load_register(overlay=overlay).rules.values()
        self.kinds = tuple(Choice(label=k, name=kind_name(k)) for k in labels.kind_ids)
        self.choices: dict[LabelField, tuple[Choice, ...]] = {
            "topics": tuple(Choice(label=t, name=topic_name(t)) for t in labels.topic_ids),
            "exemptions": tuple(Choice(label=g, name=ground_name(g)) for g in labels.ground_labels),
            "referrals": tuple(Choice(label=r.id, name=f"{r.id} {r.subject}") for r in rules),
        }
        self._names = {f: {c.label: c.name for c in found} for f, found in self.choices.items()}
        self._meant: dict[LabelField, dict[str, str]] = {}
        for field, found in self.choices.items():
            self._meant[field] = {_folded(c.label): c.label for c in found}
            self._meant[field] |= {_folded(c.name): c.label for c in found}
        for ground in labels.ground:
            for alias in ground.aliases:
                self._meant["exemptions"].setdefault(_folded(alias), ground.label)

    def name(self, field: LabelField, label: str) -> str:
        """What a label is called; the label itself where it is of a rule that is no more."""
        return self._names[field].get(label, label)

    def shown(self, field: str, label: str) -> str:
        """What a label of any field is called, kinds of message too."""
        if field in LABEL_FIELDS:
            return self.name(field, label)
        return next((c.name for c in self.kinds if c.label == label), label)

    def meant(self, field: LabelField, typed: str) -> str | None:
        """The label that a person meant: by its id, its name or another way of writing it; None for none of them."""
        return self._meant[field].get(_folded(typed))


def _folded(words: str) -> str:
    return " ".join(words.replace("_", " ").split()).casefold()
