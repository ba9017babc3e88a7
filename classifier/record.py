"""One record from what the rooms found: the last step before the sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from classifier.letters.validity import check_validity
from classifier.records import Deadline, Kind, Letter, Problem, Referral, Related, TriageRecord, Urgent

if TYPE_CHECKING:
    from classifier.force import Force
    from classifier.tagging.tagger import Tagged


def make_record(
    letter: Letter, kind: Kind, tagged: Tagged, referrals: tuple[Referral, ...], deadlines: tuple[Deadline, ...],
    urgent: tuple[Urgent, ...], force: Force, *, related: tuple[Related, ...] = (), duplicate_of: str | None = None,
    problems: tuple[Problem, ...] = (),
) -> TriageRecord:  # fmt: skip
    """The record of one letter. `problems` are those of later rooms; the message's own stand before them."""
    message = letter.message
    return TriageRecord(
        id=message.id,
        source=message.source,
        part_of=message.part_of,
        duplicate_of=duplicate_of,
        received=letter.received,
        received_basis=letter.received_basis,
        subject=message.subject,
        references=letter.references,
        sender_class=letter.sender_class,
        applicant=letter.applicant,
        kind=kind,
        regime=letter.regime,
        protected=letter.protected,
        validity=check_validity(letter),
        text=letter.text,
        questions=tagged.questions,
        topics=tagged.topics,
        exemptions=tagged.exemptions,
        referrals=referrals,
        departments=tuple(dict.fromkeys(d for t in tagged.topics if t.suggested and (d := force.department(t.label)))),
        deadlines=deadlines,
        urgent=urgent,
        related=related,
        attachments=message.attachments,
        problems=(*message.problems, *problems),
    )
