"""A call's arguments, read from forms, JSON and query strings as Slack reads them."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.simulator.errors import SlackError

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class Arguments:
    """Typed access to what a form holds as text and JSON as values."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __contains__(self, name: str) -> bool:
        return self._values.get(name) is not None

    def text(self, name: str, default: str = "") -> str:
        value = self._values.get(name)
        return default if value is None else str(value)

    def required(self, name: str, error: str = "invalid_arguments") -> str:
        """Return the argument, or answer the method's own error for its absence."""
        value = self.text(name)
        if not value:
            reason = f"[ERROR] missing required field: {name}"
            raise SlackError(error, response_metadata={"messages": [reason]})
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        if name not in self:
            return default
        return self.text(name).lower() in ("true", "1")

    def number(self, name: str, default: int) -> int:
        try:
            return int(self.text(name) or default)
        except ValueError:
            raise SlackError("invalid_arguments") from None

    def json(self, name: str, *, error: str) -> Any:
        """Return a structured argument, which a form holds as JSON text."""
        value = self._values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except json.JSONDecodeError:
            raise SlackError(error) from None


async def read_call(request: web.Request) -> tuple[str, Arguments]:
    """Return the token and the arguments of a call.

    A token inside a JSON body does not count; one in a form or a query does.
    """
    query = _basic(request) | dict(request.query)
    if request.method == "GET":
        return _token(request, query), Arguments(query)

    body = await request.read()
    if not body:
        return _token(request, query), Arguments(query)
    if not request.headers.get("Content-Type"):
        raise SlackError("missing_post_type")
    if request.content_type == "application/json":
        return _token(request, query), Arguments(query | _read_json(body))
    if request.content_type in FORMS:
        form = {name: str(value) for name, value in (await request.post()).items()}
        return _token(request, query | form), Arguments(query | form)
    raise SlackError("invalid_post_type")


def _basic(request: web.Request) -> dict[str, str]:
    """Read the client's id and secret, which the SDK sends as Basic authorization."""
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Basic":
        return {}
    try:
        client_id, _, secret = base64.b64decode(encoded).decode().partition(":")
    except ValueError:
        raise SlackError("invalid_auth") from None
    return {"client_id": client_id, "client_secret": secret}


def _token(request: web.Request, form: Mapping[str, str]) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme == "Bearer" else form.get("token", "")


def _read_json(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(value, dict):
        raise SlackError("json_not_object")
    return value
