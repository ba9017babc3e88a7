"""Letters seen before: threads, the same text again, repeated requests of one person, answers given in public."""

from classifier.related.answers import Answers, open_answers
from classifier.related.relations import Relater, Relations

__all__ = ["Answers", "Relater", "Relations", "open_answers"]
