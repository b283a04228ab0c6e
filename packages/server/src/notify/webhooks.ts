import { createHmac } from 'node:crypto';
import { err, ok, type Result } from '@ringwall/base';
import type { Notification } from './notification.ts';
import type { OutwardAnswer, OutwardRequest } from './outward.ts';
import { WebhookTarget } from './webhook-target.ts';

export interface WebhooksParts {
  readonly urls: () => readonly string[];
  /** Undefined: none was made yet, so nothing could be signed. */
  readonly key: () => string | undefined;
  readonly now: () => number;
  readonly send: (request: OutwardRequest) => Promise<Result<OutwardAnswer, string>>;
  readonly later: (ms: number, run: () => void) => void;
  /** Given up after all tries. Which one it was is said by scheme and host: the rest may be a secret. */
  readonly onFailed: (why: string) => void;
  readonly onSent: () => void;
  /** Left out, because too many wait, or the address is not wanted any more. */
  readonly onDropped: (count: number) => void;
}

const TIMEOUT_MS = 10_000;
/** Nothing in the answer is of use but its status. */
const MOST_ANSWER_BYTES = 65_536;

/**
 * Sends notices to webhooks: `POST`, JSON, signed so that the receiver knows that they are ours and not old:
 * `Ringwall-Signature: t=<seconds>,v1=<hex of HMAC-SHA256(key, t + "." + body)>`.
 */
export class Webhooks {
  readonly #parts: WebhooksParts;
  /** By their address. */
  readonly #targets = new Map<string, WebhookTarget>();

  constructor(parts: WebhooksParts) {
    this.#parts = parts;
  }

  notify(notification: Notification): void {
    const body = Buffer.from(JSON.stringify(notification), 'utf8');
    const urls = this.#parts.urls();
    for (const [url, target] of this.#targets) {
      if (urls.includes(url)) continue;
      this.#targets.delete(url);
      target.end();
    }
    for (const url of urls) this.#target(url).push(body);
  }

  /** One try for each address, now. @returns in words what came of it. */
  async test(
    notification: Notification,
  ): Promise<readonly { readonly url: string; readonly failed: string }[]> {
    const body = Buffer.from(JSON.stringify(notification), 'utf8');
    return Promise.all(
      this.#parts.urls().map(async (url) => {
        const sent = await this.#post(url, body);
        return { url: new URL(url).origin, failed: sent.ok ? '' : sent.error };
      }),
    );
  }

  #target(url: string): WebhookTarget {
    const known = this.#targets.get(url);
    if (known !== undefined) return known;
    const { later, onSent, onFailed, onDropped } = this.#parts;
    const target = new WebhookTarget({
      post: (body) => this.#post(url, body),
      later,
      onSent,
      onFailed: (why) => onFailed(`${new URL(url).origin}: ${why}`),
      onDropped,
    });
    this.#targets.set(url, target);
    return target;
  }

  async #post(url: string, body: Buffer): Promise<Result<undefined, string>> {
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
