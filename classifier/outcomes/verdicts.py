"""What a sentence of an answer decides: told by the wording of English authorities, not by section numbers."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Result = Literal["disclosed", "refused", "ncnd", "not_held", "not_a_request", "clarify"]


class Said(NamedTuple):
    """One sentence's decision. `partial`: it withholds only more than was given (a further breakdown, some names);
    `weak`: it only says that information is held, as a refusal does too; `upheld`: an earlier decision stands."""

    result: Result | None
    partial: bool = False
    weak: bool = False
    upheld: bool = False


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


_NCND = _any(
    r"\bneither (?:to )?(?:confirm|den)\w*,? (?:n?or|and) (?:to )?(?:den|confirm)",
    r"\bnot (?:to )?(?:confirm|be able to confirm) (?:n?or|or) deny\b",
    r"\b(?:refus\w+|unable|declin\w+|cannot|can ?not|will not|do(?:es)? not|not (?:able"
    r"|required|obliged)|no (?:duty|obligation)) (?:to )?(?:either )?confirm (?:or|nor) deny",
    r"\bcan (?:neither )?confirm nor deny",
    r"\bNCND\b",
    r"\b(?:duty|obligation|requirement)(?: \w{1,12}){0,6} (?:to )?(?:confirm or deny"
    r"|confirm or denial)(?: \w{1,12}){0,6} (?:does|do|did) not (?:apply|arise)",
    r"\bexempt(?:ed|s)? (?:\w{1,12} ){0,4}(?:from )?(?:the |its |our )?(?:duty|obligation"
    r"|requirement) to confirm or deny",
    r"\bneither confirmation nor denial\b",
    r"\bneither be confirmed nor denied\b",
    r"\bnot (?:be )?confirm(?:ed|ing) (?:n?or) den",
)
_OTHER = _any(
    r"\b(?:any|whether (?:or not )?(?:\w{1,15} ){0,4}(?:any)?) ?(?:other|further|additional"
    r"|more)\b",
    r"\bother than that (?:disclosed|provided|supplied|above|stated)",
    r"\bany (?:information )?(?:over and above|beyond|in addition)\b",
    r"\bother information\b",
    r"\bfurther information\b",
)
_PARTIAL = _any(
    r"\bredact",
    r"\bfurther (?:breakdown|detail|information|data|disclosure)",
    r"\bany (?:further|more|additional)\b",
    r"\bsome (?:of the|information|data|details|names|parts)\b",
    r"\bwith the exception of (?!question|part|point|q\d)",
    r"\bpartial(?:ly)?\b",
    r"\bin part\b",
    r"\bsuppress(?:ed|ion)\b",
    r"\b(?:fewer|less) than (?:five|5|ten|10|three|3)\b",
    r"\b(?:small|low) (?:numbers|figures|data|counts)\b",
    r"\bblanked\b",
    r"\bremoved from the (?:document|table|spreadsheet|attach)",
    r"\b(?:names?|details|addresses|numbers|identit\w+)\b[^.;]{0,60}\b(?:have|has) been (?:removed"
    r"|withheld|omitted|redacted)",
    r"\bany(?: more)? specific\b",
    r"\bbanded\b",
)
_REFUSED = _any(
    r"\b(?:is|are|was|were|be|being|been|as|wholly|fully|therefore|considered|deemed"
    r"|information|it|request|part|data|records?|this|policy|document|and|to be|absolutely) (?:also "
    r"|therefore |all |both |fully |partially |wholly |thereby |being |absolutely |then )?exempt(?:ed)?\b"
    r"(?! from (?:the )?(?:duty"
    r"|requirement) to confirm)",
    r"\bexempt(?:ed)? (?:from|under|by|in|pursuant|as|-|–|s\.?\d|information by virtue)",
    r"^\W{0,4}(?:fully |wholly )?exempt(?:ed|ion)?\b",
    r"\b(?:full|fully|whole|total) (?:exempt|refus|withh)\w*",
    r"\bwithh[eo]ld(?:ing|s)?\b",
    r"\brefus(?:al|e|es|ed|ing)\b(?! (?:notice )?(?:requires|must|of bail|charge))",
    r"\bdeclin(?:e|es|ed|ing)\b",
    r"\bnot (?:be )?(?:obliged|required|under an obligation) to (?:supply|provide|comply"
    r"|disclose|release|answer|respond)",
    r"\b(?:can ?not|can't|cannot|won't|will not|shall not|(?:is|are|am|been|be) (?:unfortunately "
    r"|therefore |also )?(?:unable|not able) to|not in a position to|decided not to|not (?:be )?going to"
    r"|intend not to|unable to) (?:be )?(?:\w{1,12} ){0,2}(?:provid|disclos|releas|suppl"
    r"|answer|respond|comply|publish|share|given|made available|fulfil|assist|accurately"
    r"|extract|retriev|obtain)\w*",
    r"\bno (?:further |other |additional )?(?:information|data|details?|disclosure|documents?"
    r"|records?) (?:can|will|shall|is to|has been|have been|is being|are being) (?:be )?(?:provided"
    r"|disclosed|released|supplied|made|given)",
    r"\bnot (?:been |be |being |to be )?(?:provided|disclosed|released|supplied|disclosable)\b",
    r"\bnot for disclosure\b",
    r"\bnon[- ]disclosure (?:is|has been) (?:favoured|made out)",
    r"\b(?:exceed|exceeds|exceeding|exceeded|over|above|beyond|breach(?:es)?|in excess of"
    r"|outside)(?: \w{1,12}){0,5} (?:the )?(?:\w{1,12} ){0,3}(?:appropriate (?:limit"
    r"|level)|cost (?:limit|threshold|ceiling)s?|costs? (?:limit|threshold)s?|fees? (?:limit"
    r"|threshold)|time limit|18[- ]hours?|eighteen hours?|£450|time and cost|limit|threshold)\b",
    r"\b(?:\d{1,3}(?:,\d{3})*|many|several|hundreds of) hours\b[^.]{0,80}\b(?:exceed"
    r"|over|in excess|limit)",
    r"\b18[- ]hours?\b[^.;]{0,40}\b(?:exceed|limit|threshold)",
    r"\bvexatious\b",
    r"\brepeat(?:ed)? request\b",
    r"\bengages? the (?:exemption|following exemption)",
    r"\b(?:following |above )?(?:exemptions?|sections?)(?: \S{1,24}){0,8} (?:appl(?:y"
    r"|ies|ied)|(?:is|are|has been|have been|was|were) (?:therefore |also )?(?:engaged"
    r"|applied|applicable|relied|cited|claimed|used|upheld))\b",
    r"\bby virtue of (?:the )?(?:following|section|s\.?\d|exemption)",
    r"\bsubject to (?:the )?(?:following )?exemption",
    r"\b(?:attracts?|caught by|covered by|captured by|falls? (?:within|under)|relies on"
    r"|relying on|rely on|reliance on|applying|applied|apply|citing|cited|engaging|invok\w+"
    r"|claim(?:ing|ed)) (?:\w{1,12} ){0,3}(?:exemptions?|section \d|s\.?\d)",
    r"\b(?:already |reasonably )(?:reasonably )?(?:accessible|available|published|in the public domain)\b"
    r"[^.]{0,80}\b(?:section 21"
    r"|s\.?21|exempt)",
    r"\bsection 21\b",
    r"\bintended for future publication\b",
    r"\bsection 22\b",
    r"\b(?:balance|public interest)(?: \w{1,12}){0,6} (?:favours?|lies in|lies with|in favour of) "
    r"(?:\w{1,12} ){0,3}(?:not disclosing"
    r"|non[- ]?disclosure|withholding|maintaining|the exemption|not releasing)",
    r"\bobligation of section 1\(1\)\(b\) cannot be met",
    r"\bnot available (?:for disclosure|under)\b",
    r"^\W{0,3}(?:section|s\.?) ?\d\d(?:\(\w{1,2}\)){0,3}(?:,? (?:and |& )?(?:section "
    r"|s\.?)?\d\d(?:\(\w{1,2}\)){0,3}){0,5}\W{0,3}$",
)
_NOT_HELD = _any(
    r"\b(?:no|not any|nil) (?:specific |relevant |recorded |such |other |further |central "
    r"|additional )*(?:information|data|records?|documents?|policy|policies|figures?"
    r"|trace|correspondence|contracts?|statistics?)(?: (?:is|are|was|were|relevant|relating"
    r"|matching|of|on|about|within|for|in|to|that|this|the|your|scope|request|question"
    r"|part|falling|pertinent|concerning)){0,8} (?:is |are |were |was )?(?:held|found"
    r"|located|identified|recorded|retained)\b",
    r"\b(?:is|are|was|were|information|data|request|question) (?:therefore |currently "
    r"|centrally |also )?not (?:currently |centrally |routinely |actually )?(?:held|recorded"
    r"|collated|retained|captured|kept)\b",
    r"^\W{0,4}(?:information |data )?not held\b",
    r"\bno information held\b",
    r"\bnothing held\b",
    r"\b(?:does|do|did|has|have) not (?:currently |centrally |actually |have (?:a |any )?(?:specific )?"
    r"|hold or |record or |collect or |generally |routinely )?(?:hold|held|keep|retain"
    r"|collate|possess|own any|have|record|capture|collect|own|use|operate) (?!all (?:the"
    r"|of)\b|to\b|been\b|enough\b|regard\b|the (?:capacity|resource|capability|time)"
    r"|a duty\b|an obligation\b|been\b|yet\b)",
    r"\bhold(?:s)? no (?:\w{1,15} ){0,4}(?:information|data|records?|documents?|recorded"
    r"|policy|figures?|material|such|relevant)",
    r"\bhave no (?:\w{1,12} ){0,2}(?:records?|information|data|trace|policy)\b",
    r"\bhas no (?:\w{1,12} ){0,2}(?:records?|information|data|trace|policy|such)\b",
    r"\bno (?:relevant |such )?(?:information|records?|trace|data) (?:could |can |was "
    r"|were |has |have )(?:be(?:en)? )?(?:found|located|identified|traced)",
    r"\bnot (?:a )?(?:information|data|record)s? (?:that )?(?:the force|we|\w{1,20} police) holds?\b",
    r"\bno (?:recorded )?information (?:is )?held\b",
    r"\bsearch(?:es)?\b[^.]{0,60}\b(?:no|nil) (?:trace|records?|information|results?)\b",
    r"\bthere (?:is|are|was|were) no (?:recorded |specific |relevant )?(?:information"
    r"|records?|data|policy|document)\b",
)
_CLARIFY = _any(
    r"\b(?:please|could you|can you|kindly|would you|if you (?:can|could)|you (?:will )?need to"
    r"|we ask that you|grateful if you)(?: \w{1,12}){0,4} (?:provide |give |supply |with )?(?:further "
    r"|some |more |additional )?(?:clarif\w+|specify|be more specific|narrow)",
    r"\b(?:seek|seeks|seeking|require|requires|requiring|need|needs|request|requests"
    r"|requesting|requested|await\w*|asked for|ask for|obtain|sought|provide|pending) "
    r"(?:\w{1,12} ){0,3}clarification\b",
    r"\bclarification (?:is |was |has been )?(?:needed|required|requested|sought|awaited)\b",
    r"^\W{0,3}(?:clarification|clarify)\b",
    r"\btoo (?:vague|broad|vast|unclear|ambiguous)\b",
    r"\bsection 1\(3\)",
    r"\b(?:is|it is|are) (?:\w{1,12} )?(?:unclear|not clear) (?:what|which|whether you|from)\b",
    r"\bclarify (?:what|which|whether|your|this|the)\b",
    r"\bwhat (?:do )?you mean by\b[^.]{0,80}\?",
)
_NOT_REQUEST = _any(
    r"\b(?:not|nor) (?:obliged?|required?|oblige|require|necessary|there)\b[^.;]{0,60}\b(?:opinions?"
    r"|comments?|explanations?|views?|justif\w+)\b",
    r"\bnot (?:considered |deemed |regarded |treated |thought )?(?:to be |as |constitute "
    r"|be |in itself )?(?:a |an )?(?:valid |proper |specific )?(?:\w{1,15} ){0,4}request "
    r"(?:for (?:any )?(?:specific )?(?:recorded )?information"
    r"|under|for recorded|within|as defined|in accordance)",
    r"\b(?:is|was|are|does) not (?:considered |deemed |constitute |a |to be )*(?:a |an )?(?:valid"
    r"|proper) (?:\w{1,15} ){0,5}(?:request|question)",
    r"\bnot (?:a |an )(?:question|request)\b(?: or a (?:question|request))?",
    r"\bnot a (?:valid )?(?:FOI|FOIA|freedom of information) (?:act )?(?:request|question)",
    r"\b(?:does|do|did) not (?:fulfil|meet|satisfy|comply with) (?:\w{1,15} ){0,5}(?:section "
    r"|s\.? ?)8\b",
    r"\b(?:does|do|did) not (?:constitute|amount to|represent|qualify as) (?:a |an )?(?:valid "
    r"|proper )?(?:\w{1,15} ){0,3}(?:request|question)",
    r"\b(?:seeks?|asks? for|asking for|request(?:s|ing)? (?:for )?|is) (?:an? |the |our "
    r"|your )?(?:\w{1,12} )?(?:opinion|comment|view|explanation|justification)s?\b[^.]{0,80}\b(?:not"
    r"|rather than|outside|act|foia)\b",
    r"\b(?:act|foia|foi)\b[^.;]{0,80}\b(?:does not|not) (?:\w{1,12} ){0,3}(?:extend|cover"
    r"|require|oblige|provide|include|apply)\w*(?: \w{1,12}){0,6} (?:opinions?|explanations?"
    r"|comments?|views|answer questions|create|interpret|justif\w+|general questions)",
    r"\bnot recorded information\b",
    r"\b(?:is|as) a (?:statement|comment|remark|assertion)\b",
    r"\boutside (?:of )?(?:the )?(?:scope|remit) of (?:the )?(?:act|foia|foi|freedom of information)",
    r"\bno (?:request|question) (?:for (?:recorded )?information )?(?:has been |is |was )?(?:made"
    r"|asked|identified)\b",
)
_DISCLOSED = _any(
    r"\b(?:please|kindly) (?:see|find|refer)\b",
    r"\b(?:is|are|was|were|be|been|being) (?:now |hereby |also |fully |therefore |all )?(?:provided"
    r"|disclosed|released|attached|enclosed|supplied|set out|shown|listed|detailed|published"
    r"|answered|given)\b(?! (?:not|by virtue))",
    r"\b(?:can|am able to|are able to|able to|is able to|to) (?:also )?confirm\b(?!,? (?:n?or"
    r"|or) deny)(?! whether)",
    r"\b(?:full|fully|part|partial|partially) disclos",
    r"^\W{0,4}(?:information )?(?:disclosed|released|provided|attached|yes|no|none|nil"
    r"|zero|granted|answered)\b",
    r"\bthe (?:below|following|above|attached|table|figures?) (?:and attached |data "
    r"|table |information |figures? )*(?:have|has|is|are|shows?|provides?|below|sets?"
    r"|gives?)\b",
    r"\b(?:below|following|attached|enclosed) (?:table|data|information|spreadsheet|document"
    r"|figures?|is|are)\b",
    r"\battached\b",
    r"\benclosed\b",
    r"\bdoes hold (?:the |some )?(?:information|data)",
    r"\bholds? (?:the |some |this )?(?:requested )?information\b",
    r"\bin full\b",
    r"\banswers (?:your|the|to)\b",
    r"\b(?:we|i) (?:have )?(?:provide|disclose|release|attach|enclose|supply)d?\b",
    r"\b(?:total|totals|number|cost|spent|average|figure)s? (?:\w{1,15} ){0,4}(?:is|are"
    r"|was|were)\b",
)
_HELD = _any(
    r"\b(?:does|do|did) hold\b",
    r"\bholds? (?:the |some |this |relevant )?(?:requested )?information\b",
    r"\binformation (?:requested )?is held\b",
    r"\bconfirm (?:that )?(?:the |this |some |relevant )?(?:requested )?information (?:\w{1,12} ){0,5}(?:is"
    r"|are) held\b",
    r"\bconfirm (?:that )?(?:we|\w{1,20} police|the force) (?:does |do )?holds?\b",
)
_UPHELD = _any(
    r"(?<!not )(?<!partly )(?<!partially )\b(?:uphold|upholds|upheld|upholding|maintain"
    r"|maintains|maintained|stand by|stands by|agree with|agrees with|agreed with|support"
    r"|supports|remain satisfied|endorse)\b[^.]{0,80}\b(?:decision|response|exemption"
    r"|refusal|application|use|reliance|section|s\.?\d|position|original|engaged|applied)",
    r"\b(?:original |initial |first )?(?:decision|response|refusal|exemption|position"
    r"|application|complaint is not)\b[^.]{0,60}\b(?:upheld|stands|maintained|was correct"
    r"|were correct|correctly (?:applied|engaged|cited)|remains|is confirmed)\b",
    r"\bcorrectly (?:applied|engaged|cited|relied)\b",
    r"\bdo(?:es)? not uphold (?:your|the) complaint\b",
    r"\bcomplaint (?:is |has been |was )?not upheld\b",
)
_OVERTURNED = _any(
    r"\b(?:is|are|was|were|does|do|has|have) not (?:been )?(?:appl(?:y|ied|icable)|rel(?:y"
    r"|ied)|engaged?|claimed|cited)\b",
    r"\b(?:overturn|overturns|overturned|set aside|reverse|reversed|withdraw|withdraws"
    r"|withdrawn|withdrew|amend|amended|revis\w+|no longer (?:rel(?:y|ies|ied|ying)|appl(?:y"
    r"|ies)|seeks?|wish\w*|maintain\w*|claims?|engaged|considered|exempt|withheld))\b",
    r"\b(?:wrongly|incorrectly|mistakenly|erroneously|inappropriately|not (?:correctly"
    r"|properly)) (?:applied|cited|engaged|relied|withheld|refused|used)\b",
    r"\bshould (?:not have been|have been (?:disclosed|provided|released))\b",
    r"\b(?:was|were|is|are) not (?:properly |correctly )?engaged\b",
    r"\bcan now (?:be )?(?:disclose|release|provide|supply)",
    r"\bdo(?:es)? not uphold (?:the|that|this|our|its) (?:original |initial |force['’]?s? )?(?:decision"
    r"|refusal|use|application|exemption|response|position)",
    r"\b(?:partly|partially) uph[eo]ld",
)
# Sentences that talk about law or procedure in general, or about what might be, and decide nothing.
_GENERAL = _any(
    r"^\W*(?:if|where|should|when|unless)\b(?![^,]{0,120},[^.]{0,80}\b(?:is|are|has been) (?:therefore )?(?:exempt"
    r"|refused|withheld))",
    r"\b(?:a|an|any|the|all|each|every|one) public authorit(?:y|ies)(?:['’]s)?\b(?! (?:neither"
    r"|has decided))",
    r"^\W*(?:public )?authorities\b",
    r"\b(?:may|might|could|can) (?:\w{1,12} ){0,3}(?:be engaged|apply|be exempt|attract"
    r"|be refused|become|be applicable|be considered|fall|result in|be subject|include)\b",
    r"\b(?:resubmit\w*|refin\w+|future|new|revised|narrow\w*) (?:\w{1,12} ){0,3}(?:request"
    r"|submission)s?\b[^.]{0,120}\b(?:may|might|could|would|will|does not|cannot)\b",
    r"\bif (?:it were |it was |they were |such information (?:were|was) |any (?:were"
    r"|was) )?held\b[^.]{0,40}\b(?:would|could|may)\b",
    r"\b(?:places|imposes|creates) (?:two|a) dut",
    r"\b(?:the )?(?:first|second) (?:duty|part)\b[^.]{0,40}\b(?:is to|at section|requires)\b",
    r"\bwhere (?:an )?exemptions? (?:is|are) relied\b",
    r"\brequires? (?:that )?(?:we|us|the force|\w{1,20} police|the police|\w{1,20} constabulary)\b"
    r"[^.]{0,100}\b(?:notice"
    r"|when refusing)\b",
    r"\b(?:states? (?:that fact|why)|specif(?:y|ies) the exemption)",
    r"\b(?:general right|entitles?|right) of access\b",
    r"\bthat any person making a request\b",
    r"\binformation is (?:not )?(?:exempt|disclosed) if\b",
    r"\b(?:your )?right to complain\b",
    r"\bcomplain(?:t|ts)?\b[^.]{0,60}\b(?:commissioner|working days|in writing)\b",
    r"\bif you (?:are|remain|wish|have|would|feel|require|believe|disagree)\b",
    r"\bno inference\b",
    r"\bshould not be (?:taken|construed|interpreted|inferred|seen) as\b",
    r"\bcosts? criteria relates?\b",
    r"\btime limit\b[^.]{0,60}\bextended\b",
    r"\bsubject to (?:the|any) information not\b",
    r"\byou will receive\b",
    r"\bplease find (?:below|attached|enclosed)?,? ?(?:below )?(?:the|our|my|a) (?:response"
    r"|reply|answer|decision)\b",
    r"\bwill (?:now )?be considered in accordance\b",
    r"\bwhether or not\b(?![^.]*\b(?:neither|section)\b)",
    r"\bis (?:a|an) (?:\w{1,15}[- ,/&]{1,3}){0,6}(?:absolute|qualified|class|prejudice)\b",
    r"\bare (?:both |all )?(?:\w{1,15}[- ,/&]{1,3}){0,5}(?:absolute|qualified|class|prejudice)\b",
)
# In one of these a sentence tells what was decided before, in a review's account of the case.
_RECITAL = _any(
    r"\b(?:our|the|its|this|that) (?:original |initial |first |earlier |force['’]?s? )?(?:response"
    r"|reply|letter|decision|answer)\b[^.]{0,60}\b(?:stated|said|indicated|confirmed"
    r"|explained|concluded|cited|claimed|refused|withheld|relied|advised|informed|was that"
    r"|applied)\b",
    r"\b(?:force|police|constabulary|we|department|authority|response|letter|decision[- ]maker"
    r"|you)\b[^.]{0,60}\b(?:responded|replied|answered|were (?:informed|advised|told"
    r"|provided)|was (?:informed|advised|told)|originally|initially|previously)\b",
    r"\b(?:original|initial|first|previous|earlier)(?:ly)?\b[^.]{0,60}\b(?:response|decision"
    r"|refus|appl|repl|answer|cit|exempt|withh|disclos|reli|stated|advised)",
    r"\byou (?:asked|requested|have asked|have requested|complained|stated|said|argue"
    r"|contend|believe|feel|disagree|have (?:argued|complained|stated)|sought|dispute"
    r"|question|challenge)",
    r"\byour (?:complaint|correspondence|request for (?:an )?internal review|e-?mail"
    r"|grounds|argument|submission)\b",
    r"\b(?:was|were) (?:refused|withheld|exempted|disclosed|provided|not provided|cited"
    r"|applied|advised)\b[^.]{0,80}\b(?:under|by virtue|on \d|dated|response|at the time)\b",
)
_POINTING = re.compile(
    r"\b(?:see|refer to|refers to|as per|as (?:above|in)|same as|identical to|answered (?:in"
    r"|at|by|under|within|above)|covered (?:by|in|within)|included (?:in|at|within)|contained (?:in"
    r"|within)|addressed (?:in|at|by)|given (?:in|at)|provided (?:in|at|under)|identified (?:in"
    r"|at)|referred to (?:in|at)|mentioned (?:in|at)|listed (?:in|at)|of those (?:in"
    r"|at))"
    r"(?: the| our| my)?(?: (?:response|answer|reply|table|information|data|figures?"
    r"|explanation|comments?)s?)?(?: (?:above|provided|given|below|supplied))?(?: (?:to"
    r"|at|in|for|of|under))?\s*$",
    re.IGNORECASE,
)


def points(before: str) -> bool:
    """Whether the words before a question's number send the reader there, and don't say what the sentence is about."""
    return _POINTING.search(before[-120:]) is not None


def general(sentence: str) -> bool:
    """Whether a sentence talks about the law, procedure or what might be."""
    return _GENERAL.search(sentence) is not None


def recital(sentence: str) -> bool:
    """Whether a sentence of a review tells what was asked or decided before it."""
    return _RECITAL.search(sentence) is not None and not re.search(
        r"\b(?:now|updated|revised|amended response|therefore)\b", sentence, re.IGNORECASE
    )


# "The duty in Section 1(1)(a) does not apply" is the refusal itself.
_DUTY = _any(
    r"\b(?:duty|duties|obligation|requirements?|section 1\(1\)(?:\([ab]\))?)\b[^.;]{0,80}\bnot (?:appl|arise)",
)


def overturned(sentence: str) -> bool:
    """Whether a sentence takes an earlier decision, or a section's use, back."""
    return _OVERTURNED.search(sentence) is not None and _DUTY.search(sentence) is None


