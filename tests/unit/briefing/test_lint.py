"""Estimative language: what is found, what is let pass, and the advice given."""

from typing import Any

import pytest

from bot.briefing.lint import lint
from tests.factories import briefing_of, claim, make_briefing, section

OWN: dict[str, Any] = {"sources": [], "basis": ["losses"]}


def found(*claims: dict[str, Any], **fields: Any) -> list[str]:
    """Return what the lint says of these claims, each with the word it points at."""
    problems = lint(briefing_of(claim(), *claims, **fields))
    return [f"{p.phrase}: {p.text} {p.hint}" for p in problems]


def forecast(text: str, **fields: Any) -> dict[str, Any]:
    """Return a forecast of the desk's own."""
    return claim("spring", text=text, kind="forecast", **(OWN | fields))


FINDINGS = {
    "a word that contradicts the likelihood": (
        forecast("A second storm is unlikely this year.", likelihood="likely"),
        'unlikely: "unlikely" means 20 to 45 percent, and the claim\'s likelihood is '
        '"likely" (55 to 80 percent). Write "likely", or set `likelihood: unlikely`.',
    ),
    "a percentage that contradicts the likelihood": (
        forecast("There is a 90% chance of a storm.", likelihood="likely"),
        '90% chance: "90% chance" means 80 to 95 percent, and the claim\'s likelihood '
        'is "likely" (55 to 80 percent). Write "likely", or set '
        "`likelihood: very likely`.",
    ),
    "confidence and likelihood in one sentence": (
        forecast(
            "With high confidence, a storm is likely.",
            likelihood="likely",
        ),
        'high confidence: "high confidence" and "likely" stand in one sentence: one is '
        "about the basis, the other about the event. Make two sentences: first how "
        "likely, then how sure and why.",
    ),
    "a vague word in the desk's own forecast": (
        forecast("A storm might hit again.", likelihood="unlikely"),
        'might: "might" says neither how likely nor how sure, and this is the desk\'s '
        'own judgment. Write "is unlikely to".',
    ),
    "a vague word in the desk's own assessment": (
        claim("cause", text="The wall could fail.", kind="assessment", **OWN),
        'could: "could" says neither how likely nor how sure, and this is the desk\'s '
        'own judgment. Write a word of ICD 203, such as "is likely to" or "is unlikely '
        'to".',
    ),
    "the desk's own forecast worded as a fact": (
        forecast("The harbour will flood.", likelihood="roughly even chance"),
        'will: "will" words this forecast as a fact. Write "has a roughly even chance '
        'of".',
    ),
    "an attributed forecast worded as a fact": (
        claim("spring", text="The harbour will flood in spring.", kind="forecast"),
        'will: "will" words this forecast as a fact. Write who expects it.',
    ),
    "an estimate worded as a count": (
        claim("cost", text="The storm cost 3 million pounds.", kind="estimate"),
        '3 million: "3 million" words this estimate as a count. Write "about 3 '
        'million", or say who estimates it.',
    ),
    "an amount with its sign": (
        claim("cost", text="The storm cost US$3m.", kind="estimate"),
        'US$3m: "US$3m" words this estimate as a count. Write "about US$3m", or say '
        "who estimates it.",
    ),
    "a count behind a date and a share": (
        claim(
            "cost",
            text="By 3 June 2026 the storm sank 2.8 % of the fleet, 40 boats.",
            kind="estimate",
        ),
        '40: "40" words this estimate as a count. Write "about 40", or say who '
        "estimates it.",
    ),
}


@pytest.mark.parametrize(("linted", "message"), FINDINGS.values(), ids=FINDINGS.keys())
def test_a_finding_names_the_word_and_a_rewording(
    linted: dict[str, Any], message: str
) -> None:
    """Each rule of ICD 203 that is broken is one warning at the word."""
    assert found(linted) == [message]


