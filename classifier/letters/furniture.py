"""Words that mail systems, offices and websites put round a letter: banners, disclaimers, "Sent from my …", footers.

Each test looks at one line or one paragraph of bounded length. Labels are given only to lines that were new words
before; nothing is taken away.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from classifier.letters.asks import asks, is_greeting, is_item

if TYPE_CHECKING:
    from classifier.letters.lines import Line

_MARKING = re.compile(
    r"^[*\s\[(]{0,4}(?:OFFICIAL|PROTECT(?:ED)?|RESTRICTED|POLICE EYES ONLY|NOT PROTECTIVELY MARKED|GSC[ :-]"
    r"|GPMS[ :-]|CONFIDENTIAL"
    r"|TLP[ :-]|LEGALLY PRIVILEGED)(?=$|[\s\-–—:/.,*\])|])(?=$|[\s*]*(?:[-–—:/.,*\[\]|)]|SENSITIVE|POLICE EYES"
    r"|PERSONAL|PRIVATE|DATA|$)).{0,160}$"
)
_OFFICIAL_LOOSE = re.compile(
    r"^(?:official(?: ?[-–—] ?sensitive)?|police eyes only|not protectively marked)[.:\s]*$", re.IGNORECASE
)
_HANDLING = re.compile(
    r"^[*\s]{0,4}(?:(?:this|the) (?:circulation|document|e-?mail|message|advice|paper)\b.{0,80})?(?:is |are "
    r"|must )?(?:strictly )?"
    r"not (?:to be |be )?(?:for )?(?:onward |further )?(?:passed|distribut|forward|disclos|shared|circulat"
    r"|disseminat|copied).{0,160}"
    r"(?:outside|beyond|without|police|agenc)",
    re.IGNORECASE,
)
_CAUTION = re.compile(
    r"^[*\[(<\s!_]{0,6}(?:external(?=\]|[\s:*-]+(?:e-?mail|sender|message|mail|origin))|caution|warning|be careful"
    r"|attention|notice|think before|you don['’]t often get|some people who received"
    r"|this (?:e-?mail|message|mail)(?: has| was| is)? (?:originat|came|comes|come|sent|been sent|received|began"
    r"|from))\b",
    re.IGNORECASE,
)
_CAUTION_WORDS = re.compile(
    r"extern|outside|originat|\bsender\b|\blinks?\b|attachment|open what|phish|recogni[sz]e"
    r"|learn why this is important",
    re.IGNORECASE,
)
_DEVICE = re.compile(
    r"^[*_\s]{0,3}(?:(?:sent|posted|scanned|written|typed|envoyé) (?:from|with|via|using|by|on|de"
    r"|depuis) (?!:)[^?]{2,80}"
    r"|get (?:outlook|bluemail|spark|aquamail|mail) for .{2,20}|download .{2,40} (?:app|mail)\b.{0,40}"
    r"|virus-free\.? .{0,60}"
    r"|yahoo mail: .{0,60}|\[(?:cid|image|logo|inline image)[^\]]{0,120}\]|<image\d{0,4}\.\w{3,4}>)[*_\s]{0,3}$",
    re.IGNORECASE,
)
_CHROME = re.compile(
    r"^(?:page \d{1,4}(?: of \d{1,4})?|-{1,3} ?\d{1,4} of \d{1,4} ?-{1,3}|(?:https?|file)://\S{4,400} \d{1,3}/\d{1,3}"
    r"|\d{1,2}/\d{1,2}/\d{2,4},? \d{1,2}:\d{2}(?: ?[ap]m)?(?: .{0,100}(?:mail|outlook|print|inbox|gmail).{0,60})?"
    r"|about:blank(?: \d/\d)?"
    r"|##-.{0,80}-##)$",
    re.IGNORECASE,
)
_RULE = re.compile(r"^[-_=*~—–]{5,}$")
_SITE = re.compile(
    r"whatdotheyknow|email address for all replies|\brequest-\d{1,9}-[0-9a-f]{4,16}@|published on the (?:internet"
    r"|web)"
    r"|wrong address for (?:freedom of )?information|web ?manager", re.IGNORECASE,
)  # fmt: skip
_SITE_START = re.compile(
    r"^(?:please use this e-?mail address for all replies"
    r"|disclaimer: this message and any reply that you make will be published"
    r"|is \S{3,100} the wrong address for freedom of information)",
    re.IGNORECASE,
)
_STRONG = re.compile(
    r"intended (?:only |solely |exclusively )?(?:for|recipient)|(?:the )?(?:above )?addressee|\bin error\b"
    r"|by mistake|(?:un)?authori[sz]ed (?:use|and regulated)"
    r"|confidential|privileged|\bvirus|malware|scanned|checked by|antivirus|disclaimer|unsubscribe"
    r"|\bopt(?:ing)? out\b|registered (?:office|in england|company|charity|address|number)"
    r"|(?:company|charity|vat|reg\.?|registration) (?:no|number|reg)\b|regulated by|views? (?:expressed|in this"
    r"|are)|opinions? expressed|not necessarily"
    r"|\bliability\b|liable for|monitor(?:s|ed|ing)?\b.{0,40}(?:mail|traffic|calls?)|(?:mail"
    r"|calls?).{0,40}(?:monitored|recorded)|e-?mail traffic"
    r"|print(?:ing)? this|the environment|trading name|trading style|privacy (?:notice|policy|statement)"
    r"|all rights? reserved|\(c\) |©|not the (?:intended|named)"
    r"|delete (?:it|this|the)|destroy (?:it|this|the)|taken? (?:you )?off (?:the|our)|published on the internet"
    r"|wrong address for|web ?manager"
    r"|report (?:a )?crime|dial 999|101,? or 999|in an emergency|bank details|service by e-?mail"
    r"|property of .{1,60}subject to|terms (?:of|and) (?:business|conditions)"
    r"|isn't meant for you|not meant for you|if (?:you have|it has|it|this) (?:received|reached|come|gone)"
    r"|house of commons e-?mail|follow us|view in browser"
    r"|a list of (?:partners|members|directors)|authorised and|e-?mail (?:disclaimer|notice)|this (?:e-?mail"
    r"|message|communication) (?:and|is|has|may|does|contains|or|was|might|carries)",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"\b(?:how (?:many|much|often)|number of|cop(?:y|ies) of|please (?:provide|supply|confirm|state|list|disclose)"
    r"|broken down)\b",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^[*\s_]{0,4}(?:this (?:e-?mail|message|communication|transmission|mail|firm)|the (?:contents?|information"
    r"|views)|if you (?:are|aren|have received)"
    r"|disclaimer|confidential|e-?mail (?:disclaimer|notice)|please (?:consider|note that this e|think before)"
    r"|internet (?:e-?mail|communications)"
    r"|we (?:check|scan|monitor)|\(c\)|©|unsubscribe|you (?:get|are receiving|received) this|registered (?:office"
    r"|in)|scanned)\b",
    re.IGNORECASE,
)


def label_banners(lines: list[Line], labels: list[str | None]) -> None:
    """Label protective markings, handling notes, outside-sender warnings, page chrome (banner) and "Sent from …" lines
    (signature) among the lines that have no label yet."""
    i = 0
    while i < len(lines):
        line = lines[i]
        bare = line.bare
        if not bare or labels[line.n] is not None or len(bare) > 400:
            i += 1
            continue
        first = bare[0]
        if first in "OPRNGCTLopn*[(" and (_MARKING.match(bare) or (first in "opnOPN" and _OFFICIAL_LOOSE.match(bare))):
            labels[line.n] = "banner"
        elif first in "nNtT*Ss" and _starts(lines, i, labels) and _HANDLING.match(bare):
            end = _sentence_end(lines, i)
            for x in lines[i:end]:
                labels[x.n] = "banner"
            i = end
            continue
        elif (
            first in "[(*<!_eEcCwWbBaAnNtTyYsS"
            and _starts(lines, i, labels)
            and _CAUTION.match(bare)
            and (end := _caution_end(lines, i))
        ):
            for line in lines[i:end]:
                labels[line.n] = "banner"
            i = end
            continue
        elif (
            first in "sSpPwWeEgGdDvVyY[<tT*_"
            and (not first.islower() or _starts(lines, i, labels))
            and _DEVICE.match(bare)
        ):
            labels[line.n] = "signature"
        elif (first in "pPhfa-#" or first.isdigit()) and len(bare) < 300 and _CHROME.match(bare):
            labels[line.n] = "banner"
        i += 1


def label_site_footer(lines: list[Line], labels: list[str | None]) -> None:
    """Label the request site's footer: a rule of dashes with the reply address below it, to the end of these lines."""
    for i, line in enumerate(lines):
        if labels[line.n] is not None or line.depth or not line.bare:
            continue
        first = line.bare[0]
        if first in "-_=" and len(line.bare) >= 5 and _RULE.match(line.bare):
            below = "\n".join(x.bare[:200] for x in lines[i + 1 : i + 16])
            if not _SITE.search(below) or _own_words_first(lines, i + 1):
                continue
        elif not (first in "pPdDiI" and _SITE_START.match(line.bare)):
            continue
        for rest in lines[i:]:
            if labels[rest.n] is None:
                labels[rest.n] = "footer"
        return


