"""What class of sender a message has: told from addresses, headers and, for referral circulars, the fixed form.

The class may help to decide what kind of message it is; nothing else may use it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from classifier.letters.furniture import is_marked_for_police_eyes

if TYPE_CHECKING:
    from classifier.force import Force
    from classifier.records import Message, Person, SenderClass

# Domains where anybody can have an address: two people there are not colleagues.
_WEBMAIL = frozenset({
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "hotmail.co.uk", "live.com", "live.co.uk", "msn.com",
    "yahoo.com", "yahoo.co.uk", "btinternet.com", "icloud.com", "me.com", "mac.com", "aol.com", "protonmail.com",
    "proton.me", "pm.me", "sky.com", "virginmedia.com", "talktalk.net", "ntlworld.com", "mail.com", "tiscali.co.uk",
    "blueyonder.co.uk", "gmx.com", "gmx.co.uk", "zoho.com",
})  # fmt: skip
# Domains that many bodies share: only what stands before them tells the body.
_SHARED = frozenset({
    "police.uk", "pnn.police.uk", "gov.uk", "gov.scot", "ac.uk", "co.uk", "org.uk", "nhs.uk", "nhs.net", "cjsm.net",
    "example", "com", "org", "net", "uk",
})  # fmt: skip
_POLICE = re.compile(
    r"(?:^|\.)(?:police\.uk|psni\.pnn\.police\.uk|scotland\.police\.uk|mod\.police\.uk|btp\.police\.uk)$|(?:^"
    r"|\.)police\.\w+$"
)
_SITE = re.compile(r"@(?:[\w-]+\.)?whatdotheyknow\.com$|^(?:foi\+)?request-\d{1,9}-[0-9a-f]{6,12}@")
_CRU_NAME = re.compile(r"\bCRU\b|central referral|foi referral|\bNPFDU\b", re.IGNORECASE)
_CRU_ADDRESS = re.compile(
    r"^(?:[\w.-]{0,64}\bcru\b[\w.-]{0,64}|[\w.-]{0,64}referral[\w.-]{0,64}|npfdu[\w.-]{0,64})@", re.IGNORECASE
)
_CRU_DOMAIN = re.compile(r"@(?:[\w-]+\.)*(?:npcc|acpo|acro)\.")
_LOG = re.compile(
    r"^[ \t*>]{0,6}(?:Log (?:No\b|Number)|CRU (?:Case|Advice)|Logged with\s?:)", re.IGNORECASE | re.MULTILINE
)
_BOUNCE = re.compile(r"^(?:mailer-daemon|postmaster|mail-daemon|bounces?)(?:[+@-])", re.IGNORECASE)
_BOUNCE_NAME = re.compile(r"mail delivery (?:sub)?system|mailer-daemon|^postmaster$", re.IGNORECASE)
_AUTOMATIC_SUBJECT = re.compile(
    r"^(?:automatic reply|auto(?:matic)?[ -]?(?:reply|response|generated)|out[ -]of[ -](?:the )?office"
    r"|undeliver(?:able|ed)|delivery (?:status notification|failure|has failed)"
    r"|returned mail|mail delivery failed|failure notice|delivery delayed|read:|not read:|ateb awtomatig)",
    re.IGNORECASE,
)
_REGULATOR = re.compile(r"(?:^|\.)(?:ico\.org\.uk|ico\.gov\.uk|itspublicknowledge\.info|foi\.scot)$")
_COURTS = re.compile(
    r"(?:^|\.)(?:justice\.gov\.uk|hmcts\.net|hmcts\.gov\.uk|hmcts\.gsi\.gov\.uk|tribunals\.gsi\.gov\.uk"
    r"|tribunals\.gov\.uk)$"
)
_TRIBUNAL = re.compile(r"\bgrc\b|tribunal|general regulatory chamber|\bEA[/.]\d{4}[/.]\d{3,4}\b", re.IGNORECASE)
_AUTHORITY_NAME = re.compile(
    r"\b(?:foi|foia|freedom of information|information (?:rights|access|management|compliance|disclosure|governance"
    r"|assurance)|info rights"
    r"|public disclosure|disclosure (?:unit|team|officer)|data protection|police|constabulary|front (?:desk"
    r"|counter)|press office)\b",
    re.IGNORECASE,
)


def domain_of(address: str) -> str:
    """The part after the @, lower case, with the police network's old `pnn` label left out; "" where there is none."""
    return (
        address.rpartition("@")[2].strip(" \t<>,;").lower().replace(".pnn.police.uk", ".police.uk")
        if "@" in address
        else ""
    )


