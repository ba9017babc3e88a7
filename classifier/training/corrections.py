"""What people corrected, as training rows: whose word counts how much, what is held back, what they do not agree on.

Corrections come from the casebook and from files of labelled letters (`learn-outcomes`, another force's, an export).
Only what somebody judged teaches anything; papers for police eyes only are never read.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import numpy as np

from classifier.casebook.labelled import labelled
from classifier.records import Value
from classifier.training.blends import Rows
from classifier.training.corpus import examples
from classifier.training.rows import Data, kind_rows, question_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from classifier.casebook import Casebook
    from classifier.force import Force
    from classifier.model.encoder import Vectors
    from classifier.records import LabelledLetter, LabelledQuestion

SOURCE = "corrections"
"""The voice of every correction: always learnt from, never among the voices that figures are made of."""
WEIGHT = 1.0
"""How much a correction by one person counts beside a letter of the corpus. Measured on held-back voices: with 2, 4 and
8 the later questions of the same voices gain less (`docs/retraining.md`)."""
MOST = 3.0
"""Agreement counts up to three people; beyond that it says nothing new."""
HELD_BACK = 5
"""One letter in so many is never learnt from: on these the candidate is compared with the model in use."""
FIELDS = {"topics": "topics", "grounds": "exemptions", "rules": "referral"}
"""The parts of the model that learn from questions, and the field of a labelled question that each learns from."""
_FIELD_OF = {"topics": "topics", "exemptions": "exemptions", "referral": "referrals"}


class Conflict(Value, frozen=True, kw_only=True):
    """A label on which people, or two sources, do not agree: `chosen` holds. `item` is "" for the letter itself."""

    letter: str
    item: str
    field: str
    chosen: tuple[str, ...]
    against: tuple[str, ...]
    """Who or what says otherwise, with what they say."""


class Correction(NamedTuple):
    """A letter that somebody judged, the weights of its labels by (item, field of the letter), and what is in dispute.

    A label without a weight counts as one person's. `outline` says whether somebody cut or checked its items.
    """

    letter: LabelledLetter
    weights: Mapping[tuple[str, str], float]
    conflicts: tuple[Conflict, ...] = ()
    sender: str = ""
    outline: bool = False

    @property
    def held_back(self) -> bool:
        """Whether the letter is kept from training: by its id alone, so that it never changes."""
        return int(sha256(f"held back {self.letter.id}".encode()).hexdigest()[:8], 16) % HELD_BACK == 0


def from_casebook(casebook: Casebook) -> list[Correction]:
    """Every letter that somebody judged in the review pages or in a sheet. Raises CasebookError."""
    out: list[Correction] = []
    for found in labelled(casebook):
        record = casebook.record(found.letter.id)
        weights = {(j.item, j.field): j.weight for j in found.judged}
        conflicts = tuple(
            Conflict(
                letter=found.letter.id,
                item=j.item,
                field=j.field,
                chosen=j.chosen,
                against=tuple(f"{a.who}: {', '.join(a.chosen) or 'none'}" for a in j.against),
            )
            for j in found.conflicts
        )
        sender = (record.applicant.name or "") if record else ""
        out.append(Correction(found.letter, weights, conflicts, sender, found.outline))
    return out


def from_letters(letters: Iterable[LabelledLetter]) -> list[Correction]:
    """Labelled letters of files; a letter marked as protected is left out."""
    return [Correction(x, {}, outline=x.questions is not None) for x in letters if not x.protected]


def merged(corrections: Iterable[Correction]) -> list[Correction]:
    """Each letter once, in the order of their ids: what was judged last holds, older sources fill in what it left open.

    Where two sources judged the same thing differently, that is a conflict.
    """
    by_id: dict[str, list[Correction]] = {}
    for one in corrections:
        by_id.setdefault(one.letter.id, []).append(one)
    out: list[Correction] = []
    for _, same in sorted(by_id.items()):
        # The sort keeps the order of those of one day: the casebook's, which come first, then hold.
        newest, *older = sorted(same, key=lambda c: c.letter.date or "", reverse=True)
        for other in older:
            newest = _filled(newest, other)
        out.append(newest._replace(letter=_by_question(newest.letter)))
    return out


def _filled(kept: Correction, other: Correction) -> Correction:
    weights, conflicts = dict(kept.weights), [*kept.conflicts, *other.conflicts]

    def one(item: str, theirs: str, field: str, mine: object, said: object) -> object:
        if said is None or said == mine:
            return mine
        if mine is not None:
            conflicts.append(_between(kept.letter, item, field, mine, said, other.letter.source))
            return mine
        decided = _FIELD_OF.get(field, field)
        if (theirs, decided) in other.weights:
            weights[item, decided] = other.weights[theirs, decided]
        return said

    letter = kept.letter
    fields = {name: one("", "", name, getattr(letter, name), getattr(other.letter, name)) for name in _LETTER_FIELDS}
    questions = letter.questions
    if questions is None:
        questions = other.letter.questions
    else:
        theirs = {q.span: q for q in other.letter.questions or () if q.span is not None}
        questions = tuple(
            msgspec.structs.replace(
                q, **{f: one(q.id, of.id, f, getattr(q, f), getattr(of, f)) for f in FIELDS.values()}
            )
            if q.span is not None and (of := theirs.get(q.span)) is not None
            else q
            for q in questions
        )
    made = msgspec.structs.replace(letter, questions=questions, **fields)
    return Correction(made, weights, tuple(conflicts), kept.sender or other.sender, kept.outline or other.outline)


_LETTER_FIELDS = ("kind", "urgent", "topics", "exemptions", "referral")


def _between(letter: LabelledLetter, item: str, field: str, mine: object, said: object, source: str) -> Conflict:
    def words(value: object) -> tuple[str, ...]:
        return tuple(map(str, value)) if isinstance(value, tuple) else (str(value),)

    return Conflict(
        letter=letter.id,
        item=item,
        field=_FIELD_OF.get(field, field),
        chosen=words(mine),
        against=(f"{source or 'another file'}: {', '.join(words(said)) or 'none'}",),
    )


def _by_question(letter: LabelledLetter) -> LabelledLetter:
    """What was judged of a whole letter that asks one thing was judged of that thing."""
    asked = [q for q in letter.questions or () if q.kind == "request"]
    if len(asked) != 1:
        return letter
    given = {
        f: getattr(letter, f)
        for f in FIELDS.values()
        if getattr(asked[0], f) is None and getattr(letter, f) is not None
    }
    if not given:
        return letter
    questions = tuple(msgspec.structs.replace(q, **given) if q is asked[0] else q for q in letter.questions or ())
    return msgspec.structs.replace(letter, questions=questions)


class Rowed(NamedTuple):
    """Corrections as rows: questions with their truths and weights, letters for their kinds, and the questions' ids."""

    data: Data
    kinds: Rows
    items: list[str]


