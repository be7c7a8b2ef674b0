/** What the inputs of one message or view hold, in Slack's `state.values` shape. */

export class Values {
  #blocks = new Map();

  get(place) {
    return this.#blocks.get(place.blockId)?.[place.actionId];
  }

  set(place, value) {
    const block = this.#blocks.get(place.blockId) ?? {};
    this.#blocks.set(place.blockId, { ...block, [place.actionId]: value });
  }

  /** Return the value kept from an earlier drawing; else keep and return `initial`. */
  start(place, initial) {
    const kept = this.get(place);
    if (kept?.type === initial.type) return kept;
    this.set(place, initial);
    return initial;
  }

  /** Forget the blocks that are no longer drawn. */
  keepOnly(blockIds) {
    for (const id of this.#blocks.keys()) {
      if (!blockIds.has(id)) this.#blocks.delete(id);
    }
  }

  /** Return everything as `{values: {block_id: {action_id: value}}}`. */
  asState() {
    return { values: Object.fromEntries(this.#blocks) };
  }
}
