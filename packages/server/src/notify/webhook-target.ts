import type { Result } from '@ringwall/base';

export interface WebhookTargetParts {
  /** One try. @returns in words why it was not taken. */
  readonly post: (body: Buffer) => Promise<Result<undefined, string>>;
  readonly later: (ms: number, run: () => void) => void;
  readonly onSent: () => void;
  /** Given up after all tries. */
  readonly onFailed: (why: string) => void;
  /** Left out: too many wait, or nobody wants them there any more. */
  readonly onDropped: (count: number) => void;
}

interface Delivery {
  readonly body: Buffer;
  tries: number;
}

/** Deliveries that wait or are under way; what comes beyond is left out, and counted. */
const MOST_WAITING = 1_000;
const AT_ONCE = 2;
const TRIES = 5;
const FIRST_WAIT_MS = 1_000;

/** What is to go to one address. It has a queue of its own, so that an address that is dead holds up no other. */
export class WebhookTarget {
  readonly #parts: WebhookTargetParts;
  readonly #queue: Delivery[] = [];
  #underWay = 0;
  /** Of those that were not taken, how many wait for their next try. */
  #waiting = 0;
  #isOver = false;

  constructor(parts: WebhookTargetParts) {
    this.#parts = parts;
  }

  push(body: Buffer): void {
    if (this.#queue.length + this.#underWay + this.#waiting >= MOST_WAITING) return this.#parts.onDropped(1);
    this.#queue.push({ body, tries: 0 });
    this.#pump();
  }

  /** The address is not wanted any more: what waits is left out, and what is under way not tried again. */
  end(): void {
    this.#isOver = true;
    const left = this.#queue.splice(0).length;
    if (left > 0) this.#parts.onDropped(left);
  }

  #pump(): void {
    while (this.#underWay < AT_ONCE) {
      const delivery = this.#queue.shift();
      if (delivery === undefined) return;
      this.#underWay++;
      void this.#deliver(delivery).finally(() => {
        this.#underWay--;
        this.#pump();
      });
    }
  }

  async #deliver(delivery: Delivery): Promise<void> {
    delivery.tries++;
    const sent = await this.#parts.post(delivery.body);
    if (sent.ok) return this.#parts.onSent();
    if (delivery.tries >= TRIES) return this.#parts.onFailed(sent.error);
    if (this.#isOver) return this.#parts.onDropped(1);
    this.#waiting++;
    this.#parts.later(FIRST_WAIT_MS * 4 ** (delivery.tries - 1), () => {
      this.#waiting--;
      if (this.#isOver) return this.#parts.onDropped(1);
      this.#queue.push(delivery);
      this.#pump();
    });
  }
}
