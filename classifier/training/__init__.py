"""From labelled letters to a model: the corpus, fitting, evaluating. Never imported by a live run."""
