import { createHmac } from 'node:crypto';
import { err, ok, type Result } from '@ringwall/base';
import type { Notification } from './notification.ts';
import type { OutwardAnswer, OutwardRequest } from './outward.ts';

export interface WebhooksParts {
  readonly urls: () => readonly string[];
  /** Undefined: none was made yet, so nothing could be signed. */
  readonly key: () => string | undefined;
  readonly now: () => number;
  readonly send: (request: OutwardRequest) => Promise<Result<OutwardAnswer, string>>;
  readonly later: (ms: number, run: () => void) => void;
  /** Given up after all tries. */
  readonly onFailed: (why: string) => void;
  readonly onSent: () => void;
  /** Left out, because too many wait. */
  readonly onDropped: (count: number) => void;
}

interface Delivery {
  readonly url: string;
  readonly body: Buffer;
  tries: number;
}

/** Deliveries that wait or are under way; what comes beyond is left out, and counted. */
const MOST_WAITING = 1_000;
const AT_ONCE = 4;
const TRIES = 5;
const FIRST_WAIT_MS = 1_000;
const TIMEOUT_MS = 10_000;
/** Nothing in the answer is of use but its status. */
const MOST_ANSWER_BYTES = 65_536;

/**
 * Sends notices to webhooks: `POST`, JSON, signed so that the receiver knows that they are ours and not old:
 * `Ringwall-Signature: t=<seconds>,v1=<hex of HMAC-SHA256(key, t + "." + body)>`.
 */
export class Webhooks {
  readonly #parts: WebhooksParts;
  readonly #queue: Delivery[] = [];
  #underWay = 0;
  #waiting = 0;

  constructor(parts: WebhooksParts) {
    this.#parts = parts;
  }

  notify(notification: Notification): void {
    const body = Buffer.from(JSON.stringify(notification), 'utf8');
    for (const url of this.#parts.urls()) {
      if (this.#queue.length + this.#underWay + this.#waiting >= MOST_WAITING) this.#parts.onDropped(1);
      else this.#queue.push({ url, body, tries: 0 });
    }
    this.#pump();
  }

  /** One try for each address, now. @returns in words what came of it. */
  async test(
    notification: Notification,
  ): Promise<readonly { readonly url: string; readonly failed: string }[]> {
    const body = Buffer.from(JSON.stringify(notification), 'utf8');
    return Promise.all(
      this.#parts.urls().map(async (url) => {
        const sent = await this.#post({ url, body, tries: 0 });
        return { url: new URL(url).origin, failed: sent.ok ? '' : sent.error };
      }),
    );
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
    const sent = await this.#post(delivery);
    if (sent.ok) return this.#parts.onSent();
    if (delivery.tries >= TRIES) return this.#parts.onFailed(sent.error);
    this.#waiting++;
    this.#parts.later(FIRST_WAIT_MS * 4 ** (delivery.tries - 1), () => {
      this.#waiting--;
      this.#queue.push(delivery);
      this.#pump();
    });
  }

  async #post({ url, body }: Delivery): Promise<Result<undefined, string>> {
    const key = this.#parts.key();
    if (key === undefined)
      return err('There is no key to sign with: make one with ringwall notify webhook-key');
    const answer = await this.#parts.send({
      url,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'ringwall-signature': signature(key, Math.floor(this.#parts.now() / 1_000), body),
      },
      body,
      mostBytes: MOST_ANSWER_BYTES,
      timeoutMs: TIMEOUT_MS,
    });
    if (!answer.ok) return answer;
    const { status } = answer.value;
    return status >= 200 && status < 300 ? ok(undefined) : err(`It answers ${status}`);
  }
}

/** @param seconds since 1970: who checks refuses what is older than a few minutes. */
export function signature(key: string, seconds: number, body: Buffer): string {
  const code = createHmac('sha256', key).update(`${seconds}.`).update(body).digest('hex');
  return `t=${seconds},v1=${code}`;
}
