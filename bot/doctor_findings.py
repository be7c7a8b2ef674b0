"""What `doctor` finds, from facts that others gathered: each with its remedy."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.errors import BriefingError
from bot.meaning.embedders import EmbeddingsSettings
from bot.scheduling.preflight import Finding

SKEW_NOTED = timedelta(seconds=5)
SKEW_HARMFUL = timedelta(seconds=60)
"""A POST is looked up within two minutes of when it was sent, by our clock."""
ZONES_OLD_AFTER = 2
"""Years: some country changes its rules almost every year."""


class Grade(StrEnum):
    """How bad it is: a problem keeps something from working."""

    FINE = "fine"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that was looked at; `remedy` is empty where nothing is wrong."""

    grade: Grade
    about: str
    text: str
    remedy: str = ""


def fine(about: str, text: str) -> Diagnosis:
    """Say that it is as it should be."""
    return Diagnosis(Grade.FINE, about, text)


def warning(about: str, text: str, remedy: str) -> Diagnosis:
    """Say that it works, and what may go wrong."""
    return Diagnosis(Grade.WARNING, about, text, remedy)


def problem(about: str, text: str, remedy: str) -> Diagnosis:
    """Say that it does not work."""
    return Diagnosis(Grade.PROBLEM, about, text, remedy)


def diagnose_briefings(
    errors: Sequence[BriefingError],
    warnings: Sequence[BriefingError] = (),
    *,
    briefings: int,
    claims: int,
) -> Diagnosis:
    """Tell whether the files can be served as meant; the first stands for all."""
    if errors:
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        remedy = "Run `briefing-bot check` and mend what it lists."
        return problem("Briefings", f"{errors[0]}{more}", remedy)
    held = f"{briefings:,} briefing{'' if briefings == 1 else 's'} with "
    held += f"{claims:,} claim{'' if claims == 1 else 's'}"
    if warnings:
        more = f" (and {len(warnings) - 1} more)" if len(warnings) > 1 else ""
        remedy = "Run `briefing-bot check`: what it warns of is probably not meant."
        return warning("Briefings", f"{held}; {warnings[0]}{more}", remedy)
    return fine("Briefings", held)


def diagnose_tables(found: str, head: str, oldest: str = "") -> Diagnosis:
    """Compare the step that the database's tables are at with this release's.

    A release that knows the step `oldest` may use them; empty where none is named.
    """
    if not found:
        return fine("Database", "not made yet; the bot makes it when it starts")
    if found < head:
        text = f"at step {found}; the bot brings it to {head} when it starts"
        return fine("Database", text)
    if found > head:
        text = f"at step {found}, and this release knows only {head}"
        if (oldest or found) <= head:
            remedy = "It may go on beside the newer one; then start that here, too."
            return warning("Database", f"{text}, which may use it still", remedy)
        remedy = "Run the release that made it, or restore an older copy."
        return problem("Database", text, remedy)
    return fine("Database", f"at step {found}, which is this release's")


def diagnose_clock(ours: datetime, theirs: datetime, whose: str) -> Diagnosis:
    """Compare our clock with another; Slack tells its time in whole seconds."""
    skew = ours - theirs
    seconds = abs(skew.total_seconds())
    way = "ahead of" if skew > timedelta() else "behind"
    if abs(skew) <= SKEW_NOTED:
        return fine("Clock", f"agrees with {whose}")

    text = f"{seconds:,.0f} s {way} {whose}'s"
    remedy = "Let the machine set its clock by NTP."
    if abs(skew) <= SKEW_HARMFUL:
        return warning("Clock", text, remedy)
    return problem("Clock", text, remedy)


def diagnose_zones(version: str, today: date) -> Diagnosis:
    """Judge the age of the time-zone data by its name, such as 2025b or 2025.2."""
    if not version[:4].isdigit():
        text = "the version of the time-zone data is unknown"
        return warning("Time zones", text, _NEW_ZONES)
    if today.year - int(version[:4]) >= ZONES_OLD_AFTER:
        text = f"data of {version}, before the latest changes of clocks"
        return warning("Time zones", text, _NEW_ZONES)
    return fine("Time zones", f"data of {version}")


_NEW_ZONES = "Update the system's tzdata, or `pip install -U tzdata`."


def diagnose_destinations(
    findings: Iterable[Finding], *, destinations: int
) -> list[Diagnosis]:
    """Say what a preflight found of the digests' destinations."""
    found = []
    for finding in findings:
        text, _, remedy = finding.text.partition(": ")
        remedy = f"{remedy[:1].upper()}{remedy[1:]}"
        if remedy and not remedy.endswith("."):
            remedy += "."
        grade = Grade.PROBLEM if finding.is_obstacle else Grade.WARNING
        where = f"{finding.digest_id} to {finding.recipient}"
        found.append(Diagnosis(grade, "Destinations", f"{where}: {text}", remedy))
    if found:
        return found
    if destinations:
        return [fine("Destinations", f"all {destinations} can be posted to")]
    text = "no digest has a recipient, so none will be sent"
    remedy = "Name a channel under `to` in digests.yaml, or subscribe in Slack."
    return [warning("Destinations", text, remedy)]


def diagnose_meaning(
    settings: EmbeddingsSettings,
    *,
    model: str,
    failure: str,
    with_vectors: int,
    claims: int,
    all_of: int,
) -> Diagnosis:
    """Tell whether sentence vectors are made, of which claims, and where questions go.

    `model` is empty where there is none. Of `all_of` claims the model may be given
    `claims`, and the database keeps the vectors of `with_vectors`.
    """
    about = "Meaning"
    if settings.is_off:
        return fine(about, "off: words alone answer")
    if settings.why_idle:
        text = f"the embeddings endpoint is idle: {settings.why_idle}"
        return warning(about, text, "Until then words alone answer.")
    if not model:
        return fine(about, "no model is installed or set: words alone answer")
    if failure:
        return warning(about, f"{failure}; words alone answer", _MEND_MODEL)
    kept = f"{with_vectors:,} of {claims:,} claims have their vectors"
    if claims < all_of:
        kept += f", {all_of - claims:,} are too strict for it"
    where = f"go to {settings.goes_to}" if settings.goes_to else "stay on this machine"
    return fine(about, f"{model} works; {kept}; questions {where}")


_MEND_MODEL = (
    "Mend it, or set BRIEFING_BOT_MEANING=off; until then nothing is found by meaning."
)
