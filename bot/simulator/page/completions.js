/** What can follow while somebody types: commands, people and channels. */

const MOST = 8;

/** The one command of Slack's own that the local Slack knows. */
const INVITE = {
  command: "/invite", usage_hint: "@somebody", description: "Add somebody to this channel",
};

/**
 * Return `{from, items}` for what is typed before the caret, or null.
 *
 * `from` is where the completed word starts; an item is `{insert, label, detail}`.
 */
export function completionsFor(before, workspace) {
  for (const { pattern, items } of SOURCES) {
    const match = before.match(pattern);
    if (!match) continue;
    const typed = match[1];
    const found = items(workspace, typed.toLowerCase()).slice(0, MOST);
    return found.length ? { from: before.length - typed.length - 1, items: found } : null;
  }
  return null;
}

/** Return the usage of the command that a text starts with, or "". */
export function usageHint(text, workspace) {
  const name = text.match(/^(\/\S+)\s/)?.[1];
  const command = allCommands(workspace).find((one) => one.command === name);
  return command ? `${command.command} ${command.usage_hint ?? ""}`.trim() : "";
}

const SOURCES = [
  { pattern: /^\/(\S*)$/, items: commands },
  { pattern: /(?:^|\s)@([\w.-]*)$/, items: people },
  { pattern: /(?:^|\s)#([\w-]*)$/, items: channels },
];

function allCommands({ app }) {
  return [...app.commands, INVITE];
}

function commands(workspace, typed) {
  const known = allCommands(workspace);
  const found = known.filter(({ command }) => command.startsWith(`/${typed}`));
  return found.map(({ command, usage_hint: usage, description }) => ({
    insert: `${command} `, label: [command, usage].filter(Boolean).join(" "), detail: description,
  }));
}

function people(workspace, typed) {
  const found = workspace.users.filter((user) => {
    return !user.deleted && `${user.name} ${user.real_name}`.toLowerCase().includes(typed);
  });
  return found.map((user) => ({
    insert: `@${user.name} `, label: `@${user.name}`, detail: user.real_name,
  }));
}

function channels(workspace, typed) {
  const found = workspace.channels.filter((c) => !c.is_im && c.name.startsWith(typed));
  return found.map((c) => ({ insert: `#${c.name} `, label: `#${c.name}`, detail: c.topic }));
}
