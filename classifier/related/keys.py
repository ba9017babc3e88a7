"""What a letter is found by: the thread it belongs to, who asks, how it came, which force it speaks to.

This is the one place after intake where who wrote is used, for threads and for the evidence of repeated requests.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from classifier.letters.applicant import is_full_name
from classifier.referral.circulation import normal_log_number, requested
from classifier.related.fingerprint import Fingerprint, fingerprint

if TYPE_CHECKING:
    from classifier.casebook.desk import Keys
    from classifier.force import Force
    from classifier.records import Kind, Letter, Message, Person, SenderClass, Tag

REQUESTS = frozenset({"new_request", "clarification_reply", "media_enquiry"})
"""Kinds that ask for information: what can be repeated, answered before or counted together."""
MOST_MENTIONED = 24
"""Message ids kept of a long thread's headers: the first (its root) and the last."""
_LONGEST = 180

_MESSAGE_ID = re.compile(r"<([^<>\s]{3,400})>")
_SITE_REQUEST = re.compile(r"\brequest-(\d{1,9})-[0-9a-f]{4,16}(?=@)", re.IGNORECASE)
# "FOI 15167" and "15167" are one case where the number is long enough to say so.
_LAW = re.compile(r"^(?:FOIA?|EIR|D?SAR|RFI|IR)(?:REF(?:ERENCE)?|REQUEST|CASE|NO|NUMBER|REVIEW)*(?=\d{5})")
_SALUTATION = re.compile(
    r"\b(?:Dear|To|Hello|Hi)[,:]? (?:the )?((?:(?!Police|Constabulary)[A-Z&][\w&'’-]{0,24} (?:and |of )?){1,5})"
    r"(?:Police|Constabulary)\b|\b(?:Dear|To|Hello|Hi)[,:]? Police (?:Service of )?((?:Northern )?[A-Z]\w{3,20})"
)
_POLICE_DOMAIN = re.compile(r"@(?:[\w-]{1,63}\.){0,4}([\w-]{1,63})\.(?:pnn\.)?police\.uk$")
_OPENING = 400
_NAMELESS = frozenset(
    {"information", "foi", "dear", "team", "officer", "freedom", "the", "of", "chief", "sir", "madam"}
)


class Found(NamedTuple):
    """A letter's keys: those of its thread, among them the one that only the same message has (`own`) and that of the
    message it answers (`answers`), each "" where the headers don't say; and the bands of its words."""

    keys: Keys
    own: str
    answers: str
    threads: tuple[str, ...]
    bands: tuple[int, ...]


def find_keys(letter: Letter, kind: Kind, topics: tuple[Tag, ...], force: Force) -> Found:
    """The keys of a letter. `topics` are the whole letter's. Linear in the letter's length."""
    from classifier.casebook.desk import Keys

    via = _via(letter, kind)
    print_ = _fingerprint(letter, via)
    received = letter.received
    own, answers, mentioned = _message_ids(letter.message)
    keys = Keys(
        id=letter.message.id,
        day=received.date().isoformat() if received else "",
        kind=kind.label,
        asks=kind.label in REQUESTS or "new_request" in kind.also,
        protected=letter.protected,
        applicant=applicant_key(letter.applicant, letter.sender_class),
        via=via,
        addressed=addressed_force(letter, force),
        topics=" ".join(t.label for t in topics if t.suggested),
        text_key=print_.text_key,
        signature=print_.signature,
    )
    threads = dict.fromkeys([*mentioned, *_site_requests(letter.message), *map(reference_key, letter.references)])
    own_key = f"own:{own}" if own else ""
    return Found(keys, own_key, answers, tuple(t for t in (own_key, *threads) if t), print_.bands)


