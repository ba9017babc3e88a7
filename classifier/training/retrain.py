"""`foi-triage retrain`: corpus and corrections in, a candidate out, and in use where it is not worse.

What reads meaning is trained anew (topics, grounds, referral rules, kinds, danger): linear readings of vectors that are
kept between trainings. The encoder and the part that splits letters are taken over as they are. A candidate is compared
with the model in use (`compare`) before anything changes; where it is worse it stays beside it, with the reason.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import msgspec

from classifier import __version__
from classifier.errors import CorpusError, ModelError
from classifier.model.blend import Blend
from classifier.model.promotion import checked, promote, take_in
from classifier.model.store import MANIFEST, Model, ModelWriter
from classifier.records import Value
from classifier.resources import CURRENT, data_file
from classifier.taxonomy import taxonomy
from classifier.training import build
from classifier.training.compare import Compared, bad_end, compare, on_corrections, reasons
from classifier.training.corpus import examples
from classifier.training.corrections import SOURCE, WEIGHT, Conflict, joined, judged_questions, outlined, rows_of
from classifier.training.doubtful import Doubt, doubts
from classifier.training.figures import Figure
from classifier.training.referrals import RECALL, limits_for_recall
from classifier.training.rows import Data, kind_rows, question_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from classifier.force import Force
    from classifier.model.encoder import Vectors
    from classifier.records import LabelledLetter
    from classifier.tagging.decided import Decided
    from classifier.tagging.sums import Sums
    from classifier.training.blends import Fitted, Rows
    from classifier.training.corrections import Correction, Rowed
    from classifier.training.odds import Odds
    from classifier.training.terms import Term

PARTS = ("topics", "grounds", "rules", "kinds", "urgent")
_TAKEN_OVER = ("asks.npz", "asks.json")
_ON_CORPUS, _ON_CORRECTIONS = "voices held out of training", "corrections held back"


class Work(NamedTuple):
    """What a retraining works with: letters, terms and odds of the corpus, corrections (`corrections.merged`), the
    model in use, and where things go.

    `out` takes the candidate without promoting it; `again` trains even where nothing changed.
    """

    letters: Sequence[LabelledLetter]
    corrections: Sequence[Correction]
    current: Model
    encoder: Vectors
    store: Path
    cache: Path
    today: date
    out: Path | None = None
    force: Force | None = None
    again: bool = False
    terms: Sequence[Term] = ()
    odds: Odds | None = None


class Retrained(Value, frozen=True, kw_only=True):
    """What came of it. `version` and `folder` name the candidate, or the model that stands for the same input where
    nothing changed; `reasons` say why it was kept aside."""

    outcome: Literal["unchanged", "promoted", "kept", "written"]
    version: str
    folder: str
    before: str
    questions: int
    """Corrected questions that were learnt from."""
    held_back: int
    """Corrected questions that no model learns from."""
    learnt: tuple[str, ...] = ()
    """The ids of the letters whose corrections were learnt from."""
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    compared: tuple[Compared, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    doubts: tuple[Doubt, ...] = ()


class Trained(NamedTuple):
    """Every part fitted, on what rows, and its figures on held-out voices."""

    report: dict[str, Fitted]
    sums: dict[str, Sums]
    decided: dict[str, Decided]
    data: Data
    kinds: Rows
    limits: dict[str, float]
    figures: list[Figure]


def retrain(work: Work, say: Callable[[str], None] = print) -> Retrained:
    """Train a candidate, compare it with the model in use, and promote it unless it is worse.

    Raises ModelError where the model in use or the store is not sound, CorpusError without letters or corrections.
    """
    if not work.letters:
        raise CorpusError("no letters to train on")
    if not work.corrections:
        raise CorpusError(
            "no corrections: nothing has been corrected in the casebook, and no file of corrections given"
        )
    learnt = [c for c in work.corrections if not c.held_back]
    held = [c for c in work.corrections if c.held_back]
    judged_on = build.corpus_digest(work.letters, work.terms, work.odds or {}, work.encoder.version)
    digest = _digest(work, judged_on)
    if not work.again and (same := _same(work, digest)) is not None:
        return _unchanged(work, same)
    say(f"{len(work.letters)} letters of the corpus, {len(work.corrections)} corrected letters, {len(held)} held back")
    corpus, kinds = corpus_rows(work.letters, work.encoder, work.terms, work.odds)
    mine = rows_of(learnt, work.encoder, work.force)
    theirs = rows_of(held, work.encoder, work.force)
    say(f"{judged_questions(mine)} corrected questions to learn from")
    now = figures_in_use(work, corpus, kinds, judged_on, say)
    made = fit_all(corpus, kinds, mine, work, next((f.value for f in now if f.name == RECALL), None))
    floor = work.current.manifest.get("floor") if work.current.manifest.get("judged_on") == judged_on else None
    floor = floor or {f.name: bad_end(f) for f in now if f.name != RECALL}
    compared = compare(now, made.figures, _ON_CORPUS, floor)
    candidate = {name: fitted.blend for name, fitted in made.report.items()}
    in_use = {name: Blend.load(work.current, name) for name in PARTS}
    compared += compare(on_corrections(in_use, theirs), on_corrections(candidate, theirs), _ON_CORRECTIONS)
    against = reasons(compared)
    outcome: Literal["promoted", "kept", "written"] = "written" if work.out else "kept" if against else "promoted"
    ids = tuple(x.gold.id for x in mine.data.examples)
    about = {
        "name": "foi-triage",
        "program": __version__,
        "seed": build.SEED,
        "encoder": work.encoder.version,
        "figures": {f.name: [round(f.value, 4), round(f.low, 4), round(f.high, 4), f.n] for f in made.figures},
        "corpus": _counts(work, mine),
        "judged_on": judged_on,
        "digest": digest,
        "floor": floor,
        "parent": work.current.version,
        "corrections": sorted(ids),
        "made": f"by retrain, not promoted: {'; '.join(against)}" if against else "by retrain, found no worse",
    }
    model = _write(work, made, about, compared)
    if outcome == "promoted":
        promote(work.store, model.version, encoder=work.encoder.version, shipped=data_file(CURRENT))
    return Retrained(
        outcome=outcome,
        version=model.version,
        folder=str(model.folder),
        before=work.current.version,
        questions=judged_questions(mine),
        held_back=judged_questions(theirs),
        learnt=ids,
        reasons=tuple(against),
        notes=tuple(_notes(work.corrections, theirs, compared)),
        compared=tuple(compared),
        conflicts=tuple(x for c in work.corrections for x in c.conflicts),
        doubts=tuple(doubts(corpus, mine, _labels(), build.TOPICS.ridge)),
    )


def corpus_rows(
    letters: Sequence[LabelledLetter], encoder: Vectors, terms: Sequence[Term] = (), odds: Odds | None = None
) -> tuple[Data, Rows]:
    """The corpus as rows of questions and of letters."""
    found = list(examples(letters))
    return question_rows(found, encoder, terms, odds), kind_rows(found, encoder)


def fit_all(corpus: Data, kinds: Rows, more: Rowed | None, work: Work, recall: float | None = None) -> Trained:
    """Fit every part on the corpus and, where given, on corrections. `recall` is the share of mandatory referrals that
    must be raised: the model's limit for them is lowered as far as that takes."""
    data, every = (corpus, kinds) if more is None else joined(corpus, kinds, more)
    report = dict(build.fit_parts(data, every, work.encoder, (SOURCE,)))
    limits = dict(build.LIMITS)
    if recall is not None:
        limits = limits_for_recall(report["rules"], limits, data, work.today, recall)
    sums = {part: build.fit_sums(part, report[part], data) for part in build.SUMMED}
    decided = build.decided_of(report["grounds"], sums["grounds"], data, (SOURCE,))
    figures = build.figures_of(report, sums, data, every, limits, work.today)
    return Trained(report, sums, decided, data, every, limits, figures)


