"""`manifest`: what an app's settings are to be, by arguments that are checked."""

import json
import re
from itertools import islice

import typer

from bot.briefing.tlp import PUBLIC
from bot.errors import SettingsError
from bot.files.briefs import YamlBriefingSource
from bot.interfaces import SystemClock
from bot.questions.prompts import MOST, suggested
from bot.settings import COMMAND, Settings, public_address
from bot.slack.manifest import AGENT_WARNING, THREADS_WARNING, manifest

NO_COMMAND = (
    '"{command}" is no name of a command: it begins with a slash, and up to 31 small '
    "letters, digits, - and _ follow it. Try {better}."
)
NO_PROMPTS = (
    "It suggests no question: of those kept beside the briefings, what is TLP:CLEAR "
    "answers none plainly. The bot itself suggests to each person what they may read."
)
NO_URL = "--distribute wants --url: Slack sends whoever installs the app back there."


def print_manifest(
    command: str,
    url: str,
    *,
    distributed: bool,
    is_socket: bool,
    threads: bool,
    agent: bool,
) -> None:
    """Print it as JSON; raise `SettingsError` for what Slack would refuse."""
    if not re.fullmatch(COMMAND, command):
        letters = re.sub(r"[^a-z0-9_-]+", "-", command.lower()).strip("-")[:31]
        better = f"/{letters or 'brief'}"
        raise SettingsError(NO_COMMAND.format(command=command, better=better))
    if distributed and not url:
        raise SettingsError(NO_URL)
    try:
        base = public_address(url)
    except ValueError as error:
        raise SettingsError(f'--url "{url}" {error}.') from error
    settings = Settings.read()
    prompts = _public_prompts(settings) if agent else ()
    made = manifest(
        command=command,
        url=base,
        threads=threads,
        is_socket=is_socket,
        distributed=distributed,
        questions_go_to=settings.embeddings.goes_to,
        agent=agent,
        prompts=prompts,
    )
    typer.echo(json.dumps(made, indent=2))
    if threads:
        typer.echo(THREADS_WARNING, err=True)
    if agent:
        typer.echo(AGENT_WARNING, err=True)
        if not prompts:
            typer.echo(NO_PROMPTS, err=True)


def _public_prompts(settings: Settings) -> tuple[str, ...]:
    """Return questions that what is TLP:CLEAR answers plainly; none where files fail.

    Where only some workspaces have a briefing, a manifest for all names none of it.
    """
    source = YamlBriefingSource(
        settings.briefs, default_handling=settings.default_handling
    )
    try:
        read = source.read(SystemClock().now().date())
    except SettingsError:
        return ()
    if read.library is None or read.library.workspaces is not None:
        return ()
    library = read.library.for_audience(PUBLIC)
    return tuple(islice(suggested(library, read.questions), MOST))
