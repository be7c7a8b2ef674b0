/** The server's live events, with reconnection. */

const RETRY_MS = 2000;

/**
 * Call `onEvent` for each event. After a gap `onBack` is called, because what was missed
 * must be read again; `onGone` is called once when the connection is lost.
 */
export function openStream(url, { onEvent, onBack, onGone }) {
  let lost = false;

  const connect = () => {
    const source = new EventSource(url);
    source.addEventListener("message", (message) => onEvent(JSON.parse(message.data)));
    source.addEventListener("open", () => {
      if (lost) onBack();
      lost = false;
    });
    source.addEventListener("error", () => {
      if (!lost) onGone();
      lost = true;
      // The browser gives up after an answer that is no stream, as of a server starting.
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, RETRY_MS);
    });
  };
  connect();
}
