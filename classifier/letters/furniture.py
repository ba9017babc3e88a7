"""Words that mail systems, offices and websites put round a letter: banners, disclaimers, "Sent from my …", footers.

Each test looks at one line or one paragraph of bounded length. Labels are given only to lines that were new words
before; nothing is taken away.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from classifier.letters.asks import is_greeting
from classifier.letters.lines import next_full

if TYPE_CHECKING:
    from classifier.letters.lines import Line

_MARKING = re.compile(
    r"^[*\s\[(]{0,4}(?:OFFICIAL|PROTECT(?:ED)?|RESTRICTED|POLICE EYES ONLY|NOT PROTECTIVELY MARKED|GSC[ :-]|GPMS[ :-]|CONFIDENTIAL"
    r"|TLP[ :-]|LEGALLY PRIVILEGED)(?=$|[\s\-–—:/.,*\])|])(?=$|[\s*]*(?:[-–—:/.,*\[\]|)]|SENSITIVE|POLICE EYES|PERSONAL|PRIVATE|DATA|$)).{0,160}$"
)
_OFFICIAL_LOOSE = re.compile(
    r"^(?:official(?: ?[-–—] ?sensitive)?|police eyes only|not protectively marked)[.:\s]*$", re.IGNORECASE
)
_HANDLING = re.compile(
    r"^[*\s]{0,4}(?:(?:this|the) (?:circulation|document|e-?mail|message|advice|paper)\b.{0,80})?(?:is |are |must )?(?:strictly )?"
    r"not (?:to be |be )?(?:for )?(?:onward |further )?(?:passed|distribut|forward|disclos|shared|circulat|disseminat|copied).{0,160}"
    r"(?:outside|beyond|without|police|agenc)",
    re.IGNORECASE,
)
_CAUTION = re.compile(
    r"^[*\[(<\s!_]{0,6}(?:external|caution|warning|be careful|attention|notice|think before|you don['’]t often get|some people who received"
    r"|this (?:e-?mail|message|mail)(?: has| was| is)? (?:originat|came|comes|come|sent|been sent|received|began|from))\b",
    re.IGNORECASE,
)
_CAUTION_WORDS = re.compile(
    r"extern|outside|originat|\bsender\b|\blinks?\b|attachment|open what|phish|recogni[sz]e|learn why this is important",
    re.IGNORECASE,
)
_DEVICE = re.compile(
    r"^[*_\s]{0,3}(?:(?:sent|posted|scanned|written|typed|envoyé) (?:from|with|via|using|by|on|de|depuis) (?!:)[^?]{2,80}"
    r"|get (?:outlook|bluemail|spark|aquamail|mail) for .{2,20}|download .{2,40} (?:app|mail)\b.{0,40}|virus-free\.? .{0,60}"
    r"|yahoo mail: .{0,60}|\[(?:cid|image|logo|inline image)[^\]]{0,120}\]|<image\d{0,4}\.\w{3,4}>)[*_\s]{0,3}$",
    re.IGNORECASE,
)
_CHROME = re.compile(
    r"^(?:page \d{1,4}(?: of \d{1,4})?|-{1,3} ?\d{1,4} of \d{1,4} ?-{1,3}|(?:https?|file)://\S{4,400} \d{1,3}/\d{1,3}"
    r"|\d{1,2}/\d{1,2}/\d{2,4},? \d{1,2}:\d{2}(?: ?[ap]m)?(?: .{0,100}(?:mail|outlook|print|inbox|gmail).{0,60})?|about:blank(?: \d/\d)?"
    r"|##-.{0,80}-##)$",
    re.IGNORECASE,
)
_RULE = re.compile(r"^[-_=*~—–]{5,}$")
_SITE = re.compile(
    r"whatdotheyknow|email address for all replies|\brequest-\d{1,9}-[0-9a-f]{4,16}@|published on the (?:internet|web)"
    r"|wrong address for (?:freedom of )?information|web ?manager", re.IGNORECASE,
)  # fmt: skip
_SITE_START = re.compile(
    r"^(?:please use this e-?mail address for all replies|disclaimer: this message and any reply that you make will be published"
    r"|is \S{3,100} the wrong address for freedom of information)",
    re.IGNORECASE,
)
_STRONG = re.compile(
    r"intended (?:only |solely |exclusively )?(?:for|recipient)|(?:the )?(?:above )?addressee|\bin error\b|by mistake|(?:un)?authori[sz]ed (?:use|and regulated)"
    r"|confidential|privileged|\bvirus|malware|scanned|checked by|antivirus|disclaimer|unsubscribe|\bopt(?:ing)? out\b|registered (?:office|in england|company|charity|address|number)"
    r"|(?:company|charity|vat|reg\.?|registration) (?:no|number|reg)\b|regulated by|views? (?:expressed|in this|are)|opinions? expressed|not necessarily"
    r"|\bliability\b|liable for|monitor(?:s|ed|ing)?\b.{0,40}(?:mail|traffic|calls?)|(?:mail|calls?).{0,40}(?:monitored|recorded)|e-?mail traffic"
    r"|print(?:ing)? this|the environment|trading name|trading style|privacy (?:notice|policy|statement)|all rights? reserved|\(c\) |©|not the (?:intended|named)"
    r"|delete (?:it|this|the)|destroy (?:it|this|the)|taken? (?:you )?off (?:the|our)|published on the internet|wrong address for|web ?manager"
    r"|report (?:a )?crime|dial 999|101,? or 999|in an emergency|bank details|service by e-?mail|property of .{1,60}subject to|terms (?:of|and) (?:business|conditions)"
    r"|isn't meant for you|not meant for you|if (?:you have|it has|it|this) (?:received|reached|come|gone)|house of commons e-?mail|follow us|view in browser"
    r"|a list of (?:partners|members|directors)|authorised and|e-?mail (?:disclaimer|notice)|this (?:e-?mail|message|communication) (?:and|is|has|may|does|contains|or|was|might|carries)",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"\b(?:how (?:many|much|often)|number of|cop(?:y|ies) of|please (?:provide|supply|confirm|state|list|disclose)|broken down)\b",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^[*\s_]{0,4}(?:this (?:e-?mail|message|communication|transmission|mail|firm)|the (?:contents?|information|views)|if you (?:are|aren|have received)"
    r"|disclaimer|confidential|e-?mail (?:disclaimer|notice)|please (?:consider|note that this e|think before)|internet (?:e-?mail|communications)"
    r"|we (?:check|scan|monitor)|\(c\)|©|unsubscribe|you (?:get|are receiving|received) this|registered (?:office|in)|scanned)\b",
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
        elif first in "nNtT*Ss" and _HANDLING.match(bare):
            labels[line.n] = "banner"
        elif first in "[(*<!_eEcCwWbBaAnNtTyYsS" and _CAUTION.match(bare) and (end := _caution_end(lines, i)):
            for line in lines[i:end]:
                labels[line.n] = "banner"
            i = end
            continue
        elif first in "sSpPwWeEgGdDvVyY[<tT*_" and _DEVICE.match(bare):
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
    return _EYES.search(text[:20_000]) is not None


_EYES = re.compile(
    r"\bPOLICE EYES ONLY\b|not (?:to be |be )?(?:passed|distributed|forwarded|disclosed|shared|circulated)\b.{0,40}\b(?:outside|beyond)\b.{0,20}\bpolice"
    r"|\bPROTECT\s?[-–/]\s?(?:PRIVATE|POLICE)|SENSITIVE\s?[:–—-]{1,2}\s?NOT FOR ONWARD DISCLOSURE",
)


def _own_words_first(lines: list[Line], i: int) -> bool:
    # A rule that only divides a letter has the letter's own words below it, and the site's footer further down.
    for line in lines[i : i + 16]:
        if _SITE.search(line.bare[:200]):
            return False
        if is_rule(line.bare) or is_greeting(line.bare):
            return True
    return False


def _caution_end(lines: list[Line], i: int) -> int:
    """Where the warning that begins at line `i` ends; 0 where it is none. It may be wrapped over a few lines."""
    end = i + 1
    limit = min(len(lines), i + 8)
    while end < limit and lines[end].bare and not lines[end].depth and not is_greeting(lines[end].bare):
        end += 1
    text = " ".join(line.bare[:400] for line in lines[i:end])
    if not _CAUTION_WORDS.search(text):
        return 0
    # Only as far as it goes on warning: the letter may begin on the very next line.
    stop = i + 1
    while stop < end and (
        _CAUTION_WORDS.search(lines[stop].bare) or re.search(r"\b(?:content|safe|trust|care|treat)\b", lines[stop].bare)
    ):
        stop += 1
    if stop == i + 1 and not _CAUTION_WORDS.search(lines[i].bare):
        following = next_full(lines, i + 1)
        if following >= len(lines) or not _CAUTION_WORDS.search(lines[following].bare):
            return 0
        return following + 1
    return stop
