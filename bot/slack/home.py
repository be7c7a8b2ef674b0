"""The App Home: drawn when it is opened, searched from its own field.

Its other tab, the messages, is opened here as well.
"""

from dataclasses import dataclass

from slack_bolt.async_app import AsyncApp

from bot.audiences import Asker
from bot.installation import Installation
from bot.readers.home import Home
from bot.slack.background import Background
from bot.slack.payloads import Interaction, Json, text_in
from bot.slack.prompts import PromptSetter
from bot.slack.questions import QuestionHandlers
from bot.slack.responder import Responder, after_ack
from bot.slack.views.home import SEARCH, home_view, unchecked_home


@dataclass(frozen=True)
class HomeHandlers:
    """Draws a person's Home when they open it, and anew when something changed."""

    home: Home
    questions: QuestionHandlers
    prompts: PromptSetter
    responder: Responder
    background: Background
    command: str

    def register(self, slack_app: AsyncApp) -> None:
        """Listen to openings of the Home and to its search."""
        slack_app.event("app_home_opened")(self.opened)
        search = after_ack(self.search, "search", self.responder, self.background)
        slack_app.action(SEARCH)(search)

    async def opened(self, installation: Installation, event: Json) -> None:
        """Draw the Home for a visit; suggest questions where messages are written."""
        user_id, channel_id = text_in(event, "user"), text_in(event, "channel")
        if text_in(event, "tab") == "messages" and channel_id:
            suggest = self.prompts.suggest(Asker(installation, user_id, channel_id))
            self.background.start(suggest, "prompts")
        if text_in(event, "tab") != "home":
            return
        asker = Asker(installation, user_id)
        work = self.draw(asker, is_visit=True, hash=text_in(event, "view", "hash"))
        self.background.start(work, "home")

    async def search(self, interaction: Interaction) -> None:
        """Answer what was typed into the search, in a modal."""
        if interaction.value.strip():
            await self.questions.look_up(interaction)

    async def draw(
        self, asker: Asker, *, is_visit: bool = False, hash: str = ""
    ) -> None:
        """Draw it; `hash` is of the view that the person sees now, if known."""
        page = await self.home.page(asker, is_visit=is_visit)
        if page is None:
            await self.responder.publish_home(asker, unchecked_home(), hash=hash)
            # The look-up has gone on meanwhile: what it finds is drawn after all.
            page, hash = await self.home.page(asker, is_visit=is_visit), ""
        if page is not None:
            view = home_view(page, self.command)
            await self.responder.publish_home(asker, view, hash=hash)
