"""What a server does not let the bot do is said in words, at the start and before."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, create_engine, text

from bot.cli.database import ask_database
from bot.cli.doctor import OWN_IT, examine
from bot.db.database import Database, open_database
from bot.db.migrate import migrate
from bot.doctor_findings import Grade
from bot.errors import BotError, SettingsError
from bot.settings import Settings, Slack

NOT_MADE = "The database could not be brought up to date: "
MAY_NOT = (
    "The database's user may not do that (permission denied for schema public). Let it "
    "own the database and its tables, or name another user in "
    "BRIEFING_BOT_DATABASE_URL."
)
TAKES_NO_WRITES = (
    "The database takes no writes (cannot execute CREATE TABLE in a read-only "
    "transaction): it is a standby, or default_transaction_read_only is on. End that, "
    "or name the primary in BRIEFING_BOT_DATABASE_URL."
)
SQL_ASCII = (
    "The database's text is SQL_ASCII, which cannot hold every word. Make one with "
    "CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0, and name it in "
    "BRIEFING_BOT_DATABASE_URL."
)
TOO_MANY = "The database lets no more connections in ("


@contextmanager
def another(postgres: Engine, *, owner: str = "", options: str = "") -> Iterator[str]:
    """Make a database and a role `stranger`, and yield its address for that role."""
    admin = postgres.execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE ROLE stranger LOGIN"))
        owned = f"OWNER {owner}" if owner else ""
        connection.execute(text(f"CREATE DATABASE others {owned} {options}"))
    url = postgres.url.set(database="others", username="stranger", password=None)
    try:
        yield url.set(drivername="postgresql").render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text("DROP DATABASE others WITH (FORCE)"))
            connection.execute(text("DROP ROLE stranger"))


def run(postgres: Engine, statement: str) -> None:
    admin = postgres.execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(statement))


async def refusal(url: str) -> str:
    with pytest.raises(BotError) as refused:
        async with open_database(url) as database:
            await migrate(database, url)
    return str(refused.value)


async def problems(url: str) -> list[tuple[str, str]]:
    """Return what `doctor` finds wrong with the database."""
    settings = Settings.model_construct(
        database_url=url, meaning="off", slack=Slack.model_construct()
    )
    found = [each for each in await examine(settings) if each.about == "Database"]
    return [(d.text, d.remedy) for d in found if d.grade is Grade.PROBLEM]


async def test_a_user_who_may_not_make_tables(postgres: Engine) -> None:
    """So it is for everybody but the owner, since PostgreSQL 15."""
    with another(postgres) as url:
        assert await refusal(url) == NOT_MADE + MAY_NOT
        assert await problems(url) == [("its user may not make tables in it", OWN_IT)]


async def test_a_user_who_may_read_the_tables_alone(postgres: Engine) -> None:
    """The bot starts and can store nothing: `doctor` says so before."""
    with another(postgres) as url:
        made = postgres.url.set(database="others", drivername="postgresql")
        made_url = made.render_as_string(hide_password=False)
        async with open_database(made_url) as database:
            await migrate(database, made_url)
            await database.write(
                lambda c: c.execute(
                    text("GRANT SELECT ON ALL TABLES IN SCHEMA public TO stranger")
                )
            )

        ((said, remedy),) = await problems(url)

    assert said.startswith("its user may not change the rows of ")
    assert remedy == OWN_IT


async def test_a_database_that_takes_no_writes(postgres: Engine) -> None:
    """A standby says the same."""
    with another(postgres, owner="stranger") as url:
        run(postgres, "ALTER DATABASE others SET default_transaction_read_only = on")

        assert await refusal(url) == NOT_MADE + TAKES_NO_WRITES
        ((said, _),) = await problems(url)

    assert said.startswith("it takes no writes: it is a standby")


async def test_a_database_whose_text_is_not_unicode(postgres: Engine) -> None:
    """As `initdb` leaves it where no language is set."""
    ascii_only = "ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"
    with another(postgres, owner="stranger", options=ascii_only) as url:
        assert await refusal(url) == SQL_ASCII
        assert [said for said, _ in await problems(url)] == [SQL_ASCII]


async def test_a_server_that_is_full(postgres: Engine) -> None:
    """More processes than it lets in."""
    with another(postgres, owner="stranger") as url:
        run(postgres, "ALTER ROLE stranger CONNECTION LIMIT 0")

        said = await refusal(url)

    assert said.startswith(TOO_MANY)
    assert said.endswith("each process of mine takes up to twelve.")


async def _nothing(_database: Database) -> None: ...


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("", "There is none at postgresql://postgres:***@/others."),
        (
            "v0007",
            'The database is at step "v0007" of an earlier release. Start the bot with '
            "`briefing-bot run`, which brings it up to date.",
        ),
        ("v9999", 'This release knows the database up to step "'),
    ],
    ids=["none", "earlier", "later"],
)
def test_a_command_says_why_it_cannot_read_the_database(
    postgres: Engine, monkeypatch: pytest.MonkeyPatch, step: str, said: str
) -> None:
    """It is not said to be missing where it is another release's; no password shows."""
    with another(postgres):
        url = postgres.url.set(
            database="others", drivername="postgresql", password="hush"
        )
        monkeypatch.setenv(
            "BRIEFING_BOT_DATABASE_URL", url.render_as_string(hide_password=False)
        )
        if step:
            made = postgres.url.set(database="others")
            engine = create_engine(made)
            with engine.begin() as connection:
                connection.execute(
                    text("CREATE TABLE alembic_version (version_num TEXT)")
                )
                row = {"step": step}
                connection.execute(
                    text("INSERT INTO alembic_version VALUES (:step)"), row
                )
            engine.dispose()

        with pytest.raises(SettingsError) as refused:
            ask_database(_nothing, missing="There is none at {url}.")

    assert str(refused.value).startswith(said)
    assert "hush" not in str(refused.value)
