/** How far everything is done, where things are begun in order and finished in any. */
export class Watermark<Position> {
  #entries: { position: Position; done: boolean }[] = [];
  #low: Position | undefined;

  /** The last position up to which everything is done; undefined: none yet. */
  get low(): Position | undefined {
    return this.#low;
  }

  /** What is done behind the last of these positions, though not everything before it is: each from behind one position up to another. */
  get ahead(): readonly { readonly after: Position; readonly upTo: Position }[] {
    return this.#entries.flatMap((entry, index) => {
      const before = this.#entries[index - 1];
      return entry.done && before ? [{ after: before.position, upTo: entry.position }] : [];
    });
  }

  /** Begins the next position; the answer is called when it is done. */
  begin(position: Position): () => void {
    const entry = { position, done: false };
    this.#entries.push(entry);
    return () => {
      entry.done = true;
      this.#advance();
    };
  }

  /** Passes a position at which there was nothing to do. */
  pass(position: Position): void {
    const last = this.#entries.at(-1);
    if (!last) this.#low = position;
    else if (last.done) last.position = position;
    else this.#entries.push({ position, done: true });
  }

  #advance(): void {
    let count = 0;
    while (this.#entries[count]?.done) count++;
    if (count === 0) return;
    this.#low = this.#entries[count - 1]?.position;
    this.#entries = this.#entries.slice(count);
  }
}
