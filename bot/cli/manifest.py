"""`manifest`: what an app's settings are to be, by arguments that are checked."""

import json
import re

import typer

from bot.errors import SettingsError
from bot.settings import COMMAND, Settings, public_address
from bot.slack.manifest import THREADS_WARNING, manifest

NO_COMMAND = (
    '"{command}" is no name of a command: it begins with a slash, and up to 31 small '
    "letters, digits, - and _ follow it. Try {better}."
)
NO_URL = "--distribute wants --url: Slack sends whoever installs the app back there."


def print_manifest(
    command: str, url: str, *, distributed: bool, is_socket: bool, threads: bool
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
    made = manifest(
        command=command,
        url=base,
        threads=threads,
        is_socket=is_socket,
        distributed=distributed,
        questions_go_to=Settings.read().wish.goes_to,
    )
    typer.echo(json.dumps(made, indent=2))
    if threads:
        typer.echo(THREADS_WARNING, err=True)
