"""The kind of message where headers and fixed forms decide it; None where words must be weighed (the trained model).

Each rule gives its reason. They are few and strict: a rule that is right ninety-nine times in a hundred stays, any
other belongs to the model, which sees the same signs as `features.kind_features`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from classifier.letters.regime import names_own_data
from classifier.records import Kind, MessageKind

if TYPE_CHECKING:
    from classifier.records import Letter

_REPLY = re.compile(r"^\s*(?:re|aw|sv|ateb)\s?(?:\[\d+\])?:", re.IGNORECASE)
_SITE_REVIEW = re.compile(r"^internal review of freedom of information request\b", re.IGNORECASE)
_SITE_REQUEST = re.compile(r"^(?:freedom of information|environmental information) request\s[-–]", re.IGNORECASE)
_REVIEW_WORDS = re.compile(r"\binternal review\b", re.IGNORECASE)
_SUBMITTED = re.compile(
    r"\b(?:new|has been|was|been)\b.{0,30}\b(?:submi(?:tted|ssion)|request received|enquiry received)\b"
    r"|form submission|submitted (?:via|through|using) (?:the|our)",
    re.IGNORECASE,
)
_RECEIPT = re.compile(
    r"\b(?:(?:acknowledge|confirm(?:s|ing)?) (?:receipt|that we (?:have )?received)|(?:has|have) been (?:received"
    r"|logged)|we(?: have| ['’]ve)? (?:got|received) your|thank(?:s| you) for (?:getting in touch|contacting"
    r"|your (?:e-?mail|enquiry|message))"
    r"|automatic (?:reply|message|response)|out of (?:the )?office|annual leave|undeliver|could not be delivered"
    r"|did not reach|not (?:be )?delivered)",
    re.IGNORECASE,
)
_STRANGER_TO_RULES = re.compile(
    r"\b(?:complain(?:t|ing)? (?:about|against|of) (?:pc|dc|ps|an? officer|the officer|your officers?|sgt)|kill"
    r"|hammer|threat)\b",
    re.IGNORECASE,
)
_LIST_WORDS = re.compile(
    r"\b(?:unsubscribe|opt[ -]?out|view (?:this e-?mail )?(?:in (?:your )?browser|online)|webinar|newsletter"
    r"|book (?:now|your|with)|early bird|demo\b|free trial|discount|masterclass|briefing"
    r"|\+ ?vat|cpd)\b",
    re.IGNORECASE,
)
_FORMAL_REQUEST = re.compile(
    r"\bunder the (?:freedom of information|foi|environmental)|\b(?:foi|freedom of information"
    r"|foia) (?:act )?(?:2000 )?request\b.{0,80}\b(?:please|provide|i would)|\bplease treat this as\b",
    re.IGNORECASE | re.DOTALL,
)
_ICO_SIGNED = re.compile(
    r"^(?:the )?information commissioner['’]?s office\b|\bICO$|\bfor the tribunal\b|^first-tier tribunal",
    re.IGNORECASE | re.MULTILINE,
)
_REGULATOR_REFERENCE = re.compile(r"\bIC-\d{4,6}-[A-Z0-9]{4}\b|\bFS\d{8}\b|\bEA[/.]\d{4}[/.]\d{3,4}\b")
_NEWS = re.compile(r"\b(?:newsletter|e-newsletter|webinar|conference|practitioners['’] conference)\b", re.IGNORECASE)


def kind_by_rule(letter: Letter) -> Kind | None:
    """The letter's kind where a rule decides it, with the reason in `because`; else None.

    Danger to life is looked for elsewhere and comes before any of these.
    """
    sender = letter.sender_class
    subject = letter.message.subject.strip()
    words = letter.text[:20_000]
    if sender == "automatic":
        return _automatic(letter, words)
    if sender == "cru":
        return _kind("cru_circulation", 0.99, "sent by the Central Referral Unit")
    if sender == "regulator":
        return _regulator(letter, subject, words)
    if sender == "site":
        return _site(subject, words)
    if (
        sender == "unknown"
        and _REGULATOR_REFERENCE.search(f"{subject}\n{words}")
        and _ICO_SIGNED.search(_signature(letter))
    ):
        return _kind("regulator", 0.97, "signed for the regulator, with its reference")
    if sender == "public":
        return _bulk(letter, words)
    return None


def _kind(label: MessageKind, score: float, because: str) -> Kind:
    return Kind(label=label, score=score, because=because)


def _automatic(letter: Letter, words: str) -> Kind | None:
    submitted = letter.message.headers.get("auto-submitted", "").lower()
    if submitted.startswith("auto-replied"):
        return _kind("acknowledgement", 0.99, "header Auto-Submitted: auto-replied")
    # A web form may send the requests themselves as generated mail.
    head = f"{letter.message.subject}\n{words[:1500]}"
    if _SUBMITTED.search(head) and not _RECEIPT.search(head):
        return None
    if submitted and not _RECEIPT.search(head) and "list-unsubscribe" in letter.message.headers:
        return None
    return _kind(
        "acknowledgement",
        0.98,
        f"header Auto-Submitted: {submitted}" if submitted else "an automatic reply or a delivery report",
    )


def _regulator(letter: Letter, subject: str, words: str) -> Kind | None:
    headers = letter.message.headers
    if ("list-unsubscribe" in headers or headers.get("precedence", "").lower() == "bulk") and (
        _NEWS.search(subject) or _NEWS.search(words)
    ):
        return None
    return _kind("regulator", 0.99, "sent by the Information Commissioner or the Tribunal")


def _site(subject: str, words: str) -> Kind | None:
    if _SITE_REVIEW.match(subject) and _REVIEW_WORDS.search(words):
        return _kind("internal_review", 0.99, "the request site's form for an internal review")
    if _SITE_REQUEST.match(subject) and not names_own_data(words) and not _STRANGER_TO_RULES.search(words):
        return _kind("new_request", 0.98, "a first letter through the request site")
    return None


def _bulk(letter: Letter, words: str) -> Kind | None:
    headers = letter.message.headers
    if not ("list-unsubscribe" in headers or headers.get("precedence", "").strip().lower() == "bulk"):
        return None
    everything = f"{words}\n{letter.whole[-1500:]}"
    if _REPLY.match(letter.message.subject) or _FORMAL_REQUEST.search(words) or not _LIST_WORDS.search(everything):
        return None
    return _kind("marketing", 0.98, "bulk mail with a way to leave its list")


def _signature(letter: Letter) -> str:
    return "\n".join(
        letter.whole[z.start : z.end] for z in letter.zones if z.kind in ("signature", "footer", "banner")
    )[:6000]
