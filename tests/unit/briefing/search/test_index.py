"""Typing errors brought back to the briefing's own words."""

from bot.briefing.search.index import Vocabulary

WORDS = {"missile", "missiles", "wonsan", "kursk", "sappers", "boat", "lavrov"}
VOCABULARY = Vocabulary(WORDS)


def repaired(word: str) -> list[str]:
    return [repair.term for repair in VOCABULARY.repair(word)]


def test_one_error_is_forgiven_from_four_letters_and_two_from_six() -> None:
    """Short words are too near to one another."""
    assert repaired("baot") == ["boat"]
    assert repaired("kurks") == ["kursk"]
    assert repaired("wosnann") == ["wonsan"]
    assert repaired("bta") == []
    assert repaired("kursxy") == ["kursk"]


def test_forms_of_one_word_are_one_repair() -> None:
    """ "Misile" is "missile", not also "missiles"."""
    assert repaired("misile") == ["missil"]


def test_more_errors_and_another_first_letter_weigh_less() -> None:
    """The further the repair goes, the less it proves."""
    near, far, other = (VOCABULARY.repair(w)[0] for w in ("lavrow", "lafrow", "kavrov"))

    assert near.weight > far.weight > 0
    assert near.weight > other.weight


def test_a_correct_english_word_is_left_alone() -> None:
    """ "Kurds" are not Kursk."""
    assert repaired("kurds") == []
