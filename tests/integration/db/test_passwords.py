"""No part of a database's password shows in anything that is said of its address."""

import pytest

from bot.cli.database import without_password
from bot.db.database import open_database
from bot.errors import BotError, SettingsError
from bot.settings import Settings

VARIABLE = "BRIEFING_BOT_DATABASE_URL"
NOWHERE = "127.0.0.1:1/bot"
"""Where no server listens: what the driver says of it is said on."""

NOT_ALLOWED = [
    "postgresql://bot:hush@hidden@" + NOWHERE,
    "postgresql://bot:hush@hidden/veiled@" + NOWHERE,
    "postgresql://bot:hush@hidden?veiled@" + NOWHERE,
    "postgresql://bot:hush@hidden#veiled@" + NOWHERE,
    "postgresql://bot:hush@hidden:veiled@" + NOWHERE,
    "postgresql://bot:hush@hidden:4711@" + NOWHERE,
    "postgresql://bot:hush@[hidden]@" + NOWHERE,
    "postgresql://bot:hush",
    "postgresql://bot:hush/hidden",
    "postgresql://bot:99999/bot",
    "bot:hush@" + NOWHERE,
    "postgresql:/bot:hush@" + NOWHERE,
    "//bot:hush:hidden@" + NOWHERE,
]
ALLOWED = [
    "postgresql://bot:hush%40hidden@" + NOWHERE,
    "postgresql://bot:hush/hidden@" + NOWHERE,
    "postgresql://bot:hush#hidden@" + NOWHERE,
    "postgresql://bot:hush?hidden@" + NOWHERE,
    "postgresql://bot:hush:hidden@" + NOWHERE,
    "postgresql://bot:hush hidden@" + NOWHERE,
    "postgresql://bot:hush%zzhidden@" + NOWHERE,
    "postgresql://bot@tenant:hush@" + NOWHERE,
    "postgresql://" + NOWHERE + "?password=hush",
    "mysql://bot:hush@" + NOWHERE + "?password=hidden",
]
PARTS = ("hush", "hidden", "veiled", "4711", "99999")


def shown(text: str) -> list[str]:
    """Return the parts of passwords that a text shows."""
    return [part for part in PARTS if part in text]


@pytest.mark.parametrize("url", NOT_ALLOWED)
def test_an_address_that_would_be_cut_in_its_password_is_refused(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands behind an unescaped sign would be taken for the host, and named."""
    monkeypatch.setenv(VARIABLE, url)

    with pytest.raises(SettingsError) as refused:
        Settings.read()

    assert f'{VARIABLE} "…" is not allowed' in str(refused.value)
    assert shown(str(refused.value)) == []


def test_it_is_said_how_a_password_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever chose a password with such a sign keeps it."""
    monkeypatch.setenv(VARIABLE, NOT_ALLOWED[0])

    with pytest.raises(SettingsError) as refused:
        Settings.read()

    assert str(refused.value) == (
        'BRIEFING_BOT_DATABASE_URL "…" is not allowed: holds signs that end its '
        "password, or a port that is none: in a user's name or password write %40 for "
        "@, %2F for /, %3A for :, %3F for ?, %23 for # and %25 for %."
    )


@pytest.mark.parametrize("password", ["hush", "hush/hidden", "99999"])
def test_a_password_without_a_host_is_told_what_is_missing(
    password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be read as the port of a host that has the user's name."""
    monkeypatch.setenv(VARIABLE, f"postgresql://bot:{password}/bot")

    with pytest.raises(SettingsError) as refused:
        Settings.read()

    assert str(refused.value) == (
        'BRIEFING_BOT_DATABASE_URL "…" is not allowed: names no host behind a '
        "password, or a port that is none: write postgresql://USER:PASSWORD@HOST/NAME."
    )


async def test_a_password_of_digits_without_a_host_is_told_what_is_missing() -> None:
    """It is as good an address as any, until nobody answers there."""
    url = f"postgresql://{NOWHERE}"
    with pytest.raises(BotError) as away:
        async with open_database(url) as database:
            await database.read(lambda connection: None)

    assert 'server at "127.0.0.1", that port failed' in str(away.value)
    assert str(away.value).endswith(
        ' That has no @, so I read "127.0.0.1" as the host and what follows it as its '
        "port: with a user and a password it is postgresql://USER:PASSWORD@HOST/NAME."
    )
    assert without_password(url) == "postgresql://127.0.0.1:***/bot"


@pytest.mark.parametrize("url", ALLOWED)
async def test_an_address_that_is_read_whole_shows_no_password(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither where it is named at the start, nor where the database is away."""
    monkeypatch.setenv(VARIABLE, url)
    read = Settings.read().database_url

    with pytest.raises(BotError) as away:
        async with open_database(read) as database:
            await database.read(lambda connection: None)

    assert shown(without_password(read) + str(away.value)) == []


@pytest.mark.parametrize("scheme", ["postgres", "PostgreSQL", "postgresql"])
def test_an_address_is_taken_as_hosts_give_it_out(
    scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL's own programs take both names, in any case."""
    monkeypatch.setenv(VARIABLE, f"{scheme}://bot:Hush@{NOWHERE}")

    assert Settings.read().database_url == f"postgresql://bot:Hush@{NOWHERE}"


async def test_an_option_that_there_is_not_is_said_with_what_to_do() -> None:
    """The driver knows its name before it asks any server."""
    url = f"postgresql://bot:hush@{NOWHERE}?pool_size=5"
    with pytest.raises(BotError) as refused:
        async with open_database(url) as database:
            await database.read(lambda connection: None)

    assert str(refused.value) == (
        "BRIEFING_BOT_DATABASE_URL has an option that PostgreSQL does not know "
        '(invalid connection option "pool_size"). Take it out, or mend it.'
    )


def test_a_file_may_have_any_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has no password, and an @ in a path is nothing odd."""
    url = "sqlite:////home/bot@work/briefing:bot.sqlite3"
    monkeypatch.setenv(VARIABLE, url)

    assert Settings.read().database_url == url
