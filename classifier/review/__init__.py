"""The review pages: people look at what the program proposes, correct it, and the casebook keeps what they decide.

Server-rendered, usable without JavaScript, on the officer's own machine unless told otherwise. The room holds no rule
and no list of labels: names come from `sheets.words`, labels from the taxonomy, rules from the register.
"""
