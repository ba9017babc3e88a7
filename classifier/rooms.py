"""What a run loads once: the model's parts, the encoder, the register. Opened on first use, checked before."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from classifier.letters.kinds import KindClassifier
from classifier.model.encoder import Encoder
from classifier.model.store import Model
from classifier.questions import AskModel
from classifier.referral.register import Register, load_register
from classifier.resources import ENCODER, data_file, model_folder
from classifier.tagging.tagger import Tagger

if TYPE_CHECKING:
    from classifier.force import Force


class Rooms(NamedTuple):
    """The trained parts and the register, ready to use."""

    kinds: KindClassifier
    tagger: Tagger
    encoder: Encoder
    register: Register
    versions: dict[str, str]


def open_rooms(force: Force, *, threads: int = 1) -> Rooms:
    """Load and check everything a run needs. Raises ModelError or RegisterError before anything is written."""
    model = Model.open(model_folder())
    encoder = Encoder(data_file(ENCODER), threads=threads)
    register = load_register(overlay=Path(force.register_overlay) if force.register_overlay else None)
    versions = {"model": model.version, "encoder": encoder.version, "register": register.version}
    return Rooms(KindClassifier(model, encoder), Tagger(model, encoder), encoder, register, versions)


@cache
def asks() -> AskModel:
    """The part of the model that tells asks from other sentences; each worker process loads its own."""
    return AskModel.load(Model.open(model_folder()))
