"""The local Slack belongs to whoever started it: other sites' pages get nothing."""

from collections.abc import Mapping

import aiohttp
import pytest

from bot.simulator.server import Simulator


async def status(simulator: Simulator, path: str, headers: Mapping[str, str]) -> int:
    url = simulator.url + path
    async with aiohttp.ClientSession(headers=headers) as http:
        if path in ("/", "/client/boot"):
            async with http.get(url) as answer:
                return answer.status
        async with http.post(url, json={}) as answer:
            return answer.status


PATHS = ("/", "/client/boot", "/client/send", "/api/auth.test", "/control/uninstall")


@pytest.mark.parametrize("path", PATHS)
async def test_a_page_of_another_site_is_refused(path: str) -> None:
    """A cross-site POST would run commands, or remove the app."""
    async with Simulator() as simulator:
        headers = {"Origin": "https://evil.example"}

        assert await status(simulator, path, headers) == 403


@pytest.mark.parametrize("path", PATHS)
async def test_a_name_that_was_rebound_to_this_machine_is_refused(path: str) -> None:
    """A site whose name leads here a moment later still says its name."""
    async with Simulator() as simulator:
        headers = {"Host": f"evil.example:{simulator.port}"}

        assert await status(simulator, path, headers) == 403


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
async def test_its_own_page_is_answered(name: str) -> None:
    """By the address that is printed, and by the name that people type."""
    async with Simulator() as simulator:
        place = f"{name}:{simulator.port}"
        headers = {"Host": place, "Origin": f"http://{place}"}

        assert await status(simulator, "/client/boot", headers) == 200
