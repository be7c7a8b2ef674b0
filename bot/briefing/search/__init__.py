"""Finding the claim that answers a question, and saying so when none does. No I/O.

`answers.Searcher` is the door; the other modules are its steps, in reading order:
analysis, phrases, fields, index, wording, units, question, ranking, expectation,
judgment, calibration, answers.
"""
