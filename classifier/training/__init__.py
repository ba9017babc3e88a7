"""From labelled letters to a model: reading the corpus, fitting, evaluating, comparing. Never imported by a live run."""