def rows_of(corrections: Sequence[Correction], encoder: Vectors, force: Force | None = None) -> Rowed:
    """The rows of some corrections, each as the live run would read it; what a person marked as protected, or what is
    recognised as a paper for police eyes only, gives none."""
    own = {c.letter.id: c for c in corrections}
    letters = [msgspec.structs.replace(c.letter, source=SOURCE) for c in corrections]
    senders = {c.letter.id: c.sender for c in corrections}
    found = [x for x in examples(letters, force, senders) if not x.letter.protected]
    if not found:
        none = Rows(np.zeros((0, 0)), [], np.zeros((0, 0)), [], [])
        return Rowed(Data([], none, [], {}, {part: np.zeros(0) for part in (*FIELDS, "kinds", "urgent")}), none, [])
    data, kinds = question_rows(found, encoder), kind_rows(found, encoder)
    items = [""] * len(data.questions.letters)
    weight = {name: np.zeros(len(items)) for name in FIELDS}
    for example, places in zip(found, data.rows_of, strict=True):
        asked: list[LabelledQuestion] = [x for x in example.labels if x.kind == "request"]
        for n, row in enumerate(places):
            items[row] = asked[n].id if asked else ""
            for part, field in FIELDS.items():
                if getattr(asked[n] if asked else example.gold, field) is not None:
                    weight[part][row] = _weight(own[example.gold.id], items[row], _FIELD_OF[field])
    for part, field in (("kinds", "kind"), ("urgent", "urgent")):
        weight[part] = np.array(
            [_weight(own[x.gold.id], "", field) if getattr(x.gold, field) is not None else 0.0 for x in found]
        )
    return Rowed(data._replace(weight=weight), kinds, items)


def _weight(correction: Correction, item: str, field: str) -> float:
    people = correction.weights.get((item, field)) or correction.weights.get(("", field)) or 1.0
    return WEIGHT * min(people, MOST)


def joined(corpus: Data, kinds: Rows, more: Rowed) -> tuple[Data, Rows]:
    """The corpus, every row of which counts one, and corrections behind it."""
    if not more.kinds.letters:
        return corpus, kinds
    first = len(corpus.questions.letters)
    weight = {
        part: np.concatenate([np.ones(len(kinds.letters) if part in ("kinds", "urgent") else first), counts])
        for part, counts in more.data.weight.items()
    }
    data = Data(
        [*corpus.examples, *more.data.examples],
        _both(corpus.questions, more.data.questions),
        [*corpus.rows_of, *[[first + i for i in rows] for rows in more.data.rows_of]],
        {name: _stacked(truth, more.data.truth[name]) for name, truth in corpus.truth.items()},
        weight,
        corpus.terms,
        corpus.whole,
    )
    return data, _both(kinds, more.kinds)


def _stacked(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.vstack([a, b]) if len(b) else a


def _both(a: Rows, b: Rows) -> Rows:
    return Rows(
        _stacked(a.vectors, b.vectors),
        [*a.views, *b.views],
        _stacked(a.truth, b.truth),
        [*a.voices, *b.voices],
        [*a.letters, *b.letters],
    )


def outlined(corrections: Iterable[Correction]) -> list[LabelledLetter]:
    """The letters whose items somebody cut or checked: what the splitter may learn from."""
    return [c.letter for c in corrections if c.outline]


def judged_questions(rowed: Rowed) -> int:
    """How many questions somebody judged in some way."""
    return int(np.any([rowed.data.weight[part] > 0 for part in FIELDS], axis=0).sum()) if rowed.items else 0
