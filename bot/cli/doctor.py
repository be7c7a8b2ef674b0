"""`doctor`: what is wrong with this installation, and what to do about it."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from zoneinfo import TZPATH

import aiohttp
import typer
from rich.console import Console
from rich.text import Text

from bot.cli.container import FORGETS, is_forgotten, shown
from bot.cli.database import is_missing
from bot.cli.library import open_source
from bot.db.database import open_database
from bot.db.migrate import HEAD
from bot.db.migrate import version as step_of
from bot.diagnosis import (
    Diagnosis,
    Grade,
    diagnose_briefings,
    diagnose_clock,
    diagnose_destinations,
    diagnose_tables,
    diagnose_zones,
    fine,
    problem,
    warning,
)
from bot.digests.models import Digest
from bot.errors import BotError, DatabaseUnavailable
from bot.files.briefs import LoadResult
from bot.outbox.pacing import PaceLimits, Pacing
from bot.scheduling.planner import address
from bot.scheduling.preflight import Preflight
from bot.settings import Settings
from bot.slack.clients import Clients, single_workspace
from bot.slack.doctor import diagnose_scopes, diagnose_socket, slack_time
from bot.slack.failures import SLACK_TROUBLE, delivery_error
from bot.slack.messenger import SlackMessenger
from bot.wiring import connect

_MARKS = {
    Grade.FINE: ("ok  ", "green"),
    Grade.WARNING: ("warn", "yellow"),
    Grade.PROBLEM: ("FAIL", "bold red"),
}


def run_doctor(*, as_json: bool) -> bool:
    """Print every diagnosis with its remedy; say whether nothing is a problem."""
    settings = Settings.read()
    found = asyncio.run(examine(settings))
    if as_json:
        told = [asdict(diagnosis) for diagnosis in found]
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _print(found)
    return all(diagnosis.grade is not Grade.PROBLEM for diagnosis in found)


def _print(found: Sequence[Diagnosis]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for diagnosis in found:
        mark, style = _MARKS[diagnosis.grade]
        line = Text(mark, style=style)
        console.print(line.append(f"  {diagnosis.about}: {diagnosis.text}", "not bold"))
        if diagnosis.remedy:
            console.print(Text(f"      {diagnosis.remedy}", style="dim"))


async def examine(settings: Settings) -> list[Diagnosis]:
    """Look at files, zone data, database and Slack; one that fails hides no other."""
    today = datetime.now(UTC).date()
    reading, files = _read_files(settings)
    found = [files, diagnose_zones(zone_data(), today)]
    found += [each async for each in _database(settings)]
    digests = reading.digests.digests if reading else ()
    found += [each async for each in _slack(settings, digests)]
    return found


def _read_files(settings: Settings) -> tuple[LoadResult | None, Diagnosis]:
    try:
        source = open_source(settings.briefs, settings.default_handling)
        reading = source.read(datetime.now(UTC).date())
    except BotError as error:
        return None, problem("Briefings", str(error), "Then run me again.")
    briefings = reading.library.briefings if reading.library else ()
    claims = sum(len(briefing.claims) for briefing in briefings)
    counted = diagnose_briefings(
        reading.errors, briefings=len(briefings), claims=claims
    )
    return reading, counted


def zone_data() -> str:
    """Return the version of the zone data in use: the system's, else the package's."""
    for folder in map(Path, TZPATH):
        listing = folder / "tzdata.zi"
        if listing.exists():
            with listing.open(encoding="utf-8") as lines:
                return lines.readline().removeprefix("# version ").strip()
    try:
        return version("tzdata")
    except PackageNotFoundError:
        return ""


async def _database(settings: Settings) -> AsyncIterator[Diagnosis]:
    url = settings.database_url
    if is_forgotten(url):
        yield warning("Database", f"{shown(url)} is inside this container", FORGETS)
    if is_missing(url):
        yield diagnose_tables("", HEAD)
        return
    try:
        async with open_database(url) as database:
            yield diagnose_tables(await database.read(step_of), HEAD)
            await database.measure_clock()
            if not database.is_sqlite:
                whose = "the database"
                yield diagnose_clock(datetime.now(UTC), database.now(), whose)
    except (DatabaseUnavailable, BotError) as error:
        remedy = "Start it, or mend BRIEFING_BOT_DATABASE_URL."
        yield problem("Database", str(error), remedy)


async def _slack(
    settings: Settings, digests: Sequence[Digest]
) -> AsyncIterator[Diagnosis]:
    async with aiohttp.ClientSession() as session:
        try:
            mode = settings.slack.mode
            clients = await connect(settings.slack, session)
        except BotError as error:
            yield problem("Slack", str(error), "Without it nothing can be posted.")
            return
        identity = clients.identity
        team = identity.installation.team_id
        yield fine("Slack", f"{identity.name} in workspace {team}, by {mode.value}")
        for diagnosis in diagnose_scopes(identity.scopes):
            yield diagnosis
        for diagnosis in await _talk(settings, clients, digests):
            yield diagnosis


async def _talk(
    settings: Settings, clients: Clients, digests: Sequence[Digest]
) -> list[Diagnosis]:
    found: list[Diagnosis] = []
    app_token = settings.slack.app_token.get_secret_value()
    try:
        if app_token:
            found.append(await diagnose_socket(clients.reading, app_token))
        if theirs := await slack_time(clients.reading):
            found.append(diagnose_clock(datetime.now(UTC), theirs, "Slack"))
        found += await _destinations(clients, digests)
    except SLACK_TROUBLE as exc:
        text = f"it does not answer as it should. {delivery_error(exc)}"
        found.append(problem("Slack", text, "Try again; see slack-status.com."))
    return found


async def _destinations(clients: Clients, digests: Sequence[Digest]) -> list[Diagnosis]:
    here = clients.identity.installation
    addressed = address(digests, here, [here]).values()
    preflight = Preflight(
        SlackMessenger(single_workspace(clients)),
        None,
        Pacing(PaceLimits()),
        observer=None,
    )
    findings = await preflight.check(addressed)
    count = sum(len(one.recipients) for one in addressed)
    return diagnose_destinations(findings, destinations=count)
