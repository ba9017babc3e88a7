"""The casebook: what is remembered from run to run. A SQLite file by default, PostgreSQL by its address."""

from classifier.casebook.book import Casebook
from classifier.casebook.decisions import Decision, Decisions, Kept, Piece, Proposal
from classifier.casebook.desk import Desk, Earlier, Keys

__all__ = ["Casebook", "Decision", "Decisions", "Desk", "Earlier", "Kept", "Keys", "Piece", "Proposal"]
