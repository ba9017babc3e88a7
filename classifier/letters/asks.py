"""Cheap signs that words ask for something, tell something, or only hand something on.

These decide where the newest author's words stand, never what they are about; the questions room finds the questions.
"""

from __future__ import annotations

import re

_ASK = re.compile(
    r"\?|\b(?:how (?:many|much|often|long)|number of|details of|cop(?:y|ies) of|list of|breakdown|broken down"
    r"|break (?:it |this |them )?down|(?:please|kindly) (?:also )?(?:provide|supply|send|confirm|state|list|tell"
    r"|give|advise|break"
    r"|disclose|include|treat|let me|specify|explain|could|can|may|note that my)"
    r"|i(?:'d| would|'m| am)? (?:also )?(?:like|want|wish|require|request|need|requesting|ask)\b"
    r"|(?:can|could|would|will) (?:you|i|we) |we (?:request|require|ask|seek|need|would like))",
    re.IGNORECASE,
)
_ITEM = re.compile(
    r"^(?:[-•*▪–o]\s+|[\[(]?(?:q(?:uestion)?\s?)?\d{1,2}[a-z]?[.):\]]\s|[\[(]?[a-z][.)\]]\s|\(?[ivx]{1,4}[.)]\s)",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^(?:dear\b.{0,80}|hi\b.{0,60}|hello\b.{0,60}|hiya\b.{0,40}|hey\b.{0,40}|good (?:morning|afternoon|evening"
    r"|day)\b.{0,60}"
    r"|to whom(?:so?ever)? it may concern|(?:sir|madam|sirs)\b.{0,30}|morning\b.{0,40}|afternoon\b.{0,40}"
    r"|evening\b.{0,40}"
    r"|all|team|foi team|colleagues?)[,.:;!\s-]*$",
    re.IGNORECASE,
)
_COVER = re.compile(
    r"\b(?:one for (?:you|your|the|foi)|for (?:your|you) (?:info\w*|attention|action|reply|response|team|to (?:deal"
    r"|answer|action|reply))"
    r"|f\.?y\.?[ia]\b|f\.?a\.?o\b|(?:see|find|read|view|refer to|note) (?:the |my |our |an? )?(?:\w+ )?(?:below"
    r"|attach\w*|enclosed|following|trail|letter)"
    r"|(?:find|please see) .{0,40}(?:attached|enclosed|below)|forward(?:ed|ing|s)?\b|fwd\b|pass(?:ing|ed)? (?:this "
    r"|it |these )?(?:on|over|across|to)\b"
    r"|attach(?:ed|ing|ment)|enclosed|(?:this|these|it|request|e-?mail|letter|message|foi|enquiry|below"
    r"|correspondence) (?:\w+ )?(?:below|came|arrived|landed|went)\b"
    r"|came (?:in|into|to|through|via)\b|(?:mis|re)?directed\b|not (?:one )?(?:for )?us\b|wrong (?:inbox|address"
    r"|mailbox|department|team)"
    r"|sent (?:this |it )?(?:to us|to the|in error)|received (?:this|the (?:below|attached|following))"
    r"|(?:can|could|would|will) (?:you|someone|somebody) (?:please )?(?:deal|action|pick|respond|help|log|process"
    r"|advise|take|look|handle|reply|acknowledge)"
    r"|please (?:deal|action|pick|respond|log|process|handle|reply|acknowledge)|is this (?:one )?(?:for )?(?:you"
    r"|yours|something|foi|a foi)"
    r"|over to you|as (?:discussed|requested)|belongs? (?:to|with) you|in your (?:inbox|direction)|below\b)",
    re.IGNORECASE,
)
_PASSED = re.compile(
    r"\b(?:one for (?:you|your|the|foi)|f\.?y\.?[ia]\b|forward(?:ed|ing)?\b|fwd\b|pass(?:ing|ed)? (?:this |it "
    r"|these )?(?:on|over|across)\b"
    r"|came (?:in|into|to|through|via)\b|(?:mis|re)directed\b|not (?:one )?(?:for )?us\b|wrong (?:inbox|address"
    r"|mailbox|department|team)"
    r"|for your (?:attention|action)|sent (?:this |it )?to us|received (?:this|the (?:below|following))"
    r"|in your direction)",
    re.IGNORECASE,
)
# What a forwarder says on their own account: chasing, complaining, reporting.
_OWN_CASE = re.compile(
    r"\b(?:(?:i|we)(?: have| had|'ve) (?:still )?(?:not|n't|yet to|had no|heard nothing|received no)|(?:have"
    r"|has)n['’]t (?:had|heard|received|replied|answered)"
    r"|still (?:waiting|not had|no (?:reply|answer|response))|(?:is|are|now) (?:\w+ )?(?:overdue|late)\b|chas(?:e"
    r"|ing) (?:this|up|you|for|a)"
    r"|any (?:update|news|progress)|(?:am|are) (?:\w+ )?(?:unhappy|dissatisfied|complaining|appealing)|threaten(?:s"
    r"|ed|ing)"
    r"|going to (?:kill|hurt|harm)|i (?:do not|don['’]t) accept|when (?:will|can) (?:i|we)|why (?:have|has|did|was"
    r"|is)\b)",
    re.IGNORECASE,
)
_OWN_ASK = re.compile(
    r"\b(?:how (?:many|much|often)|number of|internal review|withdraw|complain(?:t|ing)?|cop(?:y|ies) of|"
    r"i (?:want|wish|require|request|would like|need)|i['’]d like|please (?:provide|supply|send|tell|confirm|state"
    r"|review|cancel)"
    r"|to report|under the (?:foi|freedom))\b",
    re.IGNORECASE,
)
_SENTENCES = re.compile(r"(?<=[.?!])\s+|\n+")


def asks(text: str) -> bool:
    """Whether the words ask for something, on a generous reading."""
    return _ASK.search(text) is not None


def is_item(bare: str) -> bool:
    """Whether a line begins with a list marker."""
    return _ITEM.match(bare) is not None


def is_greeting(bare: str) -> bool:
    """Whether a line is only a greeting."""
    return len(bare) < 90 and _GREETING.match(bare) is not None


def hands_on(text: str) -> bool:
    """Whether the words say that something below or attached is being handed on."""
    return _COVER.search(text[:2000]) is not None


def passes_on(text: str) -> bool:
    """Whether the words say outright that somebody else's letter is passed on, as a reply's words seldom do."""
    return _PASSED.search(text[:2000]) is not None


def is_cover(text: str, most: int = 60) -> bool:
    """Whether `text` (a message's own words, signature left out) is empty or only a note that hands something on: at
    most `most` words besides the greeting, and nothing asked, reported or chased on the writer's own account."""
    if len(text) > most * 14:
        return False
    words = 0
    for sentence in _SENTENCES.split(text):
        bare = sentence.strip()
        if not bare or is_greeting(bare):
            continue
        words += len(bare.split())
        if words > most or is_item(bare) or _OWN_CASE.search(bare):
            return False
        if ("?" in bare or _OWN_ASK.search(bare)) and not _COVER.search(bare):
            return False
    return True


def is_letter(text: str) -> bool:
    """Whether an attached document's text is a letter or form that asks something, not a paper that goes with one."""
    head = text[:6000]
    lines = [line.strip() for line in head.split("\n")[:40]]
    greeted = any(is_greeting(line) for line in lines if line)
    named = re.search(
        r"freedom of information|\bfoia?\b|subject access|internal review|environmental information",
        head,
        re.IGNORECASE,
    )
    asked = asks(head)
    return (greeted and (asked or named is not None)) or (asked and named is not None)
