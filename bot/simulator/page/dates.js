/** Instants as words, in the viewer's own time zone. */

const LOCALE = "en-US";
const HALF_YEAR_DAYS = 183;
const DAY_S = 86_400;

const AGO_UNITS = [
  ["year", 365 * DAY_S],
  ["month", 30 * DAY_S],
  ["day", DAY_S],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

/**
 * Fill Slack's date tokens (`{date_short_pretty} at {time}`) for the instant `ts`.
 *
 * `clock` is `{timeZone, now}`, `now` in seconds. An unknown token stays as it is.
 */
export function formatDate(ts, format, clock) {
  return format.replace(/\{(\w+)\}/g, (token, name) => {
    if (name.endsWith("_pretty")) {
      return relativeDay(ts, clock) ?? plainToken(ts, name.slice(0, -7), clock) ?? token;
    }
    return plainToken(ts, name, clock) ?? token;
  });
}

/** Return the whole instant in words, its zone named: for tooltips. */
export function fullDate(ts, { timeZone }) {
  return words(ts, timeZone, { dateStyle: "full", timeStyle: "long", hourCycle: "h23" });
}

/** Return the wall-clock time, as `08:00`: this Slack's people have set 24 hours. */
export function clockTime(ts, { timeZone }) {
  return words(ts, timeZone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** Return the calendar day as `2025-07-08`: equal for two instants of one local day. */
export function localDay(ts, timeZone) {
  return formatFor(timeZone, "en-CA", {}).format(new Date(ts * 1000));
}

/** Return what stands above the first message of a day. */
export function dayHeading(ts, clock) {
  const day = relativeDay(ts, clock) ?? plainToken(ts, "date_long", clock);
  return day[0].toUpperCase() + day.slice(1);
}

function words(ts, timeZone, options) {
  const text = formatFor(timeZone, LOCALE, options).format(new Date(ts * 1000));
  return text.replaceAll("\u202f", " ");
}

const formats = new Map();

/** Making a format costs far more than using one, and a channel has many times. */
function formatFor(timeZone, locale, options) {
  const key = JSON.stringify([timeZone, locale, options]);
  if (!formats.has(key)) {
    formats.set(key, new Intl.DateTimeFormat(locale, { timeZone, ...options }));
  }
  return formats.get(key);
}

function relativeDay(ts, { timeZone, now }) {
  const days = (Date.parse(localDay(ts, timeZone)) - Date.parse(localDay(now, timeZone)));
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[days / (DAY_S * 1000)];
}

function plainToken(ts, name, clock) {
  const tokens = {
    date_num: () => localDay(ts, clock.timeZone),
    date: () => longDate(ts, clock, {}),
    date_long: () => longDate(ts, clock, { weekday: "long" }),
    date_short: () => shortDate(ts, clock),
    time: () => clockTime(ts, clock),
    time_secs: () => words(ts, clock.timeZone, { timeStyle: "medium", hourCycle: "h23" }),
    ago: () => ago(ts, clock.now),
  };
  return Object.hasOwn(tokens, name) ? tokens[name]() : undefined;
}

/** Slack leaves the year out of dates that are less than six months away. */
function yearOption(ts, now) {
  return Math.abs(now - ts) > HALF_YEAR_DAYS * DAY_S ? { year: "numeric" } : {};
}

function shortDate(ts, { timeZone, now }) {
  return words(ts, timeZone, { month: "short", day: "numeric", ...yearOption(ts, now) });
}

function longDate(ts, { timeZone, now }, more) {
  const parts = { month: "long", day: "numeric", ...more, ...yearOption(ts, now) };
  return words(ts, timeZone, parts).replace(/(\d{1,2})(?=,|$)/, ordinal);
}

function ordinal(day) {
  const teen = day > 10 && day < 14;
  return day + (teen ? "th" : { 1: "st", 2: "nd", 3: "rd" }[day % 10] ?? "th");
}

function ago(ts, now) {
  const gap = ts - now;
  const [unit, size] = AGO_UNITS.find(([, seconds]) => Math.abs(gap) >= seconds) ??
    AGO_UNITS.at(-1);
  return new Intl.RelativeTimeFormat(LOCALE).format(Math.round(gap / size), unit);
}