def is_footer(text: str, after_signature: bool) -> bool:
    """Whether a paragraph is a disclaimer or an office's footer. `after_signature`: it stands below one, where a single
    sign is enough; above, it must begin like one and hold two."""
    text = text[:3000]
    if after_signature:
        return _STRONG.search(text) is not None and not _REQUEST.search(text)
    if _REQUEST.search(text):
        return False
    signs = 0
    for _ in _STRONG.finditer(text):
        signs += 1
        if signs == 2:
            break
    return signs >= 1 and _LEAD.match(text) is not None


def is_rule(bare: str) -> bool:
    """Whether a line is only a rule of dashes, underscores or stars."""
    return _RULE.match(bare) is not None


def is_marked_for_police_eyes(text: str) -> bool:
    """Whether words carry the mark of a paper that must not leave the police network."""
    text = text[:20_000]
    if "POLICE EYES ONLY" in text or (("PROTECT" in text or "SENSITIVE" in text) and _EYES.search(text)):
        return True
    folded = text.lower()
    return (
        "police" in folded and ("outside" in folded or "beyond" in folded) and _KEEP_INSIDE.search(folded) is not None
    )


_EYES = re.compile(
    r"\bPROTECT\s?[-–/]\s?(?:PRIVATE|POLICE)|SENSITIVE\s?[:–—-]{1,2}\s?NOT FOR ONWARD DISCLOSURE",
)
_KEEP_INSIDE = re.compile(
    r"not (?:to be |be )?(?:passed|distributed|forwarded|disclosed|shared|circulated)\b.{0,40}\b(?:outside"
    r"|beyond)\b.{0,20}\bpolice"
)


