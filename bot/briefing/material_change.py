"""What a sentence stands for: the words whose change a reader must hear of. No I/O.

Numbers, names, dates, negations, and a closed list of words that decide what happened,
to how many, and how surely. Everything else is wording.
"""

import re

_NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve"
_NEGATION = (
    "no not never none nobody nothing neither nor without cannot lack lacks lacked "
    "deny denies denied refuse refuses refused fail fails failed stop stops stopped"
)
_LIKELIHOOD = (
    "may might could can would will should must likely unlikely probably possibly "
    "possible certain certainly almost nearly perhaps expected planned feared remote"
)
_QUANTITY = (
    "all every most many some few several half twice double least up more less fewer "
    "over under above below about only dozen dozens hundred hundreds thousand "
    "thousands million millions billion billions percent first last"
)
_FATE = (
    "killed dead died deaths wounded injured missing captured arrested executed freed "
    "survived destroyed damaged sunk lost won"
)
_STANDING = (
    "confirmed unconfirmed said says claimed claims alleged reported reportedly "
    "estimated promised announced threatened true false"
)
_DIRECTION = (
    "rise rises rose risen fall falls fell fallen increase increased decrease "
    "decreased grow grew gained began begun ended before after since until against"
)
_OPENERS = (
    "a an and as at but by for from he her his however if in is it its of on or our "
    "she that the their there these they this those to was we were what when where "
    "which while who with"
)

_WEIGHTY = frozenset(
    " ".join((_NEGATION, _LIKELIHOOD, _QUANTITY, _FATE, _STANDING, _DIRECTION)).split()
)
_NO_NAMES = _WEIGHTY | frozenset(_OPENERS.split())
_DIGITS = {word: str(number) for number, word in enumerate(_NUMBERS.split())}
_ALIKE = {"around": "about", "approximately": "about", "roughly": "about"}
_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")


def same_substance(earlier: str, later: str) -> bool:
    """Say whether only the wording differs: nothing weighty changed or moved.

    In doubt it differs: a noun that newly opens a sentence counts as a name.
    """
    if earlier == later:
        return True
    names = _names(earlier) | _names(later)
    return _weighty_words(earlier, names) == _weighty_words(later, names)


def _names(text: str) -> set[str]:
    capitalised = (token for token in _TOKEN.findall(text) if token[0].isupper())
    return {word for token in capitalised for word in _plain(token)} - _NO_NAMES


def _weighty_words(text: str, names: set[str]) -> list[str]:
    """Return them in order, so that "Kim met Putin" is not "Putin met Kim"."""
    words = [word for token in _TOKEN.findall(text) for word in _plain(token)]
    return [w for w in words if w[0].isdigit() or w in _WEIGHTY or w in names]


def _plain(token: str) -> list[str]:
    """Undo spelling: `4,000` and `4000`, `two` and `2`, `didn't` and `did not`."""
    word = token.lower().replace("’", "'")
    if word[0].isdigit():
        return [word.replace(",", "")]
    if word.endswith("n't"):
        return [*filter(None, [word.removesuffix("n't")]), "not"]
    word = word.removesuffix("'s")
    return [_DIGITS.get(word) or _ALIKE.get(word) or word]
