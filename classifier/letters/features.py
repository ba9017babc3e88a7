"""A small fixed table of cheap signs for the trained model of message kinds: who sent it (class only), the shape of the
message, and set phrases. Every letter has every key, so that the columns never move."""

from __future__ import annotations

import re
from typing import get_args

from classifier.letters.asks import is_item
from classifier.letters.phrases import Phrases, fold
from classifier.letters.regime import names_own_data
from classifier.records import Letter, Message, Person, SenderClass

_READ = 12_000
_SENDERS: tuple[str, ...] = get_args(SenderClass)
_BANDS = (15, 40, 90, 180, 400)

# Each phrase stands for one column; they look at the newest author's own words, subject and signature apart.
_PHRASES: dict[str, str] = {
    "internal_review": r"internal review|review (?:of|your|this|that|the) |look(?:ed)? at (?:it |this |again)"
        r"|reconsider|i (?:challenge|dispute|contest|do not accept)",
    "not_what_asked": r"(?:isn't|not|nothing like) what i (?:asked|requested)|you (?:have )?(?:misread"
        r"|misunderstood|ignored|missed|skipped)|incomplete|has been skipped",
    "if_not_then": r"if (?:i|there|you|nothing|no)\b.{0,80}\bi (?:will|shall)\b",
    "chase": r"(?:overdue|any (?:update|news|progress|joy)|update (?:me|us)|(?:is|are) (?:it |you |things )?progressing"
        r"|getting on|coming along|state of play|status of|still waiting|chas(?:e|ing)|reminder|where (?:is|it)"
        r"|have (?:not|had nothing|heard nothing)|20 working days|working days (?:late|have passed)|when (?:can"
        r"|will) i|(?:was|were|is) due)\b",
    "withdraw": r"(?:withdraw\w*|cancel\w*|no longer (?:need|require|want)|forget it|drop (?:it|this|my)"
        r"|disregard my)\b",
    "clarify": r"(?:to clarify|clarification|by [\"'][^\"]{2,40}[\"'],? i mean|i mean[t]?|in answer to"
        r"|narrow(?:ed)?|calendar years? please|happy (?:to|for)|should have said)\b",
    "thanks": r"thank(?:s| you)\b.{0,60}\b(?:for|everything|response|reply|helpful)\b",
    "resend": r"(?:resend|send (?:it|that|them) again|(?:can'?t|cannot|unable to|won't) (?:open|read)|attachment"
        r"|enclosed)\b",
    "own_data": r"(?:subject access|d?sar\b|article 15|section 45|right of access|my (?:own )?(?:personal )?(?:data"
        r"|record|file|custody))\b",
    "identity": r"(?:date of birth|d\.?o\.?b\.?\b|born\b|passport|driving licen[cs]e|proof of (?:id|address)"
        r"|photo id)",
    "third_party": r"(?:our client|we act for|we represent|instructed by|our insured|claim (?:no|number|ref)"
        r"|annex d|schedule 2|paragraph 2|court order|family court|licensing|safeguarding check|hearing"
        r"|consent form|without prejudice|information sharing)\b",
    "complaint": r"(?:complain(?:t|ing)?|misconduct|professional standards|iopc|rude|disgust(?:ed|ing)|apolog(?:y"
        r"|ise)|collar number|officer (?:was|who|in the case))\b",
    "crime": r"(?:report (?:a|that|an)|stolen|burgl\w+|attacked|assaulted|threaten\w*|hurt(?:ing)? (?:me|her|him)"
        r"|scam(?:med)?|dealing|selling drugs|i (?:saw|witnessed))\b",
    "danger": r"(?:kill(?:ed|ing)? (?:my|him|her|them)?|won't be here|end (?:it|my life)|suicid\w+|knife|hammer"
        r"|outside my (?:house|door)|please help|send (?:somebody|someone|help)|scared)\b",
    "media": r"(?:press office|statement (?:on|from|about)|deadline|interview|filming|spokesperson|for publication"
        r"|right of reply|comment (?:on|by|from)|to print|on air|broadcast|journalist|reporter|editor)\b",
    "own_business": r"(?:opening (?:hours|times)|lost property|renew(?:al)?|firearms licensing|certificate|apply"
        r"|application|vacanc|appointment|crime number|crime no|insurance|neighbourhood watch|fingerprints"
        r"|abnormal load)\b",
    "marketing": r"(?:unsubscribe|webinar|demo\b|our (?:product|platform|solution|brochure)|book (?:now|a)"
        r"|free trial|discount|early bird|voucher|summit|conference|newsletter|delegate|opt out|voicemail|remit"
        r"|meet you|\+ ?vat)\b",
    "acknowledges": r"(?:acknowledge receipt|has been (?:logged|received)|we have received your"
        r"|will be (?:dealt with|answered|considered)|out of (?:the )?office|annual leave|automatic|undeliver\w*"
        r"|your call has been)\b",
    "answers": r"(?:our (?:response|answer) to your|in response to your request|(?:is|are) (?:exempt|withheld"
        r"|enclosed)|section (?:12|21|31|40)\(?\d?\)? (?:applies|is)|no information (?:is )?held"
        r"|neither confirms? nor den|refusal notice|our searches|you asked (?:for|on))\b",
    "complaint_rights": r"(?:right (?:to complain|of complaint|to (?:ask|seek|request)).{0,40}|if you (?:are|remain"
        r"|'re) (?:dissatisfied|unhappy)|apply to the information commissioner)\b",
    "regulator_words": r"(?:decision notice|information notice|the complainant|case officer|section 50"
        r"|your submissions|first-tier tribunal|appellant|case management directions)\b",
    "referral_words": r"(?:log (?:no|number)|cru\b|logged with|case ?worker|all forces|ncnd|circulation"
        r"|knowledge hub)\b",
    "force_to_force": r"(?:have you (?:had|received)|your force|our force|other forces|same request|what (?:line"
        r"|approach)|benchmark\w*|regional|neighbouring|colleagues|our foi|consult\w*)\b",
    "internal_words": r"(?:data (?:is )?attached|nil return|see tab|time (?:spent|taken)|my team|rota|the applicant"
        r"|don't (?:give|release)|sir,|ma'am|teams call|line manager|portal|our end)\b",
    "asks_under_act": r"(?:under|pursuant to|in accordance with|make a|this is an?"
        r"|as an?) (?:the )?(?:freedom of information|foi|foia|f\.o\.i|environmental information)|foi (?:request"
        r"|act)\b|freedom of information (?:act )?request",
    "asks_count": r"how (?:many|much|often)|number of\b|broken down|breakdown",
    "asks_copy": r"(?:cop(?:y|ies) of|polic(?:y|ies)|guidance|minutes|correspondence|e-?mails between)\b",
    "please_provide": r"(?:please|kindly|could you|can you|would you)\b.{0,20}\b(?:provide|supply|send|tell|confirm"
        r"|disclose|let me have)\b",
    "authority_voice": r"(?:your request (?:of|for|dated|has|was|will)|this (?:force|constabulary)"
        r"|the force (?:holds|does not)|information (?:rights|management|compliance) (?:unit|team|officer)"
        r"|reviewing officer|i can confirm that)\b",
    "new_and_separate": r"(?:new request|another (?:request|thing|question)|while i'm here|also,? (?:i|could|can"
        r"|under)|separately|log (?:that|it) separately|in addition)\b",
    "more_evidence": r"(?:in addition to what i|further evidence|i (?:also )?(?:attach|enclose)"
        r"|(?:draw|bring) (?:to )?your attention|in case it is of|for your information"
        r"|change of (?:e-?mail|address))\b",
}  # fmt: skip
_COMPILED = {name: Phrases(pattern) for name, pattern in _PHRASES.items()}
_REPLY = re.compile(r"^\s*(?:re|aw|sv)\s?(?:\[\d+\])?:", re.IGNORECASE)
_FORWARD = re.compile(r"^\s*(?:fwd?|fw)\s?:", re.IGNORECASE)
_SUBJECTS: dict[str, re.Pattern[str]] = {
    "subject_foi": re.compile(r"\bfoia?\b|freedom of information|request for information", re.IGNORECASE),
    "subject_review": re.compile(r"\breview|challenge|appeal", re.IGNORECASE),
    "subject_chase": re.compile(
        r"overdue|still waiting|reminder|update|late\b|chas|no (?:reply|response|answer)", re.IGNORECASE
    ),
    "subject_sar": re.compile(r"subject access|\bd?sar\b|my (?:data|record|file|own)", re.IGNORECASE),
    "subject_complaint": re.compile(r"complain|misconduct|conduct of|disgust", re.IGNORECASE),
    "subject_media": re.compile(r"\bmedia\b|press|interview|statement|filming|right of reply", re.IGNORECASE),
    "subject_withdraw": re.compile(r"withdraw|cancel|no longer", re.IGNORECASE),
    "subject_clarify": re.compile(r"clarif", re.IGNORECASE),
    "subject_response": re.compile(r"\bresponse|outcome|decision|our (?:answer|reference)|acknowledg", re.IGNORECASE),
    "subject_court": re.compile(r"\bv\b|court|our client|our ref|claim|disclosure|licensing", re.IGNORECASE),
    "subject_capitals": re.compile(r"^[^a-z]{6,}$"),
}
_CAPITALS = bytes(range(65, 91))
_SMALL = bytes(range(97, 123))


