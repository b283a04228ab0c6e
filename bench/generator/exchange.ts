import type { LocalSocket } from './sockets.ts';

const SLOTS = 1 << 18;
const MARK = 'branch=z9hG4bKrw';

interface Pending<State> {
  readonly number: number;
  readonly state: State;
  sentAt: number;
}

/**
 * Requests under way, found again by the number in their branch. Nothing is sent twice: what is not answered within
 * the time limit is lost, which is what is counted.
 */
export class Exchange<State> {
  readonly #slots: (Pending<State> | undefined)[] = Array.from({ length: SLOTS });
  #number = 0;

  /** The next branch, to be written into the Via of the request that `state` belongs to. */
  begin(state: State): string {
    const number = this.#number++;
    this.#slots[number % SLOTS] = { number, state, sentAt: performance.now() };
    return `z9hG4bKrw${number}`;
  }

  /** What a response belongs to; the request stays open when the response is provisional. */
  settle(response: string): { readonly state: State; readonly tookMs: number } | undefined {
    const at = response.indexOf(MARK);
    if (at < 0) return undefined;
    const number = Number.parseInt(response.slice(at + MARK.length, at + MARK.length + 12), 10);
    const pending = this.#slots[number % SLOTS];
    if (pending?.number !== number) return undefined;
    if (response.charCodeAt(8) !== 0x31) this.#slots[number % SLOTS] = undefined;
    return { state: pending.state, tookMs: performance.now() - pending.sentAt };
  }
}

export interface Target {
  readonly address: string;
  readonly port: number;
}

export function sendText(from: LocalSocket, text: string, to: Target): void {
  from.socket.send(Buffer.from(text, 'latin1'), to.port, to.address);
}

/** The status of a response, or 0 of a request. */
export function statusOf(text: string): number {
  return text.startsWith('SIP/2.0 ') ? Number.parseInt(text.slice(8, 11), 10) : 0;
}
