/** The emoji shortcodes that apps use most; any other stays as it was typed. */

const EMOJI = {
  "+1": "👍", "-1": "👎", alarm_clock: "⏰", arrow_down: "⬇️", arrow_right: "➡️",
  arrow_up: "⬆️", ballot_box_with_check: "☑️", bar_chart: "📊", bell: "🔔",
  book: "📖", bookmark: "🔖", books: "📚", bulb: "💡", calendar: "📆", clipboard: "📋",
  clock8: "🕗", email: "📧", exclamation: "❗", eyes: "👀", eye: "👁️", fire: "🔥",
  globe_with_meridians: "🌐", grey_question: "❔", heart: "❤️",
  heavy_check_mark: "✔️", hourglass: "⌛", hourglass_flowing_sand: "⏳",
  inbox_tray: "📥", information_source: "ℹ️", large_blue_circle: "🔵",
  large_green_circle: "🟢", large_yellow_circle: "🟡", link: "🔗", lock: "🔒",
  mag: "🔍", mega: "📣", memo: "📝", newspaper: "📰", no_bell: "🔕", no_entry: "⛔",
  ok_hand: "👌", pencil2: "✏️", pencil: "📝", pray: "🙏", pushpin: "📌",
  question: "❓", red_circle: "🔴", repeat: "🔁", rocket: "🚀", rotating_light: "🚨",
  shield: "🛡️", slightly_smiling_face: "🙂", smile: "😄", sparkles: "✨",
  speech_balloon: "💬", star: "⭐", tada: "🎉", thinking_face: "🤔", thumbsdown: "👎",
  thumbsup: "👍", warning: "⚠️", wastebasket: "🗑️", wave: "👋",
  white_check_mark: "✅", wrench: "🔧", x: "❌", zap: "⚡",
};

/** Return the character for a shortcode without its colons, or `undefined`. */
export function emojiFor(name) {
  return Object.hasOwn(EMOJI, name) ? EMOJI[name] : undefined;
}