LET_PASS = {
    "the claim's own word": forecast("It is likely to flood.", likelihood="likely"),
    "one of two words fits": forecast(
        "A flood is likely; a second one is unlikely.", likelihood="likely"
    ),
    "a comparison": forecast("It is more likely in May.", likelihood="unlikely"),
    "a negation": forecast("It isn't likely to flood.", likelihood="unlikely"),
    "the other row's equal": claim(
        "spring", text="It is probable.", kind="forecast", likelihood="likely"
    ),
    "an attributed forecast in vague words": claim(
        "spring", text="It may flood, the port authority says.", kind="forecast"
    ),
    "an attributed promise": claim(
        "spring", text="It will be mended, the port says.", kind="forecast"
    ),
    "the month of May": claim(
        "spring", text="The wall failed in May.", kind="assessment", **OWN
    ),
    "military might": claim(
        "fleet", text="Its might, and its reach, grew.", kind="assessment", **OWN
    ),
    "what could not be done": claim(
        "rescue", text="Boats could not leave.", kind="assessment", **OWN
    ),
    "confidence of another sort": forecast(
        "Confidence in the port is likely to fall.", likelihood="likely"
    ),
    "two sentences": forecast(
        "A storm is likely. This rests on good records: high confidence.",
        likelihood="likely",
    ),
    "an estimate with about": claim("cost", text="About 3 boats.", kind="estimate"),
    "an estimate with its author": claim(
        "cost", text="It cost 3 million, insurers say.", kind="estimate"
    ),
    "an estimate without a number": claim(
        "cost", text="It cost much.", kind="estimate"
    ),
    **{
        f"an estimate of a rate, {number}": claim("rate", text=text, kind="estimate")
        for number, text in enumerate(
            (
                "2.8 % of the cases end in death.",
                "Inflation was 12 per cent.",
                "The rate rose by 3 percentage points.",
                "One in five boats sank.",
                "3 out of 10 boats sank.",
                "The ratio is 3:1.",
                "The ratio is 3 to 1.",
                "Boats are lost at a rate of 12 per 100,000.",
                "It costs 40 dollars a day.",
                "The yard builds 400 boats per year.",
                "Losses grew threefold.",
                "Losses grew 3 times.",
                "Half of the boats sank.",
                "The storms began in 2022.",
                "The storm came on 3 November 2022.",
                "Trade was slow in 2025-26.",
                "It was the 3rd storm.",
            )
        )
    },
    "a fact with will": claim("law", text="The law will apply.", kind="fact"),
    "a remote place": forecast(
        "The remote village is likely to flood.", likelihood="likely"
    ),
}


@pytest.mark.parametrize("linted", LET_PASS.values(), ids=LET_PASS.keys())
def test_what_may_be_meant_otherwise_passes(linted: dict[str, Any]) -> None:
    """Precision comes before recall: a false alarm teaches to ignore the lint."""
    assert found(linted) == []


def test_the_rarer_row_of_words_is_the_finding() -> None:
    """A briefing keeps to one of ICD 203's two rows."""
    spring = forecast("A storm is likely in spring.", likelihood="likely")
    autumn = forecast("One in autumn is improbable.", likelihood="unlikely")

    assert found(spring, autumn | {"id": "autumn"}) == [
        'improbable: "improbable" and "likely" are from different rows of ICD 203, '
        'which mean the same in other words. Write "unlikely".'
    ]


def test_a_summary_is_linted_like_a_claim() -> None:
    """Readers see summaries and the bottom line first."""
    lead = "We judge with low confidence that a storm is likely."
    briefing = make_briefing(bottom_line=lead, sections=[section(summary=lead)])

    assert [problem.where for problem in lint(briefing)] == [
        ("bottom_line",),
        ("sections", 0, "summary"),
    ]


def test_the_second_of_two_equal_words_is_pointed_at() -> None:
    """The column of a finding is that of the word meant."""
    text = "A storm is not likely, and a flood likely."
    problems = lint(briefing_of(claim(), forecast(text, likelihood="unlikely")))

    assert [(p.phrase, p.occurrence) for p in problems] == [("likely", 1)]
