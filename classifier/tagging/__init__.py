"""Topics and likely grounds of each question, by the trained model."""