def withholds_more(sentence: str) -> bool:
    """Whether a refusal to confirm or deny is about other information than was given."""
    return _OTHER.search(sentence) is not None


def read(sentence: str) -> Said:
    """What one sentence decides; a general one decides nothing."""
    if _NCND.search(sentence):
        return Said("ncnd", partial=withholds_more(sentence)) if not _explains(sentence) else Said(None)
    if general(sentence) and not _CLARIFY.search(sentence):
        return Said(None)
    upheld = _UPHELD.search(sentence) is not None
    if overturned(sentence) and not upheld:
        return Said("disclosed" if _DISCLOSED.search(sentence) else None)
    if upheld:
        return Said(None, upheld=True)
    if _NOT_REQUEST.search(sentence):
        return Said("not_a_request")
    refused = _REFUSED.search(sentence) is not None
    if not refused and _CLARIFY.search(sentence):
        return Said("clarify")
    not_held = _NOT_HELD.search(sentence)
    if (
        not_held
        and not re.search(r"\b(?:easily|readily) (?:retriev|search|access)|\bformat that\b", sentence, re.IGNORECASE)
        and not (refused and re.search(r"\bexempt|withh|refus|cost", sentence[: not_held.start()], re.IGNORECASE))
    ):
        return Said("not_held")
    if refused:
        return Said("refused", partial=_PARTIAL.search(sentence) is not None)
    if _DISCLOSED.search(sentence):
        return Said("disclosed", weak=_HELD.search(sentence) is not None and not _GIVES.search(sentence))
    return Said(None)


_GIVES = _any(
    r"\bplease (?:see|find)\b",
    r"\battached\b",
    r"\bbelow\b",
    r"\bfollowing\b",
    r"\bprovided\b",
    r"\bdisclosed\b",
    r"\bin full\b",
)


def _explains(sentence: str) -> bool:
    """Sentences that weigh or explain a refusal to confirm or deny: "By neither confirming nor denying…"."""
    return re.match(
        r"\W*(?:by |to |factors|confirming|the effect of|irrespective|if |were |any |public authorit)",
        sentence,
        re.IGNORECASE,
    ) is not None and not re.search(r"\bby virtue of|\bsection \d|\bs\.?\d\d", sentence, re.IGNORECASE)
