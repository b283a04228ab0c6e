import { type MonotonicMs, type Random, randomHex } from '@ringwall/base';
import { challenge, checkDigest, type Flow, NonceKeys, NonceUses, type SipRequest } from '@ringwall/sip';
import type { Extension, Snapshot } from '../snapshot/snapshot.ts';

/** Who stands at the door. */
export type Entrance =
  | { readonly kind: 'admitted'; readonly extension: Extension }
  /** Nothing is known of the sender. */
  | { readonly kind: 'challenge'; readonly challenges: readonly string[] }
  /** Somebody who receives what we send to this address gave a wrong answer. He is told nothing else. */
  | { readonly kind: 'refused'; readonly authId: string; readonly challenges: readonly string[] };

/** Asks who it is. What an extension may do is not asked here, so a stranger cannot learn it. */
export class Door {
  readonly #keys: NonceKeys;
  readonly #uses: NonceUses;
  readonly #dummyKey: string;
  #decoysOf: Snapshot['byAuthId'] | undefined;
  #decoys: readonly Extension[] = [];

  constructor(random: Random, now: MonotonicMs, nonceUses?: number) {
    this.#keys = new NonceKeys(random, now);
    this.#uses = new NonceUses(this.#keys.times, nonceUses);
    this.#dummyKey = randomHex(random, 32);
  }

  /** @param mayTry may a password be tried for this account now? Asked of accounts that nobody has as well. */
  admit(
    request: SipRequest,
    flow: Flow,
    snapshot: Snapshot,
    now: MonotonicMs,
    mayTry: (account: string) => boolean = () => true,
  ): Entrance {
    const { realm } = snapshot.settings;
    const verdict = checkDigest({
      request,
      flow,
      realm,
      now,
      keys: this.#keys,
      uses: this.#uses,
      dummyKey: this.#dummyKey,
      mayTry,
      decoys: this.#decoysFrom(snapshot),
      lookup: (authId) => snapshot.byAuthId.get(authId),
    });
    if (verdict.kind === 'authenticated') {
      const extension = snapshot.byAuthId.get(verdict.authId);
      if (extension !== undefined) return { kind: 'admitted', extension };
    }
    const challenges = challenge({
      flow,
      realm,
      now,
      keys: this.#keys,
      userAgent: request.headers.get('user-agent'),
      stale: verdict.kind === 'challenge' && verdict.stale,
    });
    return verdict.kind === 'refused'
      ? { kind: 'refused', authId: verdict.authId, challenges }
      : { kind: 'challenge', challenges };
  }

  /** What an unknown name is compared with, so that it costs what a known one does. One list per configuration. */
  #decoysFrom({ byAuthId }: Snapshot): readonly Extension[] {
    if (this.#decoysOf !== byAuthId) {
      this.#decoysOf = byAuthId;
      this.#decoys = [...byAuthId.values()];
    }
    return this.#decoys;
  }
}
