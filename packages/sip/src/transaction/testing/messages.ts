import { assert, type MonotonicMs, type Random } from '@ringwall/base';
import { respondTo } from '../../compose/respond-to.ts';
import type { Flow, Transport } from '../../flow.ts';
import { Headers } from '../../headers.ts';
import {
  NO_BODY,
  type RequestDraft,
  type ResponseDraft,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from '../../message.ts';
import { parseMessage } from '../../wire/parse-message.ts';

export const at = (ms: number): MonotonicMs => ms as MonotonicMs;

/** Chance that is the same for the same seed: xorshift32. */
export class SeededRandom implements Random {
  #state: number;

  constructor(seed: number) {
    this.#state = (Math.imul(seed, 2_654_435_761) ^ 0x9e3779b9) >>> 0 || 1;
    this.bytes(8);
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.#next() >>> 24);
  }

  /** From 0 to, but not including, 1. */
  fraction(): number {
    return this.#next() / 2 ** 32;
  }

  #next(): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    this.#state >>>= 0;
    return this.#state;
  }
}

/** A flow as the PBX at 192.0.2.1 sees it. */
export function flowFrom(address = '192.0.2.99', transport: Transport = 'udp', port = 5_060): Flow {
  const connection = transport === 'udp' ? 0 : port;
  return {
    transport,
    local: { address: '192.0.2.1', port: 5_060 },
    remote: { address, port },
    connection,
  };
}

export function read(bytes: Uint8Array): SipMessage {
  const parsed = parseMessage(bytes);
  assert(parsed.ok, `a test message that does not parse: ${parsed.ok ? '' : parsed.error.text}`);
  return parsed.value;
}

export function readRequest(bytes: Uint8Array): SipRequest {
  const message = read(bytes);
  assert(message.kind === 'request', 'a response where a test wants a request');
  return message;
}

export function readResponse(bytes: Uint8Array): SipResponse {
  const message = read(bytes);
  assert(message.kind === 'response', 'a request where a test wants a response');
  return message;
}

export interface RequestParts {
  readonly method?: string;
  readonly uri?: string;
  /** The whole Via. */
  readonly via?: string;
  readonly branch?: string;
  readonly fromTag?: string;
  readonly toTag?: string;
  readonly callId?: string;
  readonly cseq?: number;
  /** Lines. */
  readonly more?: readonly string[];
  readonly body?: string;
}

/** A request from a phone, as it came in. */
export function request(parts: RequestParts = {}): SipRequest {
  const { method = 'INVITE', uri = 'sip:102@pbx.example', branch = 'z9hG4bKone', body = '' } = parts;
  return readRequest(
    Buffer.from(
      [
        `${method} ${uri} SIP/2.0`,
        `Via: ${parts.via ?? `SIP/2.0/UDP 192.0.2.99:5060;branch=${branch};rport`}`,
        `From: "Anna" <sip:101@pbx.example>;tag=${parts.fromTag ?? 'anna'}`,
        `To: <sip:102@pbx.example>${parts.toTag === undefined ? '' : `;tag=${parts.toTag}`}`,
        `Call-ID: ${parts.callId ?? 'call-one'}`,
        `CSeq: ${parts.cseq ?? 1} ${method}`,
        ...(parts.more ?? []),
        `Content-Length: ${Buffer.byteLength(body)}`,
        '',
        body,
      ].join('\r\n'),
    ),
  );
}

/** What the PBX answers to it. */
export function answer(to: SipRequest, status: number, toTag = 'bob'): ResponseDraft {
  return respondTo(to, status, status === 100 ? {} : { toTag });
}

/** A request that the PBX makes. */
export function draft(method = 'INVITE', cseq = 1, more?: Headers): RequestDraft {
  const headers = new Headers()
    .append('max-forwards', '70')
    .append('from', '<sip:101@pbx.example>;tag=pbx')
    .append('to', '<sip:102@192.0.2.99>')
    .append('call-id', 'call-two')
    .append('cseq', `${cseq} ${method}`);
  if (more !== undefined) headers.appendAll(more);
  return { method, uri: 'sip:102@192.0.2.99:5060', headers, body: NO_BODY };
}