def own_domains(message: Message, force: Force) -> tuple[str, ...]:
    """The force's own mail domains: from the force file, else those that the message was sent to."""
    if force.mail_domains:
        return force.mail_domains
    found = (domain_of(address) for address in message.to)
    return tuple(d for d in found if d and d not in _WEBMAIL and d not in _SHARED)


def is_own(address: str, own: tuple[str, ...]) -> bool:
    """Whether an address is a colleague's: in one of the domains or below it."""
    domain = domain_of(address)
    return any(domain == d or domain.endswith("." + d) for d in own) if domain else False


def is_authority(person: Person, own: tuple[str, ...]) -> bool:
    """Whether a header block's sender is the force itself or a team that answers requests."""
    if is_own(person.address, own):
        return True
    if person.address:
        domain = domain_of(person.address)
        return _POLICE.search(domain) is not None or (
            person.address.startswith(("foi@", "foi.", "foia@", "freedomofinformation@")) and domain not in _WEBMAIL
        )
    return _AUTHORITY_NAME.search(person.name) is not None


def is_automatic(message: Message) -> bool:
    """Whether a machine sent the message: auto-replies, out-of-office notes, bounces, tickets, forms."""
    headers = message.headers
    submitted = headers.get("auto-submitted", "").strip().lower()
    if submitted and not submitted.startswith("no"):
        return True
    if headers.get("return-path", "").strip() == "<>":
        return True  # the empty return path of replies by machine and delivery reports (RFC 3834, RFC 5321)
    if "x-failed-recipients" in headers or "x-autoreply" in headers or "x-autorespond" in headers:
        return True
    if headers.get("precedence", "").strip().lower() in ("auto_reply", "auto-reply"):
        return True
    if "report-type=delivery-status" in headers.get("content-type", "").lower().replace(" ", "") or headers.get(
        "content-type", ""
    ).lower().startswith("multipart/report"):
        return True
    if _BOUNCE.match(message.sender.address) or _BOUNCE_NAME.search(message.sender.name):
        return True
    return _AUTOMATIC_SUBJECT.match(message.subject.strip()) is not None


def classify_sender(message: Message, own: tuple[str, ...], new_words: str) -> SenderClass:
    """The class of `message`'s sender. `own`: the force's domains; `new_words`: the message's own words, banners
    included, for the referral unit's circulars that come from any address."""
    if is_automatic(message):
        return "automatic"
    return classify_person(message.sender, own, message.subject, new_words)


def classify_person(person: Person, own: tuple[str, ...], subject: str = "", new_words: str = "") -> SenderClass:
    """The class of the one who wrote some words: a sender, or the sender of a forwarded message."""
    address, domain = person.address.lower(), domain_of(person.address)
    if is_referral_unit(person, own, subject, new_words):
        return "cru"
    if not domain:
        if re.search(r"^ico casework|information commissioner", person.name, re.IGNORECASE):
            return "regulator"
        return "public" if person.name and not _AUTHORITY_NAME.search(person.name) else "unknown"
    if _REGULATOR.search(domain):
        return "regulator"
    if _COURTS.search(domain) and (
        _TRIBUNAL.search(address) or _TRIBUNAL.search(subject) or _TRIBUNAL.search(new_words[:3000])
    ):
        return "regulator"
    if _SITE.search(address):
        return "site"
    if is_own(address, own):
        return "own_force"
    if _POLICE.search(domain):
        return "other_force"
    return "public"


def is_referral_unit(person: Person, own: tuple[str, ...], subject: str, new_words: str) -> bool:
    """Whether the words come from the national Central Referral Unit: by its mailbox, or by its form under a mark."""
    address = person.address.lower()
    if _CRU_DOMAIN.search(address) and (_CRU_ADDRESS.match(address) or _CRU_NAME.search(person.name)):
        return True
    if _CRU_NAME.search(person.name) and re.search(r"mailbox|npcc|national|unit", person.name, re.IGNORECASE):
        return True
    head = new_words[:6000]
    by_form = _LOG.search(head) is not None or _LOG.match(subject) is not None
    if not by_form or not is_marked_for_police_eyes(head):
        return False
    # A force that answers a circular quotes its log number, under its own name.
    domain = domain_of(address)
    return not domain or not (is_own(address, own) or _POLICE.search(domain)) or _CRU_DOMAIN.search(address) is not None
