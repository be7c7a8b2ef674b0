"""`doctor`: what is wrong with this installation, and what to do about it.

`bot.doctor_findings` judges what is found; `bot.slack.doctor` examines Slack.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from zoneinfo import TZPATH

import aiohttp
import typer
from rich.console import Console
from rich.text import Text

from bot.briefing.library import Library
from bot.briefing.tlp import Label
from bot.cli.database import (
    NOT_LASTING,
    file_trouble,
    is_forgotten,
    is_missing,
    without_password,
)
from bot.cli.environment import ABOUT as SETTINGS
from bot.cli.environment import (
    diagnose_environment,
    diagnose_file,
    read_environment,
)
from bot.cli.examine_oauth import examine_oauth
from bot.cli.library import open_source
from bot.db.database import open_database
from bot.db.migrate import HEAD, refuse_foreign_encoding, steps
from bot.db.migrate import version as step_of
from bot.db.probe import what_is_forbidden
from bot.digests.models import Digest
from bot.doctor_findings import (
    Diagnosis,
    Grade,
    diagnose_briefings,
    diagnose_clock,
    diagnose_meaning,
    diagnose_tables,
    diagnose_zones,
    fine,
    problem,
    warning,
)
from bot.errors import BotError, DatabaseUnavailable, SettingsError
from bot.meaning.embedders import NotEmbedded, Purpose
from bot.meaning.meanings import choose_embedder
from bot.meaning.vector_maker import passages
from bot.meaning.vector_store import VectorStore, key_of
from bot.settings import Settings
from bot.slack.clients import connect
from bot.slack.doctor import examine_slack

_MARKS = {
    Grade.FINE: ("ok  ", "green"),
    Grade.WARNING: ("warn", "yellow"),
    Grade.PROBLEM: ("FAIL", "bold red"),
}


NO_START = "Without it the bot does not start."
OWN_IT = (
    "Let it own the database and its tables, or name another in "
    "BRIEFING_BOT_DATABASE_URL."
)


def run_doctor(*, as_json: bool) -> bool:
    """Print every diagnosis with its remedy; say whether nothing is a problem."""
    # What is found says all that the log would.
    logging.getLogger("bot").addHandler(logging.NullHandler())
    try:
        found = asyncio.run(examine(Settings.read()))
    except SettingsError as error:
        again = "Then run me again: nothing else was looked at."
        found = [problem(SETTINGS, line, again) for line in str(error).splitlines()]
    if as_json:
        content = [asdict(diagnosis) for diagnosis in found]
        typer.echo(json.dumps(content, ensure_ascii=False, indent=2))
    else:
        print_found(found)
    return all(diagnosis.grade is not Grade.PROBLEM for diagnosis in found)


def print_found(found: Sequence[Diagnosis]) -> None:
    """Print each with its remedy, or one remedy below all that it mends."""
    console = Console(highlight=False, soft_wrap=True)
    remedies = [diagnosis.remedy for diagnosis in found]
    for position, diagnosis in enumerate(found):
        mark, style = _MARKS[diagnosis.grade]
        said = f"  {diagnosis.about}: {diagnosis.text}"
        console.print(Text(mark, style=style).append(said, "not bold"))
        remedy = diagnosis.remedy
        # What mends several things is said once, below the last of them.
        if remedy and remedy not in remedies[position + 1 :]:
            times = remedies.count(remedy)
            those = f"For all {times}: " if times > 2 else "For both: "
            those = those if times > 1 else ""
            console.print(Text(f"      {those}{remedy}", style="dim"))


async def examine(settings: Settings) -> list[Diagnosis]:
    """Look at files, zone data, database and Slack; one that fails hides no other."""
    today = datetime.now(UTC).date()
    digests: tuple[Digest, ...] = ()
    library = Library(())
    try:
        source = open_source(settings.briefs, settings.default_handling)
        result = source.read(today)
    except BotError as error:
        files = problem("Briefings", str(error), "Then run me again.")
    else:
        briefings = result.library.briefings if result.library else ()
        files = diagnose_briefings(
            result.errors,
            result.warnings,
            briefings=len(briefings),
            claims=sum(len(briefing.claims) for briefing in briefings),
        )
        digests = result.digests.digests
        library = result.library or library

    environment = await asyncio.to_thread(read_environment)
    in_file = await asyncio.to_thread(lambda: list(diagnose_file()))
    found = [files, *in_file, *diagnose_environment(environment)]
    found.append(diagnose_zones(zone_data(), today))
    found += [each async for each in _examine_database(settings.database_url)]
    found.append(await _examine_meaning(settings, library))

    async with aiohttp.ClientSession() as session:
        if settings.slack.has_oauth:
            of_oauth = examine_oauth(settings, library, session)
            found += [diagnosis async for diagnosis in of_oauth]
        try:
            mode = settings.slack.mode
            if not settings.slack.bot_token.get_secret_value():
                return [*found, fine("Slack", f"workspaces by OAuth, by {mode.value}")]
            clients = await connect(
                settings.slack.bot_token.get_secret_value(),
                session,
                api_url=settings.slack.api_url,
            )
        except BotError as error:
            remedy = "Without it nothing can be posted."
            return [*found, problem("Slack", str(error), remedy)]
        identity = clients.identity
        team = identity.installation.team_id
        found.append(
            fine("Slack", f"{identity.name} in workspace {team}, by {mode.value}")
        )
        app_token = settings.slack.app_token.get_secret_value()
        return [*found, *await examine_slack(clients, app_token, digests)]


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


async def _examine_meaning(settings: Settings, library: Library) -> Diagnosis:
    """Have one text embedded, and count the vectors that are kept."""
    chosen, embedder = settings.embeddings, choose_embedder(settings.embeddings)
    texts = set(passages(library, embedder.most_label)) if embedder else set()
    model, failure, kept = "", "", 0
    if embedder:
        model = embedder.model
        try:
            text = "What is this briefing about?"
            await embedder.embed([text], Purpose.QUESTION, is_awaited=True)
        except NotEmbedded as error:
            failure = str(error)
        await embedder.close()
        keys = [key_of(text, Purpose.CLAIM, model) for text in texts]
        with suppress(DatabaseUnavailable, BotError):
            if not is_missing(settings.database_url):
                async with open_database(settings.database_url) as database:
                    if await database.read(step_of) >= HEAD:
                        kept = await VectorStore(database).count(keys)
    return diagnose_meaning(
        chosen,
        model=model,
        failure=failure,
        with_vectors=kept,
        claims=len(texts),
        all_of=len(set(passages(library, Label.RED))),
    )


async def _examine_database(url: str) -> AsyncIterator[Diagnosis]:
    if is_forgotten(url):
        text = f"{without_password(url)} is inside this container"
        yield warning("Database", text, NOT_LASTING)
    try:
        async with open_database(url) as database:
            if trouble := file_trouble(url):
                yield problem("Database", trouble, NO_START)
                return
            if is_missing(url):
                yield diagnose_tables("", HEAD)
                return
            step, oldest = await database.read(steps)
            yield diagnose_tables(step, HEAD, oldest)
            if not step:
                await database.read(refuse_foreign_encoding)
            forbidden = await database.read(lambda c: what_is_forbidden(c, step=step))
            if forbidden:
                yield problem("Database", forbidden, OWN_IT)
            await database.measure_clock()
            if not database.is_sqlite:
                whose = "the database"
                yield diagnose_clock(datetime.now(UTC), database.now(), whose)
    except (DatabaseUnavailable, BotError) as error:
        # What to do is in the error's own words.
        yield problem("Database", str(error), NO_START)
