"""`briefing-bot manifest`: the app manifest, as Slack's page takes it."""

import json

import typer

from bot.slack.manifest import manifest


def print_manifest(*, command: str, url: str) -> None:
    """Print it as JSON: for Socket Mode, or for HTTP where there is a URL."""
    typer.echo(json.dumps(manifest(command=command, url=url), indent=2))