def applicant_key(person: Person, sender_class: SenderClass) -> str:
    """One key for one person: the address without its folder tag, or the full name where a site gives every request an
    address of its own. "" for officials and machines, and where neither is known."""
    if sender_class not in ("public", "site", "unknown"):
        return ""
    address = person.address.strip().lower()
    name, _, domain = address.rpartition("@")
    if name and domain and sender_class != "site" and not _SITE_REQUEST.search(address):
        return f"{name.split('+', 1)[0]}@{'gmail.com' if domain == 'googlemail.com' else domain}"[:_LONGEST]
    if not is_full_name(person.name):
        return ""
    said = re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", person.name).casefold())
    plain = [w for w in said if w not in ("mr", "mrs", "ms", "miss", "mx", "dr", "cllr")]
    return f"name:{' '.join(plain)}"[:_LONGEST] if len(plain) >= 2 else ""


def reference_key(written: str) -> str:
    """A reference number without the ways of writing it: "FOI 15167", "foi/15167" and "15167" are one, and so are
    "Log No. 001355/22" and "CRU 1355/22". "" where too little is left to tell cases apart."""
    capitals = written.upper()
    if capitals.startswith(("LOG", "CRU")) and (log := normal_log_number(written)):
        return f"reference:CRU {log}"
    if site := re.match(r"REQUEST-(\d{4,9})", capitals):
        return f"site:{site[1]}"
    bare = _LAW.sub("", re.sub(r"[^A-Z0-9]", "", capitals))
    return f"reference:{bare}"[:_LONGEST] if sum(c.isdigit() for c in bare) >= 4 else ""


def addressed_force(letter: Letter, force: Force) -> str:
    """The force that a letter speaks to, by its salutation or, failing that, its recipients; "" where neither tells,
    or where it is the reader's own."""
    own = {_force_name(force.name)} | {d.split(".", 1)[0] for d in force.mail_domains}
    if m := _SALUTATION.search(letter.text[:_OPENING]):
        name = _force_name(m[1] or m[2])
        if name and name not in own and name.replace(" ", "") not in own:
            return name[:80]
        return ""
    domains = {m[1] for to in letter.message.to if (m := _POLICE_DOMAIN.search(to.strip(" <>").lower()))}
    others = sorted(domains - own)
    # Without the force's own domains nobody can say which recipient is the stranger, unless there are several.
    return others[0][:80] if others and (force.mail_domains or len(domains) > 1) else ""


def _force_name(written: str) -> str:
    said = re.findall(r"[^\W_]+", written.casefold())
    return " ".join(w for w in said if w not in _NAMELESS and w not in ("police", "constabulary", "service", "and"))


def _fingerprint(letter: Letter, via: str) -> Fingerprint:
    if via == "cru" and (span := requested(letter.text)):
        # A circulation quotes the request it advises on: that is what open letters share with it.
        return fingerprint(letter.blind[slice(*span)])
    return fingerprint(letter.blind)


def _via(letter: Letter, kind: Kind) -> str:
    if letter.sender_class == "cru" or kind.label == "cru_circulation":
        return "cru"
    return "force" if letter.sender_class == "other_force" or kind.label == "other_force" else ""


def _message_ids(message: Message) -> tuple[str, str, list[str]]:
    """The message's own id, the key of the one it answers, and the keys of all that its headers name, its own too."""
    headers = message.headers
    own = _ids(headers.get("message-id", ""))[:1]
    answered = _ids(headers.get("in-reply-to", ""))[:2]
    named = _ids(headers.get("references", ""))
    named = list(dict.fromkeys([*own, *answered, *named[:4], *named[-MOST_MENTIONED:]]))[:MOST_MENTIONED]
    keys = [f"message:{m}" for m in named]
    return (own[0] if own else ""), (f"message:{answered[0]}" if answered else ""), keys


def _ids(header: str) -> list[str]:
    """The message ids in a header; a long one by its hash. Only the first 20,000 characters are read."""
    found = _MESSAGE_ID.findall(header[:20_000])
    if not found and header.strip() and "@" in header:
        found = header[:20_000].split()
    return [m if len(m) <= _LONGEST else hashlib.sha256(m.encode()).hexdigest() for m in found]


def _site_requests(message: Message) -> list[str]:
    """The numbers that a request site gives each request, from the addresses of sender and recipients."""
    places = " ".join([message.sender.address, message.headers.get("reply-to", ""), *message.to[:20]])[:4_000]
    return [f"site:{m}" for m in _SITE_REQUEST.findall(places)]
