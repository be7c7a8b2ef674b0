"""Prompts to press in the Messages tab, where the app is an agent of Slack's."""

import asyncio
import logging
from dataclasses import dataclass, field

from bot.audiences import Asker
from bot.errors import DeliveryError
from bot.installation import Installation
from bot.interfaces import Clock
from bot.questions.prompts import Prompts
from bot.slack.clients import ClientsOf
from bot.slack.failures import SLACK_TROUBLE, delivery_error, why
from bot.slack.manifest import AGENT_SCOPE

log = logging.getLogger(__name__)

TIMEOUT_S = 5.0
REFUSED_FOR_S = 24 * 60 * 60.0
"""How long a workspace that refused is left alone."""
TITLE = "Ask, for example"


@dataclass
class PromptSetter:
    """Sets what a person may press instead of typing; nothing of it is ever missed.

    Slack takes it of an agent alone, which has a scope that is asked for with nothing
    else: without it Slack is not asked. A workspace that refuses is left alone for a
    day, counts as one without an agent for as long, and stands in the log once.
    """

    prompts: Prompts
    clients_of: ClientsOf
    clock: Clock
    _refused_until: dict[Installation, float] = field(default_factory=dict)

    def is_agent(self, installation: Installation) -> bool:
        """Say whether each direct message begins a thread there, as with agents."""
        now = self.clock.elapsed_s()
        if self._refused_until.get(installation, now) > now:
            return False
        try:
            return AGENT_SCOPE in self.clients_of(installation).identity.scopes
        except DeliveryError:
            return False

    async def suggest(self, asker: Asker) -> None:
        """Set prompts in the person's conversation with the bot, `asker.channel_id`."""
        if not self.is_agent(asker.installation):
            return
        questions = await self.prompts.of(asker)
        if not questions:
            return
        try:
            async with asyncio.timeout(TIMEOUT_S):
                # An agent's prompts take no thread: with one, nothing is shown.
                await self.clients_of(
                    asker.installation
                ).posting.assistant_threads_setSuggestedPrompts(
                    channel_id=asker.channel_id,
                    title=TITLE,
                    prompts=[{"title": q, "message": q} for q in questions],
                )
        except SLACK_TROUBLE as exc:
            if not delivery_error(exc).permanent:
                log.info("prompts.not_set", extra={"why": why(exc)})
                return
            until = self.clock.elapsed_s() + REFUSED_FOR_S
            self._refused_until[asker.installation] = until
            extra = {"team_id": asker.installation.team_id, "why": why(exc)}
            log.warning("prompts.refused", extra=extra)
