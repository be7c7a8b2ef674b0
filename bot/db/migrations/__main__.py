"""`python -m bot.db.migrations`: bring the database up to date.

The address comes in `BRIEFING_BOT_DATABASE_URL`: an argument would show its password
to everybody who may list processes.
"""

import os
from pathlib import Path

from alembic import command
from alembic.config import Config

from bot.db.migrate import ADDRESS_VARIABLE


def main() -> None:
    """Run every step that the database lacks."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["url"] = os.environ[ADDRESS_VARIABLE]
    command.upgrade(config, "head")


if __name__ == "__main__":
    main()
