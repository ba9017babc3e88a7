"""An authority's own published responses as labelled letters: which question got what, under which section.

`learn` reads disclosure logs, response letters, request threads and reviews. It reads letters through the rooms of the
live run (intake, letters, questions); nothing of the live run imports this room.
"""

from classifier.outcomes.learn import Learnt, SetAside, learn

__all__ = ["Learnt", "SetAside", "learn"]
