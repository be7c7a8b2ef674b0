"""The Slack app manifest: what the app is, may do and listens to, each with a reason.

Field limits are those of Slack's manifest schema (`slackapi/manifest-schema`, 2026);
a test holds the manifest against them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

LOOK_UP = "look_up"
"""The callback id of the message shortcut."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A permission, why it is asked for, and whether the bot works without it."""

    name: str
    reason: str
    optional: bool = False


SCOPES = (
    Scope("commands", "the slash command and the message shortcut"),
    Scope("chat:write", "digests, answers and notices"),
    Scope("im:write", "opening the direct message a digest goes to"),
    Scope("im:history", "reading the questions people send, and reading back its own"),
    Scope("app_mentions:read", "answering where it is mentioned"),
    Scope("users:read", "telling members from guests and outsiders; time zones"),
    Scope("channels:read", "knowing who will see a post in a public channel"),
    Scope("groups:read", "knowing who will see a post in a private channel"),
    Scope("channels:history", "looking for a post before sending it again", True),
    Scope("groups:history", "the same in private channels", True),
    Scope("mpim:read", "knowing who will see a post in a group DM", True),
    Scope("mpim:history", "hearing its name in a group DM; looking for a post", True),
    Scope("channels:join", "joining a public channel a digest is set up for", True),
)

EVENTS = (
    *("message.im", "message.mpim", "app_mention", "app_home_opened"),
    *("app_uninstalled", "tokens_revoked"),
    *("channel_archive", "channel_deleted", "channel_id_changed", "channel_rename"),
    *("channel_shared", "channel_unshared", "channel_left"),
    *("group_archive", "group_left", "group_rename"),
    *("member_joined_channel", "member_left_channel", "user_change"),
)

THREAD_EVENTS = ("message.channels", "message.groups")
THREAD_SCOPES = ("channels:history", "groups:history")
"""What it takes to hear replies that name nobody, in the thread of a mention: Slack
then delivers every message of the channels that the app is in."""
THREADS_WARNING = (
    "With --threads Slack delivers every message of the channels the app is in. All "
    "but replies of whoever mentioned it, in the thread of that mention, are dropped "
    "unread: nothing of them is logged or stored."
)

AGENT_SCOPE = "assistant:write"
"""Is asked for where the app is an agent of Slack's, and nowhere else."""
AGENT_DESCRIPTION = (
    "Answers from a briefing that people curate, cite and review: each sentence is a "
    "claim with its source and its date, and what the briefing does not hold, it says "
    "it does not hold. Ask in plain words, or paste a draft to have it checked."
)
AGENT_WARNING = (
    "With --agent Slack keeps guests from using the app, and each direct message to it "
    "begins a thread. Slack does not undo either."
)

LONG_DESCRIPTION = (
    "Brief answers from a briefing that people curate, cite and review. Every sentence "
    "it says is a claim with its source and its date; what the briefing does not hold, "
    "it says it does not hold. No text is generated. It posts digests at the hour you "
    "choose and says what was corrected since. "
)
STAYS = "Questions are answered where the bot runs and go to no other service."
GOES = (
    "Where words alone do not answer a question, its first 300 characters go to "
    "{host}, without a word about who asked."
)
_HEARS_CHANNELS = (
    "It is told of every message in the channels it is in, and drops all unread but "
    "the replies of whoever mentioned it, in the thread of that mention."
)


INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"
OF_ORGANISATIONS = ("team_access_granted", "team_access_revoked")
"""What only an app hears that an organisation may install as a whole."""


def manifest(
    *,
    command: str = "/brief",
    url: str = "",
    threads: bool = False,
    is_socket: bool = False,
    distributed: bool = False,
    questions_go_to: str = "",
    agent: bool = False,
    prompts: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the manifest: for Socket Mode, or for signed HTTP where a URL is given.

    `url` is the public address under which Slack reaches the bot, without a path. One
    to be `distributed` lets workspaces and organisations install the app by OAuth at
    that address, with tokens that expire; events come there too, unless `is_socket`.
    `threads` has it hear what is said in channels, for the replies to its answers.
    `questions_go_to` is the host of an embeddings endpoint that is not on its machine.
    An `agent` shows `prompts`, four at most, to whoever begins to write to it; they are
    the same for everybody who installs it, so only what anybody may read belongs there.
    """
    base = url.rstrip("/")
    is_socket = is_socket or not base
    events_url = "" if is_socket else f"{base}/slack/events"
    request_url = {"request_url": events_url} if events_url else {}
    redirects = {"redirect_urls": [f"{base}{REDIRECT_PATH}"]} if distributed else {}
    optional = [scope.name for scope in SCOPES if scope.optional]
    told = GOES.format(host=questions_go_to) if questions_go_to else STAYS
    description = LONG_DESCRIPTION + told
    events = [*EVENTS, *(OF_ORGANISATIONS if distributed else ())]
    scopes = [scope.name for scope in SCOPES] + [AGENT_SCOPE] * agent
    if threads:
        optional = [name for name in optional if name not in THREAD_SCOPES]
        description = f"{description} {_HEARS_CHANNELS}"
        events += THREAD_EVENTS
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Brief",
            "description": "A curated briefing: cited answers, digests on time.",
            "background_color": "#1d3557",
            "long_description": description,
        },
        "features": _features(command, events_url, prompts if agent else None),
        "oauth_config": {
            **redirects,
            "scopes": {
                "bot": scopes,
                "bot_optional": optional,
            },
        },
        "settings": {
            "event_subscriptions": {**request_url, "bot_events": events},
            "interactivity": {"is_enabled": True, **request_url},
            "org_deploy_enabled": distributed,
            "socket_mode_enabled": is_socket,
            "token_rotation_enabled": distributed,
        },
    }


def _features(
    command: str, events_url: str, prompts: Sequence[str] | None
) -> dict[str, Any]:
    """Return where the app shows itself; None for `prompts` means as no agent."""
    agent = {}
    if prompts is not None:
        shown = [{"title": prompt, "message": prompt} for prompt in prompts]
        agent["agent_view"] = {
            "agent_description": AGENT_DESCRIPTION,
            **({"suggested_prompts": shown} if shown else {}),
        }
    return {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": "Brief", "always_online": True},
        "slash_commands": [
            {
                "command": command,
                "description": "Look something up in the briefing",
                "usage_hint": "[topic, question, figures, changes or help]",
                "should_escape": False,
                **({"url": events_url} if events_url else {}),
            }
        ],
        "shortcuts": [
            {
                "name": "Look up in briefing",
                "type": "message",
                "callback_id": LOOK_UP,
                "description": "Search the briefing for the words of a message",
            }
        ],
        **agent,
    }
