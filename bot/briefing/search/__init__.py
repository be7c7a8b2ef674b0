"""Finding the claim that answers a question, and saying so when none does. No I/O.

`searcher.Searcher` is the way in; the other modules are its steps, in reading order:
english, analysis, index, units, answer_kinds, roles, question, meaning, ranking,
judgment, calibration, searcher.
"""
