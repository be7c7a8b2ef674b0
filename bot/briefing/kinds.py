"""What sort of claim it is: ICD 203 keeps information apart from judgments."""

from enum import StrEnum


class Kind(StrEnum):
    """The sorts of claim, from what nobody disputes to what is only foreseen."""

    FACT = "fact"
    STATEMENT = "statement"
    REPORT = "report"
    ESTIMATE = "estimate"
    ASSESSMENT = "assessment"
    FORECAST = "forecast"

    @property
    def mark(self) -> str:
        """The word a reader sees beside the claim; a fact needs none."""
        return _MARKS[self]

    @property
    def meaning(self) -> str:
        """What the kind promises, in plain words, for the legend."""
        return _MEANINGS[self]

    @property
    def is_judgment(self) -> bool:
        """Say whether ICD 203 asks for confidence or likelihood with it."""
        return self in (Kind.ASSESSMENT, Kind.FORECAST)


_MARKS = {
    Kind.FACT: "",
    Kind.STATEMENT: "said",
    Kind.REPORT: "reported",
    Kind.ESTIMATE: "estimate",
    Kind.ASSESSMENT: "assessment",
    Kind.FORECAST: "forecast",
}
_MEANINGS = {
    Kind.FACT: "Nobody involved disputes it.",
    Kind.STATEMENT: "Somebody says or promises it.",
    Kind.REPORT: "Said to have happened; not confirmed.",
    Kind.ESTIMATE: "A number somebody worked out, not a count.",
    Kind.ASSESSMENT: "A judgment, a fear included; not an observation.",
    Kind.FORECAST: "What somebody expects to happen.",
}