def figures_in_use(work: Work, corpus: Data, kinds: Rows, judged_on: str, say: Callable[[str], None]) -> list[Figure]:
    """The figures of the model in use on held-out voices of this very corpus.

    Its manifest holds them where it was made from this corpus. Otherwise it is fitted once more as it was made, from
    the corpus and the corrections that it learnt from, as far as they are still there; that is kept in the cache.
    """
    about = work.current.manifest
    if about.get("judged_on") == judged_on:
        return [Figure(name, of[0], of[1], of[2], int(of[3])) for name, of in about["figures"].items()]
    kept = work.cache / f"figures-{work.current.version}-{judged_on[:16]}.json"
    try:
        return [Figure(*row) for row in msgspec.json.decode(kept.read_bytes(), type=list[_Row])]
    except (OSError, msgspec.MsgspecError):
        pass  # not there, or damaged: made again
    say("measuring the model in use on the same voices (once)")
    known = set(about.get("corrections", ()))
    again = [c for c in work.corrections if c.letter.id in known and not c.held_back]
    more = rows_of(again, work.encoder, work.force) if again else None
    found = fit_all(corpus, kinds, more, work).figures
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        temporary = kept.with_suffix(".part")
        temporary.write_bytes(msgspec.json.encode([tuple(f) for f in found]))
        temporary.replace(kept)
    except OSError as e:
        say(f"{kept}: cannot be written ({e.strerror or e}); the next retraining measures again")
    return found


