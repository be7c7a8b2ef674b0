"""`doctor`: each part of an installation, looked at without changing it."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.cli.doctor import examine, print_found
from bot.doctor_findings import Diagnosis, Grade
from bot.settings import Settings, Slack
from bot.simulator.server import Simulator
from bot.simulator.workspace_file import install, load_workspace
from bot.slack.manifest import manifest
from tests.acceptance.newsroom import BRIEFING, DIGESTS


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    async with Simulator(workspace=install(load_workspace(), manifest())) as simulator:
        yield simulator


@pytest.fixture
def settings(sim: Simulator, tmp_path: Path, migrated_sqlite: Path) -> Settings:
    briefs = tmp_path / "briefs"
    briefs.mkdir()
    (briefs / "harbour.yaml").write_text(BRIEFING)
    (briefs / "digests.yaml").write_text(DIGESTS)
    database = shutil.copy(migrated_sqlite, tmp_path / "bot.sqlite3")
    slack = Slack.model_construct(
        bot_token=SecretStr(sim.bot_token),
        app_token=SecretStr(sim.app_token),
        api_url=sim.api_url,
    )
    return Settings.model_construct(
        briefs=briefs,
        database_url=f"sqlite:///{database}",
        meaning="off",
        slack=slack,
    )


def not_fine(found: list[Diagnosis]) -> list[str]:
    """What is wrong; the age of this machine's zone data and container are its own."""
    mine = [d for d in found if d.about != "Time zones" and "container" not in d.text]
    return [f"{d.about}: {d.text}" for d in mine if d.grade is not Grade.FINE]


async def test_a_sound_installation_has_nothing_wrong(settings: Settings) -> None:
    """Every part is looked at and named."""
    found = await examine(settings)

    assert not_fine(found) == []
    assert {diagnosis.about for diagnosis in found} == {
        *("Briefings", "Time zones", "Database", "Slack", "Permissions"),
        *("Socket Mode", "Clock", "History", "Destinations", "Meaning"),
    }


async def test_history_once_a_minute_is_said_with_what_it_means(
    sim: Simulator, settings: Settings
) -> None:
    """So it is for an app that is distributed outside the Marketplace."""
    sim.limit_history()

    found = await examine(settings)

    (history,) = [d for d in found if d.about == "History"]
    assert history == Diagnosis(
        Grade.WARNING,
        "History",
        "Slack lets it be read once a minute, 15 messages at a time, as it does for "
        "apps distributed outside its Marketplace: posts whose fate is unclear after "
        "an outage are looked for at that pace",
        "Create the app in your own workspace from `briefing-bot manifest`, or list it "
        "in the Marketplace. Nothing is posted twice either way.",
    )


async def test_a_channel_without_the_bot_is_a_problem_with_its_remedy(
    sim: Simulator, settings: Settings
) -> None:
    """Before eight, not at eight: where it may not join by itself."""
    sim.workspace.credentials.scopes -= {"channels:join"}
    sim.leave("brief", "korea-desk")

    found = await examine(settings)

    (problem,) = [d for d in found if d.grade is Grade.PROBLEM]
    assert problem.text == "daily to #korea-desk: I am not in #korea-desk"
    assert problem.remedy == "Invite me there with `/invite`."


async def test_one_part_that_fails_hides_no_other(settings: Settings) -> None:
    """Broken files, a database that is not there and a token that nobody knows."""
    (settings.briefs / "harbour.yaml").write_text("id: harbour\n")
    unknown = Slack.model_construct(
        bot_token=SecretStr("xoxb-unknown"),
        app_token=SecretStr("xapp-unknown"),
        api_url=settings.slack.api_url,
    )
    broken = settings.model_copy(update={"slack": unknown})

    found = await examine(broken)

    problems = [d.about for d in found if d.grade is Grade.PROBLEM]
    assert problems == ["Briefings", "Slack"]


async def test_a_missing_permission_says_what_it_is_for(
    tmp_path: Path, settings: Settings
) -> None:
    """One that the bot can do without is a warning."""
    file = install(load_workspace(), manifest())
    lacking = {"users:read", "channels:join"}
    scopes = tuple(name for name in file.app.scopes if name not in lacking)
    poorer = file.model_copy(
        update={"app": file.app.model_copy(update={"scopes": scopes})}
    )
    async with Simulator(workspace=poorer) as sim:
        slack = settings.slack.model_copy(
            update={
                "api_url": sim.api_url,
                "bot_token": SecretStr(sim.bot_token),
                "app_token": SecretStr(sim.app_token),
            }
        )
        found = await examine(settings.model_copy(update={"slack": slack}))

    assert [d for d in not_fine(found) if d.startswith("Permissions")] == [
        "Permissions: users:read is missing: telling members from guests and "
        "outsiders; time zones",
        "Permissions: channels:join is missing: joining a public channel a digest is "
        "set up for",
    ]


def test_a_remedy_of_several_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Eleven missing permissions are granted in one go."""
    again = "Paste the manifest anew."
    print_found(
        [
            Diagnosis(Grade.PROBLEM, "Permissions", "chat:write is missing", again),
            Diagnosis(Grade.WARNING, "Permissions", "mpim:read is missing", again),
            Diagnosis(Grade.WARNING, "Clock", "9 s ahead", "Set it."),
            Diagnosis(Grade.FINE, "Database", "at its step"),
        ]
    )

    assert capsys.readouterr().out.splitlines() == [
        "FAIL  Permissions: chat:write is missing",
        "warn  Permissions: mpim:read is missing",
        "      For both: Paste the manifest anew.",
        "warn  Clock: 9 s ahead",
        "      Set it.",
        "ok    Database: at its step",
    ]
