"""Who asks: the name and address of the person whose words a letter holds. Shown to people, used for threads only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from classifier.letters.signature import is_name, is_sign_off, sign_off_name
from classifier.records import Person

if TYPE_CHECKING:
    from classifier.letters.zones import Reading

_SAID = re.compile(
    r"(?:\bmy name is|\bi am called|^(?:full |my )?name(?: of (?:applicant|requester))?\s?:"
    r"|^from:)[ \t]{0,4}((?:(?:mr|mrs|ms|miss|mx|dr|cllr)\.? )?[A-Z][\w'’.-]{0,30}(?: [A-Z][\w'’.-]{0,30}){1,3})",
    re.IGNORECASE | re.MULTILINE,
)
_ADDRESS = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
# Names that a form or a mailbox puts where a person's stands.
_NOBODY = re.compile(
    r"^(?:applicant|requester|enquiries|info|admin|office|unknown|no[- ]?reply|web ?form|foi(?:a)?|team"
    r"|anonymous)\b.{0,20}$|@",
    re.IGNORECASE,
)


def find_applicant(sender: Person, reading: Reading) -> Person:
    """The applicant: the name that the sender's address carries where it is a full one, else the one signed or stated;
    the address that the message came from, else one given in the letter."""
    author = reading.author or sender
    name = author.name.strip()
    if not is_full_name(name):
        signed = _signed_name(reading)
        if signed and (not name or _NOBODY.match(name) or _shares_word(signed, name)):
            name = signed
    address = author.address
    if not address:
        found = _ADDRESS.search(reading.signature[:3000]) or _ADDRESS.search(reading.text[-1500:])
        address = found[0] if found else ""
    return Person(name=name, address=address)


def is_full_name(name: str) -> bool:
    """Whether a name could be a real one for s8(1)(b): a surname with a first name, an initial or a title. The
    Information Commissioner takes a first name, a surname or initials alone, or a pseudonym, for no name."""
    if not name or _NOBODY.match(name) or "@" in name:
        return False
    words = [w for w in re.split(r"[\s,]+", re.sub(r"\([^()]*\)", " ", name)) if any(c.isalpha() for c in w)]
    if len(words) < 2 or re.match(r"^(?:[Cc]oncerned\b|(?:[Aa]n?|[Tt]he) [a-z])", name):
        return re.match(r"^\[[^\]]+\]$", name) is not None
    return any(len(re.sub(r"[\W\d_]", "", w)) >= 2 for w in words[1:]) or len(words[0].strip(".")) >= 2 < len(words)


def _shares_word(one: str, other: str) -> bool:
    return bool(set(one.lower().replace(".", " ").split()) & set(other.lower().replace(".", " ").split()))


def _signed_name(reading: Reading) -> str:
    best = ""
    for line in reading.signature.split("\n")[:30]:
        bare = line.strip()
        if not bare:
            continue
        name = sign_off_name(bare) if is_sign_off(bare) else bare.split(",")[0].split("|")[0].strip()
        if name and is_name(name, loose=True):
            if is_full_name(name):
                return name
            best = best or name
    head = reading.text[:20_000]
    if ("name" in head.lower() or "called" in head) and (said := _SAID.search(head)):
        return said[1].strip()
    return best