def _own_words_first(lines: list[Line], i: int) -> bool:
    # A rule that only divides a letter has the letter's own words below it, and the site's footer further down.
    for line in lines[i : i + 16]:
        if _SITE.search(line.bare[:200]):
            return False
        if is_rule(line.bare) or is_greeting(line.bare):
            return True
    return False


def _starts(lines: list[Line], i: int, labels: list[str | None]) -> bool:
    """Whether a line begins a paragraph: a wrapped sentence may have any word at the head of its next line."""
    return i == 0 or not lines[i - 1].bare or labels[lines[i - 1].n] is not None


def _sentence_end(lines: list[Line], i: int) -> int:
    """Where the notice that begins at line `i` and may be wrapped ends."""
    end = i + 1
    while (
        end < min(len(lines), i + 5)
        and lines[end].bare
        and not lines[end].depth
        and lines[end - 1].bare[-1] not in ".!*"
    ):
        end += 1
    return end


def _caution_end(lines: list[Line], i: int) -> int:
    """Where the warning that begins at line `i` ends; 0 where it is none. It may be wrapped over a few lines."""
    end = i + 1
    limit = min(len(lines), i + 8)
    while end < limit and lines[end].bare and not lines[end].depth and not is_greeting(lines[end].bare):
        end += 1
    opening = _CAUTION.match(lines[i].bare)
    text = " ".join(line.bare[:400] for line in lines[i:end])[opening.end() if opening else 0 :]
    if not _CAUTION_WORDS.search(text):
        return (
            i + 1
            if re.fullmatch(r"[\[(*]{1,3}\s?external(?: e-?mail| sender)?\s?[\])*]{1,3}", lines[i].bare, re.IGNORECASE)
            else 0
        )
    if not asks(text) and not any(is_item(line.bare) for line in lines[i + 1 : end]):
        return end
    # Only as far as it goes on warning: the letter may begin on the very next line.
    stop = i + 1
    while stop < end and _CAUTION_WORDS.search(lines[stop].bare) and not asks(lines[stop].bare):
        stop += 1
    return stop
