"""The language of a question, told by its script and its commonest words."""

import pytest

from bot.briefing.language import NAMES, language_of
from bot.briefing.search.english import off_topic_questions

SAID = {
    "de": "Wie viele Soldaten wurden getötet?",
    "fr": "Combien de soldats ont été tués ?",
    "es": "¿Cuántos soldados murieron en la guerra?",
    "it": "Quanti soldati sono stati uccisi?",
    "pt": "Quantos soldados foram mortos na guerra?",
    "nl": "Hoeveel soldaten zijn er gedood?",
    "pl": "Ilu żołnierzy zginęło na wojnie i kto to powiedział?",
    "tr": "Kaç asker öldü ve bu ne zaman oldu?",
    "sv": "Hur många soldater har dödats?",
    "id": "Berapa banyak tentara yang tewas di sana?",
    "ru": "Сколько солдат погибло?",
    "uk": "Скільки солдатів загинуло?",
    "el": "Πόσοι στρατιώτες σκοτώθηκαν;",
    "ar": "كم عدد الجنود الذين قتلوا؟",
    "he": "כמה חיילים נהרגו?",
    "ja": "何人の兵士が死亡しましたか",
    "zh": "有多少士兵阵亡？",
    "ko": "군인이 몇 명 죽었습니까?",
    "hi": "कितने सैनिक मारे गए?",
    "th": "ทหารเสียชีวิตกี่คน",
}


@pytest.mark.parametrize(("code", "text"), SAID.items(), ids=SAID.keys())
def test_a_sentence_tells_its_language(code: str, text: str) -> None:
    """Common words, or the script alone, are enough for a sentence."""
    assert language_of(text) == code
    assert code in NAMES


@pytest.mark.parametrize(
    "text",
    ["", "troops", "Kim Jong Un", "1,000", "🙂", "Wŏnsan", "Lavrov visit", "résumé"],
)
def test_a_word_or_name_tells_none(text: str) -> None:
    """Names are the same in many languages, and a word is too little to judge by."""
    assert language_of(text) is None


def test_english_questions_are_not_taken_for_another_language() -> None:
    """Nobody who asks in English is told that the briefing speaks English."""
    wrong = [q for q in off_topic_questions() if language_of(q) not in ("en", None)]

    assert wrong == []
