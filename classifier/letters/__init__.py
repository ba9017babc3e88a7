"""Letters: whose words a message holds, and what can be told of it without asking what it is about."""

from classifier.letters.features import kind_features
from classifier.letters.read import read_letter
from classifier.letters.rules import kind_by_rule
from classifier.letters.validity import check_validity

__all__ = ["check_validity", "kind_by_rule", "kind_features", "read_letter"]
