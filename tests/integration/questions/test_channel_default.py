"""A channel's briefing outlives the process that was told of it."""

from pathlib import Path

from pydantic import SecretStr

from bot.settings import Settings, Slack
from bot.simulator.server import Simulator
from bot.wiring import build_app
from tests.frozen import FIRST, INVENTED
from tests.patience import PATIENCE_S


async def test_a_channel_means_its_briefing_after_a_restart(tmp_path: Path) -> None:
    """`use` is stored beside the answer, which does not wait for it."""
    briefs = tmp_path / "briefs"
    briefs.mkdir()
    for path in (FIRST, INVENTED):
        (briefs / path.name).write_bytes(path.read_bytes())

    async with Simulator() as sim:
        settings = _settings(sim, briefs, tmp_path)
        async with build_app(settings) as app:
            await sim.type("alice", "korea-desk", "/brief use drill")
            await app.capabilities.background.drain(PATIENCE_S)
        async with build_app(settings):
            outcome = await sim.type("bruno", "korea-desk", "/brief")

    assert outcome.message is not None
    assert outcome.message.text.startswith("Quillhaven's harbour drill went well")


def _settings(sim: Simulator, briefs: Path, folder: Path) -> Settings:
    return Settings(
        briefs=briefs,
        database_url=f"sqlite:///{folder / 'bot.sqlite3'}",
        host="127.0.0.1",
        port=0,
        slack=Slack(
            bot_token=SecretStr(sim.bot_token),
            app_token=SecretStr(sim.app_token),
            api_url=sim.api_url,
        ),
    )
