"""From a message to a letter: whose words, who wrote, which references, which law; and the applicant-blind text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from classifier.letters.applicant import find_applicant
from classifier.letters.blind import blind
from classifier.letters.furniture import is_marked_for_police_eyes
from classifier.letters.references import find_references
from classifier.letters.regime import find_regime
from classifier.letters.sender import classify_sender, is_referral_unit, own_domains
from classifier.letters.zones import Reading, read_zones
from classifier.records import Letter

if TYPE_CHECKING:
    from datetime import datetime

    from classifier.force import Force
    from classifier.records import Message, ReceivedBasis, SenderClass


def read_letter(message: Message, force: Force) -> Letter:
    """The letter that `message` holds, `kind` and `urgent` left for later rooms.

    Where a message only hands another one on, the letter is the other one: its words, its writer and the writer's
    class; and it counts as received when it first reached the force (FOIA 2000 s10(1); the authority receives a request
    when any of its people does). Never raises on any text; time is linear in its length.
    """
    own = own_domains(message, force)
    sender_class = classify_sender(message, own, message.body[:6000])
    reading = read_zones(message, sender_class, own)
    author_class = _author_class(sender_class, reading)
    subject = _subject(message, reading)
    received, basis = _received(message, reading)
    applicant = find_applicant(message.sender, reading)
    return Letter(
        message=message,
        whole=reading.whole,
        zones=reading.zones,
        text=reading.text,
        blind=blind(reading.text, applicant, reading.signature),
        applicant=applicant,
        sender_class=author_class,
        references=find_references(subject, f"{reading.text}\n{reading.signature}", reading.quoted, force),
        regime=find_regime(subject, reading.text),
        protected=_is_protected(message, reading, own, author_class),
        received=received,
        received_basis=basis,
    )


def _author_class(sender_class: SenderClass, reading: Reading) -> SenderClass:
    if reading.author_class is None or sender_class == "automatic":
        return sender_class
    # A header block that names nobody we can place says less than the mail's own sender.
    return sender_class if reading.author_class == "unknown" and sender_class != "own_force" else reading.author_class


def _subject(message: Message, reading: Reading) -> str:
    return f"{message.subject}\n{reading.subject}" if reading.subject else message.subject


def _received(message: Message, reading: Reading) -> tuple[datetime | None, ReceivedBasis]:
    sent = reading.sent
    if sent is not None and sent.year >= 2000 and (message.received is None or sent < message.received):
        return sent, "letter"
    return message.received, message.received_basis


def _is_protected(message: Message, reading: Reading, own: tuple[str, ...], author_class: SenderClass) -> bool:
    """A paper for police eyes only: marked so in its own words, or a circular of the referral unit with a log number
    or its marking. A colleague's note on one protects what hangs below it as well."""
    words = f"{reading.banner}\n{reading.text[:20_000]}"
    if is_marked_for_police_eyes(words):
        return author_class in ("cru", "own_force", "other_force", "unknown") or is_referral_unit(
            message.sender, own, message.subject, words
        )
    if author_class == "cru":
        return True
    return author_class in ("own_force", "other_force") and is_marked_for_police_eyes(reading.quoted)
