/** What the page asks of the server. All answers are JSON. */

export class Api {
  /** Everything is asked as the user whose id is `as`. */
  constructor(as) {
    this.as = as;
  }

  boot() {
    return this.#get("boot");
  }

  async messages(channel, threadTs) {
    const answer = await this.#get("messages", { channel, thread_ts: threadTs });
    return answer.messages ?? [];
  }

  async home() {
    const { view } = await this.#get("home");
    return view;
  }

  homeOpened(tab) {
    return this.#post("home_opened", { tab });
  }

  send(channel, text, threadTs) {
    return this.#post("send", { channel, text, thread_ts: threadTs });
  }

  action(action) {
    return this.#post("action", action);
  }

  submit(viewId, state) {
    return this.#post("submit", { view_id: viewId, state });
  }

  /** With `isCleared` the whole stack that the view stands on is closed. */
  close(viewId, { isCleared = false } = {}) {
    return this.#post("close", { view_id: viewId, is_cleared: isCleared });
  }

  shortcut(channel, ts, callbackId) {
    return this.#post("shortcut", { channel, ts, callback_id: callbackId });
  }

  /** Ask something of whoever runs this page's server, at an address it gave. */
  ask(url) {
    return this.#send(url, {});
  }

  streamUrl() {
    return this.#url("stream", {});
  }

  async #get(path, query = {}) {
    const response = await fetch(this.#url(path, query));
    if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
    return response.json();
  }

  #post(path, body) {
    return this.#send(`/client/${path}`, body);
  }

  /** Answer `{ok: false, error}` also when the server is away: callers show it. */
  async #send(url, body) {
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ as: this.as, ...body }),
      });
      return await response.json();
    } catch {
      return { ok: false, error: "cant_be_reached" };
    }
  }

  #url(path, query) {
    const params = new URLSearchParams({ as: this.as });
    for (const [name, value] of Object.entries(query)) {
      if (value) params.set(name, value);
    }
    return `/client/${path}?${params}`;
  }
}
