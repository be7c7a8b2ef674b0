"""The one place where a run of the program ends: exit codes 0, 1, 2, 3 and 130."""

import sys
import traceback
from collections.abc import Callable, Sequence

from bot.cli.main import app
from bot.errors import BotError

FINE, YOUR_INPUT, USAGE, OUR_BUG, INTERRUPTED = 0, 1, 2, 3, 130


def main() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str], program: Callable[..., object] = app) -> int:
    """Return how it ended: 0 fine, 1 your input, 2 usage, 3 our bug, 130 interrupted.

    Typer itself ends a wrong use with 2, and a command with the code it chose.
    """
    try:
        program(list(arguments), prog_name="briefing-bot")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else FINE
    except BotError as error:
        _say(str(error))
        return YOUR_INPUT
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception:
        _say(traceback.format_exc())
        _say(
            "This is a bug of briefing-bot's, not a mistake of yours. Please report it."
        )
        return OUR_BUG
    return FINE


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    main()