def kind_features(letter: Letter) -> dict[str, float]:
    """The signs of `letter`, each 0 to 1 (counts are squeezed). The first 12,000 characters of its words are read."""
    text = letter.text[:_READ]
    folded = fold(text)
    subject = letter.message.subject[:300]
    features: dict[str, float] = {f"sender_{name}": float(letter.sender_class == name) for name in _SENDERS}
    words = len(text.split())
    for low, high in zip((0, *_BANDS), (*_BANDS, 1 << 30), strict=True):
        features[f"words_{low}"] = float(low <= words < high)
    for name, pattern in _COMPILED.items():
        features[name] = float(pattern.search(folded) is not None)
    for name, pattern in _SUBJECTS.items():
        features[name] = float(pattern.search(subject) is not None)
    zones = {zone.kind for zone in letter.zones}
    headers = letter.message.headers
    lines = text.split("\n")
    items = sum(is_item(line.strip()) for line in lines if line.strip())
    questions = text.count("?")
    plain = text[:2000].encode("ascii", "ignore")
    capitals = len(plain) - len(plain.translate(None, _CAPITALS))
    letters = capitals + len(plain) - len(plain.translate(None, _SMALL))
    features.update(
        reply=float(_REPLY.match(subject) is not None),
        forward=float(_FORWARD.match(subject) is not None),
        threaded=float("in-reply-to" in headers or "references" in headers),
        bulk=float(
            "list-unsubscribe" in headers or "list-id" in headers or headers.get("precedence", "").lower() == "bulk"
        ),
        reference=float(bool(letter.references)),
        reference_in_subject=float(any(r.lower() in subject.lower() for r in letter.references)),
        history=float("quoted" in zones),
        handed_on=float("forwarded" in zones),
        marked=float("banner" in zones),
        protected=float(letter.protected),
        documents=float(bool(letter.message.documents)),
        attachments=float(bool(letter.message.attachments)),
        items=min(items, 8) / 8,
        any_items=float(items > 1),
        questions=min(questions, 6) / 6,
        any_question=float(questions > 0),
        exclaims=min(text.count("!"), 4) / 4,
        capitals=capitals / letters if letters else 0.0,
        about_self=float(names_own_data(text)),
        regime_none=float(letter.regime == "none"),
        regime_sar=float(letter.regime in ("subject_access", "mixed")),
        empty=float(not text.strip()),
    )
    return features


def _names() -> tuple[str, ...]:
    empty = Letter(
        message=Message(id="", source=""),
        whole="",
        zones=(),
        text="",
        blind="",
        applicant=Person(),
        sender_class="unknown",
    )
    return tuple(kind_features(empty))


FEATURE_NAMES: tuple[str, ...] = _names()
"""The keys of `kind_features`, in order."""
