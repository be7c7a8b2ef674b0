"""Folding: the same letters however they were typed (NFKD, no accents, lower case)."""

import unicodedata


def fold(text: str) -> str:
    """Return the text in lower case without accents, one form for each letter."""
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return plain.casefold()
