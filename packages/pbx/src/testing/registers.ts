import assert from 'node:assert/strict';
import type { WallMs } from '@ringwall/base';
import { type Flow, parseMessage, type SipRequest } from '@ringwall/sip';
import type { ExtensionNumber } from '../snapshot/snapshot.ts';
import { applyRegister, type RegisterInput, type RegisterOutcome } from '../registrar/apply-register.ts';
import type { Binding } from '../registrar/binding.ts';

export const EXTENSION = '101' as ExtensionNumber;
export const LIMITS = { bindings: 5, minSeconds: 60, maxSeconds: 3_600, defaultSeconds: 600 };
/** When requests come, unless a test says. */
export const NOON = 1_800_000_000_000 as WallMs;

export function flowFrom(
  address: string,
  port = 5_060,
  transport: Flow['transport'] = 'udp',
  connection = 0,
): Flow {
  return { transport, local: { address: '192.0.2.1', port: 5_060 }, remote: { address, port }, connection };
}

export const HOME = flowFrom('192.0.2.7');

/** A REGISTER with these fields; Call-ID and CSeq are `call-1` and `1` unless they are among them. */
export function register(...fields: string[]): SipRequest {
  const lines = [
    'REGISTER sip:pbx.example.com SIP/2.0',
    'Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bKa',
    'From: <sip:101@pbx.example.com>;tag=a',
    'To: <sip:101@pbx.example.com>',
    ...(fields.some((field) => field.startsWith('Call-ID:')) ? [] : ['Call-ID: call-1']),
    ...(fields.some((field) => field.startsWith('CSeq:')) ? [] : ['CSeq: 1 REGISTER']),
    ...fields,
  ];
  const parsed = parseMessage(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`));
  assert.ok(parsed.ok && parsed.value.kind === 'request', JSON.stringify(parsed));
  return parsed.value;
}

/** What the registrar is given beside the request, where a test has its own. */
export type Given = Partial<Omit<RegisterInput, 'request'>>;

export function apply(request: SipRequest, given: Given = {}): ReturnType<typeof applyRegister> {
  const defaults = {
    bindings: [],
    flow: HOME,
    extension: EXTENSION,
    limits: LIMITS,
    trustedEdge: false,
    now: NOON,
  };
  return applyRegister({ ...defaults, ...given, request });
}

/** What comes of a REGISTER that must be taken. */
export function applied(request: SipRequest, given: Given = {}): RegisterOutcome {
  const result = apply(request, given);
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

/** How a REGISTER is refused that must be. */
export function refused(request: SipRequest, given: Given = {}): { code: string; status: number } {
  const result = apply(request, given);
  assert.ok(!result.ok, 'it was not refused');
  return { code: result.error.code, status: result.error.status };
}

export function contacts(bindings: readonly Binding[]): string[] {
  return bindings.map(({ contact }) => contact);
}

/** Bindings of phones a, b, c …, each with its own Call-ID, made at NOON. */
export function registered(...users: string[]): readonly Binding[] {
  let bindings: readonly Binding[] = [];
  for (const user of users) {
    const request = register(`Contact: <sip:${user}@192.0.2.7>`, `Call-ID: ${user}`, 'CSeq: 5 REGISTER');
    bindings = applied(request, { bindings }).bindings;
  }
  return bindings;
}