_Row = tuple[str, float, float, float, int]


def _write(work: Work, made: Trained, about: dict[str, Any], compared: Sequence[Compared]) -> Model:
    """Write the candidate: into the store under its version, or to the folder that was asked for."""
    place = work.out.parent if work.out else work.store
    try:
        place.mkdir(parents=True, exist_ok=True)
        holder = Path(tempfile.mkdtemp(prefix=".candidate-", dir=place))
    except OSError as e:
        raise ModelError(f"{place}: cannot be written: {e.strerror or e}") from e
    try:
        writer = ModelWriter(holder / "model")
        for name, fitted in made.report.items():
            fitted.blend.save(writer, name)
        for part, sums in made.sums.items():
            sums.save(writer, part)
        for of, moved in made.decided.items():
            moved.save(writer, of)
        writer.table("rule_thresholds", made.limits)
        for name in _TAKEN_OVER:
            writer.copy(work.current.path(name))
        writer.text("CARD.md", _card(about, compared))
        model = writer.finish(**about)
        if work.out is None:
            return take_in(work.store, model.folder, work.encoder.version)
        if work.out.exists():
            raise ModelError(f"{work.out}: is there already; name a new folder for the candidate")
        model.folder.replace(work.out)
        return checked(work.out, work.encoder.version)
    finally:
        shutil.rmtree(holder, ignore_errors=True)


def _card(about: dict[str, Any], compared: Sequence[Compared]) -> str:
    said = ", ".join(f"{n:,} {what}" for what, n in about["corpus"].items())
    lines = [
        "# Model card",
        "",
        f"Made by `foi-triage retrain` from {said}. The part that splits letters and the encoder are those of the "
        f"model {about['parent']}. Names, organisations and words in which writers say who they are never reached it.",
        "",
        "Its vocabulary holds words of the corrected letters that stand in four letters or more: it stays inside.",
        "",
        "| figure | on | model before | its 95 % interval | this model | n |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {c.name} | {c.on} | {c.now:.3f} | {c.low:.3f} to {c.high:.3f} | {c.candidate:.3f} | {c.n} |"
        for c in compared
    ]
    return "\n".join([*lines, ""])


def _counts(work: Work, mine: Rowed) -> dict[str, int]:
    return {
        "letters": len(work.letters),
        "voices": len({x.source for x in work.letters}),
        "corrected letters": len(mine.data.examples),
        "corrected questions": judged_questions(mine),
    }


def _labels() -> dict[str, Sequence[str]]:
    return {"topics": taxonomy().topic_ids, "grounds": taxonomy().ground_labels}


def _notes(corrections: Sequence[Correction], held: Rowed, compared: Sequence[Compared]) -> list[str]:
    out: list[str] = []
    if cuts := len(outlined(corrections)):
        out.append(f"how people split {cuts} letters was not learnt: that part is trained with the corpus alone")
    if not any(c.on == _ON_CORRECTIONS for c in compared):
        out.append(f"{judged_questions(held)} corrected questions are held back, too few to compare the models on")
    return out


def _digest(work: Work, judged_on: str) -> str:
    """What a candidate depends on: the corpus and its settings, and every correction with its weights."""
    parts = [judged_on, repr(WEIGHT)]
    for c in work.corrections:
        weights = sorted((*key, w) for key, w in c.weights.items())
        parts.append(sha256(msgspec.json.encode((c.letter, weights, c.sender))).hexdigest())
    return sha256("\n".join(parts).encode()).hexdigest()


def _same(work: Work, digest: str) -> Model | None:
    """A model that was made from the same: the one in use, or one that was compared and kept beside it."""
    if work.current.manifest.get("digest") == digest:
        return work.current
    if work.out is not None or not work.store.is_dir():
        return None
    for path in sorted(work.store.glob(f"*/{MANIFEST}")):
        try:
            about = json.loads(path.read_bytes())
        except (OSError, ValueError):
            continue  # not ours to judge here: `models verify` tells of it
        # Another model in use now would be another comparison.
        if isinstance(about, dict) and about.get("digest") == digest and about.get("parent") == work.current.version:
            return Model.open(path.parent)
    return None


def _unchanged(work: Work, same: Model) -> Retrained:
    return Retrained(
        outcome="unchanged",
        version=same.version,
        folder=str(same.folder),
        before=work.current.version,
        questions=int(same.manifest.get("corpus", {}).get("corrected questions", 0)),
        held_back=0,
        reasons=() if same.version == work.current.version else (str(same.manifest.get("made", "")),),
        conflicts=tuple(x for c in work.corrections for x in c.conflicts),
    )


def utc_now() -> str:
    """Now, UTC, ISO 8601 with Z, as the casebook writes times."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
