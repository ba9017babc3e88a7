"""Messages of several people: a page of a request site, or the mails of an mbox, as one case.

The first letter of the public is the request; what the authority wrote of substance are the answers, in order.
Annotations by others, acknowledgements, holding replies and quoted history decide nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from classifier.outcomes.cases import Answer, Case, is_review
from classifier.outcomes.lines import decisive, sentences
from classifier.outcomes.verdicts import read

if TYPE_CHECKING:
    from collections.abc import Sequence

Side = Literal["public", "authority", "other"]


class Post(NamedTuple):
    """One message: who wrote it, as far as it matters, and its words."""

    side: Side
    text: str
    sent: str = ""


_BODY = (
    r"(?:police|constabulary|council|authority|commissioner|service|ministry|department"
    r"|office|trust|agency|force|university|borough)"
)
_AUTHOR = re.compile(
    rf"(?:From:[ ]*)?[A-Z][\w.&'’-]*(?: [\w.&'’()-]+){{0,7}}, (?:[Tt]he )?(?=[^,]*\b(?i:{_BODY}))(?:[A-Z][\w&'’-]*"
    rf"|of|and|for|the|&)(?: (?:[A-Z][\w&'’-]*|of|and|for|the|&)){{0,7}}(?:[ ]+\d{{1,2}} \w{{3,9}} \d{{4}})?$"
)
_DATED = re.compile(
    r"(?:from:[ ]*)?(?P<name>[A-Z][\w.'’ -]{1,60}?)[ ,]+(?P<day>\d{1,2} (?:jan|feb|mar"
    r"|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6} \d{4})(?:[ ,]+\d{1,2}:\d\d)?$",
    re.IGNORECASE,
)
_FROM = re.compile(r"from:[ ]*(?P<name>.{2,120})$", re.IGNORECASE)
_ANNOTATION = re.compile(r".{1,80}\bleft an annotation\b", re.IGNORECASE)
_DEAR = re.compile(r"(?:dear|good (?:morning|afternoon)|hello|hi)[ ](?P<whom>[^\n]{2,90}?)[,.]?$", re.IGNORECASE)
_OFFICE = re.compile(
    rf"\b(?:sirs?|madam|information|foi|foia|freedom|team|officer|records|compliance|disclosure|{_BODY[3:-1]})\b",
    re.IGNORECASE,
)
_PERSON = re.compile(r"(?:mr|mrs|ms|miss|mx|dr|prof(?:essor)?|sir|rev)\b|(?:applicant|requester|all)\b", re.IGNORECASE)
_HISTORY = re.compile(
    r"(?:[ >*_]{0,4}from:[ ]?\S.{0,200}$|-{3,}[ ]?(?:original|forwarded) message|on .{6,80} wrote:$"
    r"|[ >]{0,3}show quoted sections)",
    re.IGNORECASE,
)
_BELOW = re.compile(r"[ >*_]{0,4}(?:sent|date|to|subject):", re.IGNORECASE)
_HOLDING = re.compile(
    r"\backnowledge(?:s|ment|d)?\b|\b(?:has|have) been (?:logged|received|registered"
    r"|referred|passed|forwarded)\b|\bwill (?:now )?be (?:considered|processed|dealt"
    r"|contact)|\b(?:receive|expect) (?:a|our|your) (?:response|reply)\b|\brequired to (?:reply"
    r"|respond) within\b|\bshall shortly\b"
    r"|\bapologi[sz]e (?:for|that)\b|\bapologies (?:for|in respect)\b|\b(?:extend|extension"
    r"|extending|additional time|further time|more time)\b|\bstill (?:awaiting|being"
    r"|under)\b",
    re.IGNORECASE,
)
_SUBSTANCE = re.compile(
    r"\bhaving completed (?:enquiries|searches)|\b(?:please (?:see|find)|find below)\b.{0,60}\b(?:response"
    r"|information|answers?|table|data|attached)|\bin (?:respect|relation|response) (?:of"
    r"|to) (?:your enquiry|questions? \d|q\d)|^\W{0,4}(?:reply|response|answer|decision)\W{0,2}:"
    r"|\bby virtue of\b|\bi (?:have|am) (?:today )?decided\b|\bresponse to your\b.{0,60}\b(?:request"
    r"|review)",
    re.IGNORECASE | re.MULTILINE,
)
_FEE = re.compile(r"\b(?:fees? notice|fee of £|pay(?:ment)? (?:a|of) (?:a )?fee)\b", re.IGNORECASE)


def posts(body: str) -> list[Post]:
    """The messages of a page, in its order: one post, of nobody in particular, where it is no thread."""
    out: list[Post] = []
    side: Side = "other"
    sent = ""
    lines: list[str] = []
    greeted = False
    theirs: set[str] = set()  # whom the public greeted: somebody at the authority

    def put() -> None:
        if any(x.strip() for x in lines):
            out.append(Post(side, own_words("\n".join(lines)), sent))
        lines.clear()

    found = body.split("\n")
    for k, line in enumerate(found):
        bare = line.strip()
        after_blank = k == 0 or not found[k - 1].strip()
        begins: Side | None = None
        day = ""
        m = _DATED.match(bare) if len(bare) <= 110 else None
        if _ANNOTATION.match(bare) and len(bare) <= 120:
            begins = "other"
        elif (
            after_blank
            and len(bare) <= 130
            and _AUTHOR.match(bare)
            and not re.match(r"(?:dear|address|tel|email|yours)\b", bare, re.IGNORECASE)
        ):
            begins = "authority"
        elif after_blank and m is not None:
            begins, day = ("authority" if _OFFICE.search(m["name"]) else "public"), m["day"]
        elif (
            (m := _FROM.match(bare))
            and (not lines or not any(x.strip() for x in lines) or not _quoted_block(found, k))
            and after_blank
        ):
            begins = "authority" if _OFFICE.search(m["name"]) else "public"
        elif (m := _DEAR.match(bare)) and len(bare) <= 100:
            whom = m["whom"].casefold().strip(" ,.")
            personal = whom not in theirs and (
                _PERSON.match(m["whom"]) is not None or _OFFICE.search(m["whom"]) is None
            )
            short = sum(len(x) for x in lines) < 500
            if (side == "authority" and not greeted and short and personal) or (
                side == "public" and not greeted and short and not personal
            ):
                greeted = True
            elif side == "authority":
                begins = "public"
            elif personal and side == "public" and greeted:
                begins = "authority" if not _OFFICE.search(m["whom"]) and _PERSON.match(m["whom"]) else "public"
            else:
                begins = "authority" if personal and side == "other" and _PERSON.match(m["whom"]) else "public"
        if begins is not None:
            put()
            side, sent = begins, day
            greeted = _DEAR.match(bare) is not None
            if greeted and side == "public" and (m := _DEAR.match(bare)):
                theirs.add(m["whom"].casefold().strip(" ,."))
            if not greeted:
                continue
        lines.append(line)
    put()
    return out


def _quoted_block(found: Sequence[str], k: int) -> bool:
    """Whether a "From:" line begins the header of older mail that a message quotes."""
    return any(_BELOW.match(x) for x in found[k + 1 : k + 4])


def own_words(text: str) -> str:
    """A message without the history below it."""
    found = text.split("\n")
    for k, line in enumerate(found):
        if (
            k
            and _HISTORY.match(line.strip())
            and (not line.strip().lower().lstrip(">*_ ").startswith("from:") or _quoted_block(found, k))
        ):
            return "\n".join(found[:k])
    return text


def is_thread(found: Sequence[Post]) -> bool:
    """Whether both sides write."""
    return any(p.side == "public" for p in found) and any(p.side == "authority" for p in found)


def is_answer(text: str) -> bool:
    """Whether an authority's message decides something: acknowledgements, delays and fees notices don't."""
    said = [read(s) for line in decisive(text) for s in sentences(line.text)]
    decides = any(s.result in ("refused", "ncnd", "not_held", "not_a_request") or s.upheld for s in said)
    substance = _SUBSTANCE.search(text) is not None
    if _HOLDING.search(text[:2_500]) or _FEE.search(text[:3_000]):
        return (
            substance and any((s.result and not s.weak) or s.upheld for s in said)
            if not decides
            else substance or _decided(text)
        )
    return decides or substance or any(s.result and not s.weak for s in said)


def _decided(text: str) -> bool:
    return (
        re.search(
            r"\b(?:exempt (?:by|under|from)|neither confirm|not hold|no information (?:is )?held"
            r"|exceed|refus(?:e|al|ing) your|withheld|uphold|upheld)\b",
            text,
            re.IGNORECASE,
        )
        is not None
    )


def case_of(source: str, reference: str | None, title: str, found: Sequence[Post]) -> Case:
    """The case of a thread. Answers keep their order; a later one that looks at the request again is a review."""
    request = next((p.text for p in found if p.side == "public"), "")
    answers: list[Answer] = []
    for p in found:
        if p.side == "authority" and is_answer(p.text):
            answers.append(Answer(p.text, None, review=is_review(p.text) and bool(answers or _alone(p.text))))
    return Case(source, reference, title, request, tuple(answers), ())


def _alone(text: str) -> bool:
    return is_review(text)
