"""The local Slack belongs to whoever started it: other sites' pages get nothing."""

from collections.abc import Mapping

import aiohttp
import pytest
from aiohttp import web

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


STRANGERS: tuple[dict[str, str], ...] = (
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "http://127.0.0.1:1"},
    {"Origin": "https://127.0.0.1:{port}"},
    {"Origin": "http://evil@127.0.0.1:{port}"},
    {"Origin": "http://localhost:{port}.evil.example"},
    {"Host": "evil.example"},
    {"Host": "evil.example:{port}"},
    {"Host": "127.0.0.1.nip.example:{port}"},
    {"Host": "127.0.0.1"},
)


@pytest.mark.parametrize("headers", STRANGERS, ids=str)
async def test_no_route_at_all_answers_a_stranger(headers: dict[str, str]) -> None:
    """Those too that the demo adds, files of the page, and what there is none of."""

    async def added(_request: web.Request) -> web.Response:
        return web.Response(text="done")

    async with (
        Simulator(routes=[web.post("/demo/added", added)]) as simulator,
        aiohttp.ClientSession(simulator.url) as http,
    ):
        said = {
            name: value.format(port=simulator.port) for name, value in headers.items()
        }
        router = simulator._application().router
        routes = {(route.method, route.resource) for route in router.routes()}
        paths = {(m, resource.canonical) for m, resource in routes if resource}
        answered = set()
        for method, path in (*paths, ("GET", "/nowhere")):
            method = "POST" if method == "*" else method
            async with http.request(method, path, headers=said) as answer:
                answered.add((answer.status, method, path))

    assert {status for status, _, _ in answered} == {403}, answered
    assert len(answered) > 30


async def test_the_page_stands_in_no_frame() -> None:
    """Clicks on another site's page would be clicks on ours below it."""
    async with (
        Simulator() as simulator,
        aiohttp.ClientSession() as http,
        http.get(simulator.page_url) as answer,
    ):
        assert answer.headers["X-Frame-Options"] == "DENY"
