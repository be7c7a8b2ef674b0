"""`python -m bot.db.migrations`: bring the database up to date.

The address comes in `BRIEFING_BOT_DATABASE_URL`: an argument would show its password
to everybody who may list processes.
"""

import os
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.exc import DBAPIError

from bot.db.migrate import ADDRESS_VARIABLE
from bot.db.trouble import trouble_of


def main() -> None:
    """Run every step that the database lacks; end with what keeps it from that."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["url"] = os.environ[ADDRESS_VARIABLE]
    try:
        command.upgrade(config, "head")
    except DBAPIError as error:
        said, _, _ = str(error.orig).strip().partition("\n")
        sys.exit(trouble_of(error) or said)


if __name__ == "__main__":
    main()
