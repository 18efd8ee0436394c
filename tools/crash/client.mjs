import { setTimeout as pause } from 'node:timers/promises';
import { bearer, request } from '../system.mjs';
import { newJourney } from './journey.mjs';

/** How long a context may take to hear what a command rests on, in milliseconds, before its refusal counts. */
const patience = 30_000;
/** The same for somebody who endures that a part of the system is gone for a while. */
const longPatience = 180_000;
const askEvery = 40;
/** At most so many milliseconds between two commands: enough to be killed in the middle of, and a log that stays small. */
const longestPause = 40;

/** No answer came: the system is gone. */
export class Interrupted extends Error {}

const noAnswer = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ABORTED', 'UND_ERR_SOCKET']);

/** Others may not have heard yet of what it rests on. */
const mayChange = ({ status, body }) => status === 404 || status === 409 || status === 503 || (status === 422 && body?.errors?.some(({ code }) => code === 'unknown'));

/**
 * Somebody who takes one journey after the other through the service, without a pause. A command whose answer a crash took away
 * stays `open` and is sent again, with the same key and body: by whoever `endures` at once and until it is answered, otherwise
 * by `finish`.
 */
export class Client {
  #numbers = 0;
  #journey;
  #supporter;
  #words = [];
  /** The command that was sent and not answered. */
  open;

  constructor(name, { world, random, acknowledged, endures = false, signInAgain }) {
    this.name = name;
    this.endures = endures;
    this.signInAgain = signInAgain;
    this.world = world;
    this.random = random;
    this.acknowledged = acknowledged;
    this.#supporter = world.supporters[name % world.supporters.length];
  }

  /** Until the signal aborts or the system is gone. */
  async run(base, signal) {
    try {
      while (!signal.aborted) {
        await this.#next(base, signal);
        await pause(this.random.whole(0, longestPause));
      }
    } catch (error) {
      if (!(error instanceof Interrupted) && !signal.aborted) throw error;
    }
  }

  /** What was interrupted, and nothing new. */
  async finish(base) {
    if (this.open) await this.#send(base, new AbortController().signal);
  }

  /** The journey that is under way, once it has an id. */
  get journeyId() {
    return this.#journey?.id;
  }

  /** Names and other words that only people of this client have. */
  words() {
    return this.#words;
  }

  async #next(base, signal) {
    this.open ??= this.#command();
    await this.#send(base, signal);
  }

  #command() {
    if (!this.#journey || this.#journey.step === this.#journey.steps.length) {
      this.#journey = newJourney((this.#numbers += 1), this.random, this.world, this.#supporter);
      const { name, reason } = this.#journey.person;
      this.#words.push(...name.split(' '), reason, 'Oakenshield', 'Farrowmere', 'Lindqvist');
    }
    const journey = this.#journey;
    const { name, path, body, by } = journey.steps[journey.step];
    journey.isErased ||= name === 'erase-person';
    return {
      name,
      journey,
      key: `crash-${this.name}-${journey.number}-${journey.step}`,
      path: path(journey),
      body: body(journey),
      by: by === 'supporter' ? journey.supporter : this.world[by],
      sentOften: 0,
    };
  }

  async #send(base, signal) {
    const command = this.open;
    const journey = this.#journey;
    for (const began = performance.now(); ; await pause(askEvery)) {
      // What has not been sent yet need not be; what was sent is asked again until it is answered.
      if (signal.aborted && command.sentOften === 0) return;
      const answer = this.endures ? await this.#insist(base, command, began) : await post(base, command);
      if (answer === undefined) continue;
      if (answer.status < 300) {
        this.acknowledged.push({ ...command, answer });
        journey.steps[journey.step].then?.(journey, answer.body);
        journey.step += 1;
        this.open = undefined;
        return;
      }
      if (answer.body?.rule === 'undecided-duplicate') {
        // Two people who look alike are for a coordinator to tell apart: this one is left to them.
        this.#journey = undefined;
        this.open = undefined;
        return;
      }
      if (!mayChange(answer) || performance.now() - began > (this.endures ? longPatience : patience)) {
        const fields = (answer.body?.errors ?? []).map(({ path, code }) => `${path} ${code}`).join(', ');
        throw new Error(`${command.name} was answered with ${answer.status} ${answer.body?.rule ?? answer.body?.code ?? ''} ${fields}`.trim());
      }
      // A refusal wrote nothing: whatever follows is the first time. Who answered 503 may have been another than who did it.
      if (!this.endures || answer.status !== 503) command.sentOften = 0;
      // What stopped between two streams was undone after the restart: they are introduced anew.
      if (answer.body?.rule === 'introduction-abandoned') command.key += '-anew';
    }
  }

  /** The answer; undefined where it has to be asked again: none came, or a token had run out. */
  async #insist(base, command, began) {
    try {
      const answer = await post(base, command);
      if (answer.status !== 401) return answer;
      await this.signInAgain(command.by);
    } catch (error) {
      if (!(error instanceof Interrupted) && error.code !== 'TIMEOUT' && error.status !== 503) throw error;
      if (performance.now() - began > longPatience) throw new Error(`${command.name} was not answered in ${longPatience / 1000} s`, { cause: error });
    }
    return undefined;
  }
}

/** Sends a command with its key. Throws `Interrupted` where no answer came. */
export async function post(base, command) {
  command.sentOften += 1;
  try {
    return await request(`${base}${command.path}`, {
      method: 'POST',
      headers: { ...bearer(command.by.token), 'idempotency-key': command.key },
      body: command.body,
    });
  } catch (error) {
    if (noAnswer.has(error.code)) throw new Interrupted();
    throw error;
  }
}
