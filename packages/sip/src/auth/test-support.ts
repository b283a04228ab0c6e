import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import type { MonotonicMs, Random } from '@ringwall/base';
import fc from 'fast-check';
import type { Flow, Transport } from '../flow.ts';
import type { SipRequest } from '../message.ts';
import { parseMessage } from '../wire/parse-message.ts';
import { makeHa1 } from './algorithm.ts';
import { answerChallenge, type AnswerOptions } from './answer-challenge.ts';
import { challenge } from './challenge.ts';
import { checkDigest, type Credential, type DigestCheck, type DigestVerdict } from './check-digest.ts';
import { NONCE_TIMES, NonceKeys, type NonceTimes } from './nonce-keys.ts';
import { NonceUses } from './nonce-uses.ts';

export const REALM = 'pbx.example.com';
export const PASSWORD = 'correct horse 1';
/** An instant that is no round number, as a real clock gives. */
export const START = 86_400_123.5 as MonotonicMs;

/** Any characters, also those that are none by themselves. */
export const anyText: fc.Arbitrary<string> = fc
  .uint16Array({ maxLength: 60 })
  .map((units) => String.fromCharCode(...units));

/** The same bytes for the same seed. */
export function seeded(seed = 'seed'): Random & { draws: number } {
  let block = 0;
  return {
    draws: 0,
    bytes(count: number): Uint8Array {
      this.draws++;
      const parts: Buffer[] = [];
      for (let got = 0; got < count; got += 32) parts.push(hash('sha256', `${seed}:${block++}`, 'buffer'));
      return Buffer.concat(parts).subarray(0, count);
    },
  };
}

export function flowFrom(address = '192.0.2.7', port = 5_060, transport: Transport = 'udp'): Flow {
  return {
    transport,
    local: { address: '192.0.2.1', port: 5_060 },
    remote: { address, port },
    connection: 0,
  };
}

export function requestWith(method: string, uri: string, ...fields: string[]): SipRequest {
  const lines = [
    `${method} ${uri} SIP/2.0`,
    'Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bKa',
    'From: <sip:101@pbx.example.com>;tag=a',
    'To: <sip:101@pbx.example.com>',
    'Call-ID: a',
    `CSeq: 1 ${method}`,
    ...fields,
  ];
  const parsed = parseMessage(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`));
  assert.ok(parsed.ok && parsed.value.kind === 'request', JSON.stringify(parsed));
  return parsed.value;
}

export function account(authId: string, password = PASSWORD): Credential {
  return {
    authId,
    ha1: { md5: makeHa1('md5', authId, REALM, password), sha256: makeHa1('sha256', authId, REALM, password) },
  };
}

/** A server with the accounts `alice` and `bob`, and a clock that a test moves by hand. */
export class Server {
  now: MonotonicMs = START;
  flow: Flow = flowFrom();
  lookups: string[] = [];
  readonly keys: NonceKeys;
  readonly uses: NonceUses;
  readonly #accounts = new Map(['alice', 'bob'].map((authId) => [authId, account(authId)]));

  constructor(
    options: { readonly times?: NonceTimes; readonly tableLimit?: number; readonly seed?: string } = {},
  ) {
    this.keys = new NonceKeys(seeded(options.seed), START, options.times ?? NONCE_TIMES);
    this.uses = new NonceUses(this.keys.times, options.tableLimit);
  }

  wait(ms: number): void {
    this.now = (this.now + ms) as MonotonicMs;
  }

  challenges(userAgent?: string): readonly string[] {
    return challenge({
      keys: this.keys,
      flow: this.flow,
      realm: REALM,
      userAgent,
      stale: false,
      now: this.now,
    });
  }

  check(request: SipRequest, more: Partial<DigestCheck> = {}): DigestVerdict {
    const { flow, keys, uses, now } = this;
    const lookup = (authId: string) => {
      this.lookups.push(authId);
      return this.#accounts.get(authId);
    };
    return checkDigest({ request, flow, realm: REALM, keys, uses, lookup, dummyKey: 'dummy', now, ...more });
  }

  /** Checks a REGISTER that answers `challenges`. */
  login(challenges: readonly string[], answer: Partial<AnswerOptions> = {}): DigestVerdict {
    const uri = answer.uri ?? 'sip:pbx.example.com';
    return this.check(requestWith('REGISTER', uri, `Authorization: ${answerTo(challenges, answer)}`));
  }
}

/** The value of Authorization that alice would write. */
export function answerTo(challenges: readonly string[], answer: Partial<AnswerOptions> = {}): string {
  const answered = answerChallenge({
    challenges,
    method: 'REGISTER',
    uri: 'sip:pbx.example.com',
    username: 'alice',
    password: PASSWORD,
    cnonce: '0a4f113b',
    nc: 1,
    ...answer,
  });
  assert.ok(answered.ok, JSON.stringify(answered));
  return answered.value.authorization;
}
