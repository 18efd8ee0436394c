/** One after the other for each key, at once for different keys. A task that fails lets the next one go. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  take<Result>(key: string, task: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(key);
    const running = before ? before.then(task) : task();
    const ended: Promise<unknown> = running.then(ignore, ignore).then(() => {
      if (this.#last.get(key) === ended) this.#last.delete(key);
    });
    this.#last.set(key, ended);
    return running;
  }
}

const ignore = (): void => undefined;
