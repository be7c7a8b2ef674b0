"""Which language a text is in, by its script and its commonest words. No I/O.

A guess for a sentence, not for a word: nothing is told where little speaks for it.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

_COMMON = {
    "en": """
        the a an of to in is are was were be been has have had do does did what when
        where who whom whose which why how many much and or not no by for from with on
        at it they he she his her their this that these those there will would can
        could should about any some more than into after before
    """,
    "de": """
        der die das den dem des ein eine einen einem einer und oder nicht ist sind war
        waren wird wurde wurden werden hat haben hatte was wer wie wo wann warum wieso
        welche welcher welches viele viel von vom zu zum zur im mit auf für aus bei
        nach über sie er es ich wir gibt gegen durch noch schon auch kein keine wissen
    """,
    "fr": """
        le la les un une des du de et ou est sont était étaient a ont été qui que quoi
        quel quelle quels quelles combien comment où quand pourquoi dans sur avec pour
        par pas ne ce cette ces il elle ils elles nous vous je au aux en se sa son ses
        leur leurs y-a-t-il a-t-il est-ce sait-on
    """,
    "es": """
        el la los las un una unos unas de del y o es son era eran fue fueron ha han
        qué quién quiénes cuál cuáles cuánto cuántos cuántas cómo dónde cuándo por
        para con en que se su sus no hay está están sobre entre al lo le más cuando
        donde quien
    """,
    "it": """
        il lo la i gli le un uno una di del della dei delle e o è sono era erano ha
        hanno che chi cosa quale quali quanti quante quanto come dove quando perché
        nel nella con per da dal dalla non si su sul sulla più ci stati stato
    """,
    "pt": """
        o a os as um uma de do da dos das e ou é são era eram foi foram tem têm que
        quem qual quais quanto quantos quantas como onde quando por porque para com em
        no na nos nas não se seu sua há está estão sobre mais
    """,
    "nl": """
        de het een en of is zijn was waren wordt werd werden heeft hebben had wat wie
        hoe waar wanneer waarom welke hoeveel van voor met op in aan bij naar uit over
        niet geen er zij hij dat die dit deze door ook nog
    """,
    "pl": """
        i w z na do nie jest są był była było byli co kto kiedy gdzie dlaczego jak ile
        ilu czy który która które przez dla od po o się że to ten ta te za
    """,
    "tr": """
        ve bir bu ne kim nerede nasıl neden niçin kaç hangi ile için mi mı mu mü da de
        değil var yok oldu kadar gibi ama çok sonra
    """,
    "sv": """
        och en ett det den är var har hade vad vem hur när varför vilken vilka många
        av till på i med för från inte som att om blev sig de
    """,
    "id": """
        yang dan di ke dari apa siapa kapan mana mengapa bagaimana berapa banyak
        adalah ini itu dengan untuk tidak ada pada oleh telah
    """,
}
_WORDS = {code: frozenset(words.split()) for code, words in _COMMON.items()}
_SCRIPTS = {
    "CYRILLIC": "ru",
    "GREEK": "el",
    "ARABIC": "ar",
    "HEBREW": "he",
    "DEVANAGARI": "hi",
    "THAI": "th",
    "HANGUL": "ko",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "CJK": "zh",
}
_UKRAINIAN = frozenset("іїєґ")
_LEAST, _SHARE = 2, 0.25
"""How many common words a language needs, and which share of all words at least."""
_LONGEST = 2_000
NAMES = {
    **{"en": "English", "de": "German", "fr": "French", "es": "Spanish"},
    **{"it": "Italian", "pt": "Portuguese", "nl": "Dutch", "pl": "Polish"},
    **{"tr": "Turkish", "sv": "Swedish", "id": "Indonesian", "ru": "Russian"},
    **{"uk": "Ukrainian", "el": "Greek", "ar": "Arabic", "he": "Hebrew"},
    **{"hi": "Hindi", "th": "Thai", "ko": "Korean", "ja": "Japanese", "zh": "Chinese"},
}
"""What the languages are called in English, by their ISO 639-1 codes."""


def language_of(text: str) -> str | None:
    """Return the ISO 639-1 code of the text's language; None where that is unsure."""
    text = unicodedata.normalize("NFC", text[:_LONGEST]).lower()
    scripts = Counter(
        unicodedata.name(char, "").split(" ")[0] if ord(char) > 127 else "LATIN"
        for char in text
        if char.isalpha()
    )
    if not scripts:
        return None
    script, letters = scripts.most_common(1)[0]
    if letters * 2 < scripts.total():
        return None
    if "HIRAGANA" in scripts or "KATAKANA" in scripts:
        return "ja"
    if script == "CYRILLIC" and not _UKRAINIAN.isdisjoint(text):
        return "uk"
    if script != "LATIN":
        return _SCRIPTS.get(script)

    spoken = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text)
    hits = {
        code: sum(word in common for word in spoken) for code, common in _WORDS.items()
    }
    best, second = sorted(hits, key=lambda code: -hits[code])[:2]
    is_clear = hits[best] > hits[second] and hits[best] >= _LEAST
    return best if is_clear and hits[best] >= _SHARE * len(spoken) else None


def is_in_one_of(languages: Iterable[str], text: str) -> bool:
    """Say whether a text may be in one of these: it may where that is unsure."""
    return language_of(text) in (None, *languages)


def has_other_letters(text: str, languages: Iterable[str]) -> bool:
    """Say whether a text has a word in letters that none of these languages has."""
    if not _OTHER_LETTERS.isdisjoint(languages):
        return False
    return any(
        ord(char) > 127 and unicodedata.name(char, "").split(" ")[0] in _SCRIPTS
        for char in text[:_LONGEST]
        if char.isalpha()
    )


_OTHER_LETTERS = frozenset((*_SCRIPTS.values(), "uk"))
"""Languages that are not written in Latin letters."""
