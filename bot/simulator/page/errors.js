/** What the page says when something could not be done. */

const TEXTS = {
  cant_be_reached: "The local Slack does not answer. Is it still running?",
  channel_not_found: "You cannot see that channel.",
  dispatch_failed: "The app is not running, or refused this. Its log says which.",
  invalid_response_action: "The app's answer to the form was not valid. Its log says more.",
  is_archived: "This channel is archived: nothing can be posted to it.",
  message_not_found: "That message is not there any more.",
  no_such_action: "The message has changed meanwhile. Look again.",
  not_found: "That window is not open any more.",
  not_in_channel: "You are not a member of that channel.",
  operation_timeout: "The app did not answer within three seconds. Try again.",
};

/** Return a kind sentence for an error's name; what is a sentence already stays. */
export function explain(error) {
  if (error?.includes(" ")) return error;
  return TEXTS[error] ?? `That did not work (${error ?? "no reason given"}).`;
}
