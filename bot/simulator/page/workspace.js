/** The workspace as the viewer sees it: people, channels, the app, the time. */

const SHARED_NOTE = "shared with another organisation";

export class Workspace {
  /** `boot` is the server's answer; its `now` (seconds) starts the clock. */
  constructor(boot) {
    Object.assign(this, { team: boot.team, app: boot.app, tips: boot.tips ?? [] });
    this.tour = boot.tour ?? null;
    this.users = boot.users;
    this.channels = boot.channels;
    this.me = this.user(boot.me);
    this.offset = Number(boot.now) - Date.now() / 1000;
  }

  user(id) {
    return this.users.find((user) => user.id === id);
  }

  channel(id) {
    return this.channels.find((channel) => channel.id === id);
  }

  /** Take in a changed or new user or channel. */
  put(kind, value) {
    const known = this[kind].find((one) => one.id === value.id);
    if (known) Object.assign(known, value);
    else this[kind].push(value);
  }

  clock() {
    return { timeZone: this.me.tz, now: Date.now() / 1000 + this.offset };
  }

  /** The viewer's conversation with the app: what its Messages tab shows. */
  appChannel() {
    return this.channels.find((c) => c.is_im && c.user === this.app.bot_user_id);
  }

  isApp(channel) {
    return Boolean(channel) && channel === this.appChannel();
  }

  /** The channel's name, or in a direct message the other's. */
  titleOf(channel) {
    if (!channel.is_im) return channel.name;
    const other = this.user(channel.user);
    if (this.isApp(channel)) return this.app.name;
    return other ? other.real_name || other.name : channel.user;
  }

  /** Why the viewer cannot post to `channel`, or null. */
  closedBecause(channel) {
    if (channel.is_archived) return "This channel is archived. You can read it, not post to it.";
    if (this.me.deleted) return "This account is deactivated: it can only read.";
    if (channel.is_member === false) return `You are not a member of #${channel.name}.`;
    return null;
  }

  /** What is special about a person, in a word or two. */
  standing(user) {
    if (user.deleted) return "deactivated";
    if (user.is_stranger) return "external";
    if (user.is_restricted) return "guest";
    return user.is_bot ? "app" : "member";
  }

  /** What is special about a channel. */
  notesOn(channel) {
    const notes = [];
    if (channel.is_private && !channel.is_im) notes.push("private");
    if (channel.is_archived) notes.push("archived");
    if (channel.is_ext_shared) notes.push(SHARED_NOTE);
    if (channel.is_pending_ext_shared) notes.push("an invitation to share it is pending");
    return notes;
  }
}
