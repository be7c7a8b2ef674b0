"""What can be typed: one function per command, which says it and hands over.

Each imports its module only when it is called, so that `--help` is quick.
"""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated

import typer
from typer.core import TyperGroup

app = typer.Typer(
    name="briefing-bot",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="A curated briefing that answers in Slack, and posts digests exactly once.",
    epilog="Look around with `briefing-bot demo`. Then `briefing-bot new kursk`.",
)

Briefs = Annotated[
    Path,
    typer.Option(
        "--briefs",
        envvar="BRIEFING_BOT_BRIEFS",
        help="The folder of the briefings.",
        show_default=True,
    ),
]
DefaultHandling = Annotated[
    str,
    typer.Option(
        envvar="BRIEFING_BOT_DEFAULT_HANDLING",
        help="The TLP label of briefings without one; never TLP:CLEAR.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]

BRIEFS = Path("briefs")
AMBER = "TLP:AMBER"


def _print_version(wanted: bool) -> None:
    if not wanted:
        return
    try:
        release = version("briefing-bot")
    except PackageNotFoundError:
        release = "(its sources, which are not installed as a package)"
    typer.echo(f"briefing-bot {release}")
    raise typer.Exit


@app.callback()
def briefing_bot(
    context: typer.Context,
    _version: Annotated[
        bool,
        typer.Option(
            "--version",
            help="Say which release this is.",
            callback=_print_version,
            is_eager=True,
        ),
    ] = False,
) -> None:
    """Take what goes before a command, and the defaults that `.env` sets."""
    if not Path(".env").is_file():
        return
    from bot.settings import read_file

    in_file = read_file()
    defaults = {
        "briefs": in_file.get("BRIEFING_BOT_BRIEFS"),
        "default_handling": in_file.get("BRIEFING_BOT_DEFAULT_HANDLING"),
        "command": in_file.get("BRIEFING_BOT_COMMAND"),
    }
    given = {name: value for name, value in defaults.items() if value}
    assert isinstance(context.command, TyperGroup)
    context.default_map = {
        name: given | {"preview": given} for name in context.command.commands
    }


@app.command()
def demo(
    port: Annotated[
        int, typer.Option(help="Where to listen; if taken, the next free one.")
    ] = 8484,
    browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
    agent: Annotated[
        bool,
        typer.Option(
            help="As after `manifest --agent`: it suggests questions, and answers "
            "direct messages in their threads. There is no tour then."
        ),
    ] = False,
) -> None:
    """Try the bot in a small Slack on this machine: no account, no tokens.

    Everything is temporary and listens on this machine only. Ctrl-C ends it.
    """
    typer.echo("Starting a small Slack on this machine…")
    from bot.cli.demo import run_demo

    run_demo(port=port, opens_browser=browser, agent=agent)


@app.command()
def new(
    id: Annotated[
        str | None, typer.Argument(help="Small letters, digits, hyphens: `kursk`.")
    ] = None,
    digest: Annotated[
        str | None,
        typer.Option(help="Add a digest of this id to `briefs/digests.yaml`."),
    ] = None,
    briefs: Briefs = BRIEFS,
) -> None:
    """Write a commented skeleton of a briefing or of a digest, which passes `check`.

    A briefing is kept as `briefs/ID.yaml`, and never written over a file that is there.
    A digest is added below those in `briefs/digests.yaml`; it waits for a channel.
    """
    from bot.cli.new import add_digest, write_skeleton

    if id is None and digest is None:
        raise typer.BadParameter(
            "Give the id of a briefing, such as harbour, or of a --digest."
        )
    if id is not None:
        write_skeleton(id, briefs)
    if digest is not None:
        add_digest(digest, briefs)


@app.command()
def check(
    path: Annotated[
        Path | None,
        typer.Argument(help="A folder, or one file of it.  [default: as --briefs]"),
    ] = None,
    briefs: Briefs = BRIEFS,
    default_handling: DefaultHandling = AMBER,
    against: Annotated[
        str,
        typer.Option(
            help="An earlier state, as a revision's hash or for git: `origin/main`."
        ),
    ] = "",
    as_json: AsJson = False,
    why: Annotated[
        bool, typer.Option(help="Say what each kept question came to, and why.")
    ] = False,
) -> None:
    """Validate briefings: one `file:line:column: message` per problem.

    Errors keep a briefing from serving and end with exit code 1. Warnings are valid
    but probably not meant. Where a briefing has questions beside it
    (`ID.questions.yaml`), each is asked, and one that fails is a warning. With
    `--against`, a claim whose facts moved without an entry in its `revisions` is an
    error: readers could not be told of it.
    """
    from bot.cli.check import check_briefs

    folder = path or briefs
    is_fine = check_briefs(
        folder, default_handling, against=against, as_json=as_json, why=why
    )
    raise typer.Exit(0 if is_fine else 1)


@app.command()
def show(
    what: Annotated[
        str | None,
        typer.Argument(help="`BRIEFING` or `BRIEFING/SECTION`; none lists them all."),
    ] = None,
    briefs: Briefs = BRIEFS,
    default_handling: DefaultHandling = AMBER,
    as_json: AsJson = False,
) -> None:
    """Show a briefing or a section as its readers get it.

    With `--json`, the very message that Slack would get: its text and its blocks.
    """
    from bot.cli.show import show_page

    show_page(what, briefs, default_handling, as_json=as_json)


@app.command()
def ask(
    question: Annotated[
        str | None, typer.Argument(help="In quotes: `ask 'How many were lost?'`.")
    ] = None,
    briefing: Annotated[
        str | None, typer.Option(help="Ask this briefing only, by its id.")
    ] = None,
    from_file: Annotated[
        Path | None,
        typer.Option(
            "--from", help='Many questions: one `{"q": …, "briefing": …}` a line.'
        ),
    ] = None,
    draft: Annotated[
        Path | None,
        typer.Option(help="A text to be checked: a file, or - for standard input."),
    ] = None,
    briefs: Briefs = BRIEFS,
    default_handling: DefaultHandling = AMBER,
    as_json: AsJson = False,
    why: Annotated[
        bool, typer.Option(help="Say what matched, what did not, and what decided.")
    ] = False,
) -> None:
    """Answer a question as a direct message would, or say that nothing does.

    A text that states something is checked sentence by sentence, as it is there; with
    `--draft` all of it is. With `--json`, up to five claims, best first, each with why
    it matched.
    """
    from bot.cli.ask import ask_many, ask_one, check_file, open_library

    if sum(given is not None for given in (question, from_file, draft)) != 1:
        raise typer.BadParameter(
            "Give a question, a file of them with --from, or a text with --draft."
        )
    library = open_library(briefs, default_handling, briefing)
    if draft:
        check_file(library, draft, as_json=as_json)
    elif from_file:
        ask_many(library, from_file, as_json=as_json, why=why)
    else:
        ask_one(library, question or "", as_json=as_json, why=why)


digest = typer.Typer(
    no_args_is_help=True, help="Look ahead at a digest, or send one now."
)
app.add_typer(digest, name="digest")

DigestId = Annotated[str, typer.Argument(help="The digest's id in digests.yaml.")]


@digest.command("preview")
def digest_preview(
    id: Annotated[
        str | None,
        typer.Argument(help="The digest's id in digests.yaml; without it, all."),
    ] = None,
    briefs: Briefs = BRIEFS,
    default_handling: DefaultHandling = AMBER,
    as_json: AsJson = False,
) -> None:
    """Show when a digest is due next, and what would go out now, to whom.

    Without an id, list the digests, each with when it is due next. With one, tell its
    next five occurrences with their offsets from UTC, and the clock changes among them;
    what changed is counted from what each recipient last received.
    """
    from bot.cli.digest_preview import list_digests, preview_digest

    if id is None:
        list_digests(briefs, default_handling, as_json=as_json)
        return
    preview_digest(id, briefs, default_handling, as_json=as_json)


@digest.command("send")
def digest_send(
    id: DigestId,
    to: Annotated[
        str | None,
        typer.Option(
            help='`@me` (see BRIEFING_BOT_ME), a `U…` or `C…` id, or "#channel". '
            "[default: all its recipients]"
        ),
    ] = None,
) -> None:
    """Send a digest now, or rehearse it to yourself with `--to @me`.

    It goes to the outbox, where the running bot takes it; where no bot is alive this
    command delivers it itself. The schedule stays as it is.
    """
    from bot.cli.digest_send import send_digest

    is_fine = send_digest(id, to)
    raise typer.Exit(0 if is_fine else 1)


@app.command()
def deliveries(
    digest_id: Annotated[
        str, typer.Option("--digest", help="Of this digest only, by its id.")
    ] = "",
    status: Annotated[
        str, typer.Option(help="planned, acquired, sending, sent, failed or skipped.")
    ] = "",
    since: Annotated[
        str, typer.Option(help="Due from then on: `7 days`, or a date.")
    ] = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List what was sent, skipped or failed, and why: one ending for each.

    The outbox is where BRIEFING_BOT_DATABASE_URL says; it may be asked beside a
    running bot.
    """
    from bot.cli.deliveries import Wanted, list_deliveries

    list_deliveries(Wanted(digest_id, status, since, limit), as_json=as_json)


@app.command()
def corrections(
    go: Annotated[
        bool, typer.Option("--go", help="Let all that wait for a go be told.")
    ] = False,
    since: Annotated[
        str, typer.Option(help="Noticed from then on: `7 days`, or a date.")
    ] = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List what was corrected where it was read, and what could not be reached.

    A correction that concerns many waits until somebody says that it may go, here with
    `--go` or at a curator's press. The running bot takes it up within a minute.
    """
    from bot.cli.corrections import let_go, list_corrections

    if go:
        let_go()
    list_corrections(since=since, limit=limit, as_json=as_json)


@app.command()
def gaps(
    briefing: Annotated[
        str, typer.Option(help="Asked of this briefing, or of all at once, only.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """List what was asked and not answered, alike questions as one.

    No name is kept with a question, unless its asker wants to be told of an answer:
    they are counted as waiting.
    """
    from bot.cli.gaps import list_unanswered

    list_unanswered(briefing, as_json=as_json)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="Where to; nothing is written over.")],
) -> None:
    """Copy the SQLite database to a file while the bot runs.

    The copy is whole as of one moment, and only you may read it. On PostgreSQL the
    server has its own means.
    """
    from bot.cli.backup import write_backup

    write_backup(file)


@app.command()
def restore(
    file: Annotated[
        Path | None,
        typer.Argument(help="A backup. Without one, only the mark below is made."),
    ] = None,
) -> None:
    """Put a backup back, and have looked for in Slack what it has forgotten.

    The bot must not run. The file that is there is kept beside it. Without FILE the
    database is marked as restored, where that was done by other means: of PostgreSQL
    to a point in time, or of a disk.
    """
    from bot.cli.backup import mark_as_restored, restore_backup

    if file is None:
        mark_as_restored()
    else:
        restore_backup(file)


@app.command()
def schema(
    of: Annotated[
        str,
        typer.Argument(
            help="The kind of file: briefing, digests, workspaces, questions."
        ),
    ] = "briefing",
) -> None:
    """Print the JSON Schema by which editors complete and check a file.

    The first line `# yaml-language-server: $schema=.schema.json` makes an editor use
    the one that `new` keeps beside the briefings.
    """
    from bot.cli.schema import print_schema

    print_schema(of)


@app.command()
def run() -> None:
    """Run the bot: Socket Mode or signed HTTP, by the tokens in the environment.

    `SLACK_BOT_TOKEN` with `SLACK_APP_TOKEN` means Socket Mode, with
    `SLACK_SIGNING_SECRET` HTTP. `SLACK_API_URL` points it at any Slack-compatible
    server.
    """
    from bot.cli.run import run_bot

    run_bot()


@app.command()
def manifest(
    url: Annotated[
        str, typer.Option(help="The bot's public address: for HTTP, and for OAuth.")
    ] = "",
    distribute: Annotated[
        bool, typer.Option(help="Let other workspaces install it, by OAuth at --url.")
    ] = False,
    socket: Annotated[
        bool, typer.Option(help="Events by Socket Mode, although there is a --url.")
    ] = False,
    command: Annotated[
        str,
        typer.Option(envvar="BRIEFING_BOT_COMMAND", help="The slash command's name."),
    ] = "/brief",
    threads: Annotated[
        bool,
        typer.Option(
            help="Read replies in the thread of a mention, too: Slack then delivers "
            "every message of the app's channels."
        ),
    ] = False,
    agent: Annotated[
        bool,
        typer.Option(
            help="Make it an agent of Slack's, which suggests questions to press: "
            "guests then cannot use it, and each direct message begins a thread."
        ),
    ] = False,
) -> None:
    """Print the Slack app manifest, to be pasted where a new app is made.

    Without `--url` it is for Socket Mode and one workspace. It asks for no permission
    that nothing uses; what the bot works without is marked as optional. Its description
    says where questions go, by the embeddings endpoint that is set.
    """
    from bot.cli.manifest import print_manifest

    print_manifest(
        command,
        url,
        distributed=distribute,
        is_socket=socket,
        threads=threads,
        agent=agent,
    )


@app.command(
    name="slack-hook",
    hidden=True,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def slack_hook(hook: str, protocol: str = "default", boundary: str = "") -> None:
    """Answer Slack's own command line, which `.slack/hooks.json` sends here."""
    from bot.cli.slack_hook import answer_hook

    answer_hook(hook, protocol=protocol, boundary=boundary)


@app.command(name="token-key")
def token_key() -> None:
    """Print a new key that encrypts workspaces' tokens: BRIEFING_BOT_TOKEN_KEYS."""
    from bot.installations.token_cipher import new_key

    typer.echo(new_key())


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Say what is wrong with this installation, and what to do about it.

    Briefings, time-zone data, database, Slack's permissions and clock, and whether
    every digest's destination can be posted to. Nothing is changed by looking. A
    problem ends with exit code 1.
    """
    from bot.cli.doctor import run_doctor

    is_fine = run_doctor(as_json=as_json)
    raise typer.Exit(0 if is_fine else 1)
