"""Checking a text against the claims: sentences, amounts, dates, who says so. No I/O.

`check.check_draft` is the way in; the other modules are its steps, in reading order:
sentences, amounts, dates, synonyms, attributions, comparison, check.
"""
