"""`slack-hook`: what Slack's own command line asks of a project, for `slack run`.

It runs the commands of `.slack/hooks.json` and reads their answers from standard
output, between boundaries of its own where it says so; all else goes to standard error.
"""

import json
import os
import shlex
import sys
from typing import Any

import typer

from bot.cli.run import run_bot
from bot.errors import SettingsError
from bot.settings import Settings
from bot.slack.manifest import manifest

BOUNDARIES = "message-boundaries"
TOKENS = {"SLACK_CLI_XOXB": "SLACK_BOT_TOKEN", "SLACK_CLI_XAPP": "SLACK_APP_TOKEN"}
"""What `slack run` sets, and what the bot reads."""
NO_TOKEN = (
    "{name} is not set. `slack run` sets it when it starts the bot; without Slack's "
    "command line it is `briefing-bot run`."
)
NO_HOOK = 'There is no hook "{hook}". There are get-hooks, get-manifest and start.'


def answer_hook(hook: str, *, protocol: str, boundary: str) -> None:
    """Do what a hook is for; raise `SettingsError` for one that there is not."""
    match hook:
        case "get-hooks":
            command = f"{shlex.quote(sys.executable)} -m bot slack-hook"
            hooks = {name: f"{command} {name}" for name in ("get-manifest", "start")}
            config = {
                "protocol-version": [BOUNDARIES, "default"],
                # The bot connects by itself; Slack's command line only starts it.
                "sdk-managed-connection-enabled": True,
            }
            told = {"hooks": hooks, "config": config, "runtime": "python"}
            _respond(told, boundary if protocol == BOUNDARIES else "")
        case "get-manifest":
            made = manifest(command=Settings.read().command)
            _respond(made, boundary if protocol == BOUNDARIES else "")
        case "start":
            for name, own in TOKENS.items():
                if not os.environ.get(name):
                    raise SettingsError(NO_TOKEN.format(name=name))
                os.environ.setdefault(own, os.environ[name])
            run_bot()
        case _:
            raise SettingsError(NO_HOOK.format(hook=hook))


def _respond(answer: dict[str, Any], boundary: str) -> None:
    typer.echo(f"{boundary}{json.dumps(answer)}{boundary}")
