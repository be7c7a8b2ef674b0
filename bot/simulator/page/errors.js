/** What the page says when something could not be done. */

const TEXTS = {
  cant_be_reached: "The local Slack does not answer. Is it still running?",
  channel_not_found: "You cannot see that channel.",
  command_not_in_thread: "Slash commands do not work in threads. Send it in the channel.",
  dispatch_failed: "The app did not take this. Its log says why.",
  dispatch_unknown_error: "The app answered with an error. Its log says why.",
  expired_trigger_id: "That took too long, so the window could not open. Try again.",
  is_archived: "This channel is archived: nothing can be posted to it.",
  msg_too_long: "That message is too long.",
  no_text: "Write something first.",
  not_in_channel: "Join this channel before you post to it.",
  operation_timeout: "The app did not answer within three seconds. Try again.",
  restricted_action: "Guests may not do this here.",
  user_deactivated: "This account is deactivated: it can only read.",
};

/** Return a kind sentence for an error's name; what is a sentence already stays. */
export function explain(error) {
  if (error?.includes(" ")) return error;
  return TEXTS[error] ?? `That did not work (${error ?? "no reason given"}).`;
}
