"""What a circulation adds to a run: its log number among the references, and the register changes it announces.

A change is only proposed: a person reads the circulation and accepts it into the force's overlay (`register accept`).
"""

from __future__ import annotations

from datetime import date  # noqa: TC003 - msgspec reads the types of fields when the program runs
from typing import TYPE_CHECKING

import msgspec

from classifier.errors import RegisterError
from classifier.records import Kind, Letter, Level, SenderClass, TriageRecord, Value
from classifier.referral.circulation import normal_log_number, read_circulation
from classifier.referral.register import LevelChange

if TYPE_CHECKING:
    from pathlib import Path

    from classifier.referral.register import Register


class Proposal(Value, frozen=True):
    """A register change that a circulation announces, in `run.json`.

    `rule` is None where the subject was not recognised. `words` is the sentence that announces it, None where the paper
    is for police eyes only: then it stands in `triage.jsonl` alone, under the id `letter`.
    """

    rule: str | None
    level: Level
    start: date = msgspec.field(name="from")
    words: str | None
    source: str
    letter: str

    def change(self, who: str, *, rule: str | None = None, start: date | None = None) -> LevelChange:
        """The entry for a force's overlay, accepted by `who`, who may name another rule or day.

        Raises RegisterError where no rule is known, or no name is given.
        """
        chosen = rule or self.rule
        if chosen is None:
            raise RegisterError(
                f"{self.source} doesn't say which rule changes. Read it, and name the rule with --rule."
            )
        if not who.strip():
            raise RegisterError("a change needs the name of the person who accepts it")
        source = f"{self.source}, accepted by {who.strip()}"
        return LevelChange(rule=chosen, level=self.level, start=start or self.start, source=source)


class _Run(Value, frozen=True):
    """What is read of a `run.json`."""

    proposals: tuple[Proposal, ...] = ()


def is_circular(kind: Kind, sender_class: SenderClass) -> bool:
    """Whether a message is a circulation of the referral unit."""
    return sender_class == "cru" or "cru_circulation" in (kind.label, *kind.also)


def with_log_number(letter: Letter, register: Register, today: date) -> Letter:
    """A circulation with its log number first among `references`, as "CRU 1355/22", in place of how it was written."""
    number = read_circulation(letter.message.subject, letter.text, _day(letter, today), register).log_number
    if number is None:
        return letter
    others = [r for r in letter.references if normal_log_number(r) != number]
    return msgspec.structs.replace(letter, references=(f"CRU {number}", *others))


def proposals(record: TriageRecord, register: Register, today: date) -> tuple[Proposal, ...]:
    """The changes that a circulation announces and `register` doesn't have; none for any other message, or a copy."""
    if not is_circular(record.kind, record.sender_class) or record.duplicate_of is not None:
        return ()
    read = read_circulation(record.subject, record.text, _day(record, today), register)
    return tuple(
        Proposal(
            rule=edit.rule,
            level=edit.level,
            start=edit.start,
            words=None if record.protected else edit.because,
            source=edit.source,
            letter=record.id,
        )
        for edit in read.edits
        if not edit.known
    )


def read_proposals(folder: Path) -> tuple[Proposal, ...]:
    """The changes that a run found, from its folder of results. Raises RegisterError where it has no `run.json`."""
    path = folder / "run.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Run).proposals
    except FileNotFoundError:
        raise RegisterError(f"{path}: there is no such file. Name the folder that a run wrote.") from None
    except (OSError, msgspec.MsgspecError) as e:
        raise RegisterError(f"{path}: cannot be read: {e}") from e


def _day(of: Letter | TriageRecord, today: date) -> date:
    return of.received.date() if of.received else today
