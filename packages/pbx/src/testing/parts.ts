import type { MonotonicMs, Random, WallMs } from '@ringwall/base';
import { parseCidr } from '@ringwall/base';
import { CallerBlacklist, DEFAULT_GUARD_POLICY, indexInbound } from '@ringwall/policy';
import {
  type Flow,
  parseMessage,
  type SipRequest,
  type SipResponse,
  STREAM_LIMITS,
  type TransactionId,
  type Transport,
} from '@ringwall/sip';
import type { StepContext } from '../call/inputs.ts';
import type { Leg } from '../call/leg.ts';
import { newCallerLeg } from '../call/new-leg.ts';
import { inside } from '../call/party.ts';
import type { Binding } from '../registrar/binding.ts';
import { NO_CODES } from '../snapshot/codes.ts';
import { DEFAULT_CALLING_RIGHTS, NO_DIALLING } from '../snapshot/dialling.ts';
import type { Extension, ExtensionNumber, PbxSettings, Snapshot } from '../snapshot/snapshot.ts';

/** Parts that unit tests are made from. */

export const SETTINGS: PbxSettings = {
  realm: 'pbx',
  domains: ['pbx.example.com'],
  answerToAddresses: true,
  addressNetworks: [],
  lanNetworks: networks('10.0.0.0/8'),
  publicAddress: '203.0.113.1',
  mediaNetworks: [],
  bindingsPerExtension: 5,
  minExpiresSeconds: 60,
  maxExpiresSeconds: 3_600,
  trustedEdges: [],
  keepAliveSeconds: 25,
  ringTimeoutSeconds: 60,
  maxCallSeconds: 14_400,
  sessionExpiresSeconds: 1_800,
  minSessionExpiresSeconds: 90,
  callsAtOnce: 100,
  callsPerExtension: 10,
  allowShortSrtpTag: false,
  guard: DEFAULT_GUARD_POLICY,
  canaries: [],
};

export function networks(...texts: readonly string[]) {
  return texts.flatMap((text) => {
    const parsed = parseCidr(text);
    return parsed.ok ? [parsed.value] : [];
  });
}

/** Counts up: different bytes each time, the same in each run. */
export function countingRandom(): Random {
  let next = 0;
  return { bytes: (count) => Uint8Array.from({ length: count }, () => next++ & 0xff) };
}

export function stepContext(changes: Partial<PbxSettings> = {}): StepContext {
  return {
    now: 1_000 as MonotonicMs,
    wall: 1_800_000_000_000 as WallMs,
    random: countingRandom(),
    settings: { ...SETTINGS, ...changes },
  };
}

export function extensionOf(number: string, changes: Partial<Extension> = {}): Extension {
  return {
    number: number as ExtensionNumber,
    name: `Phone ${number}`,
    authId: `auth${number}`,
    ha1: { md5: '0'.repeat(32), sha256: '0'.repeat(64) },
    enabled: true,
    lanOnly: false,
    secureTransportOnly: false,
    rtpMode: undefined,
    calling: DEFAULT_CALLING_RIGHTS,
    ...changes,
  };
}

export function snapshotOf(extensions: readonly Extension[], changes: Partial<PbxSettings> = {}): Snapshot {
  return {
    trunks: new Map(),
    dialling: NO_DIALLING,
    codes: NO_CODES,
    inbound: indexInbound([]),
    ringGroups: new Map(),
    callerBlacklist: new CallerBlacklist([]),
    version: 1,
    settings: { ...SETTINGS, ...changes },
    extensions: new Map(extensions.map((each) => [each.number, each])),
    byAuthId: new Map(extensions.map((each) => [each.authId, each])),
  };
}

export function flowFrom(address = '10.0.0.9', transport: Transport = 'udp', port = 5_060): Flow {
  return {
    transport,
    local: { address: '10.0.0.1', port: 5_060 },
    remote: { address, port },
    connection: transport === 'udp' ? 0 : 1,
  };
}

export function request(
  method: string,
  more: readonly string[] = [],
  uri = 'sip:102@pbx.example.com',
): SipRequest {
  const lines = [
    `${method} ${uri} SIP/2.0`,
    'Via: SIP/2.0/UDP 10.0.0.9;branch=z9hG4bKtest',
    'From: <sip:101@pbx.example.com>;tag=theirs',
    'To: <sip:102@pbx.example.com>',
    'Call-ID: call',
    `CSeq: 1 ${method}`,
    'Contact: <sip:101@10.0.0.9>',
    'Max-Forwards: 70',
    ...more,
    'Content-Length: 0',
    '',
    '',
  ];
  const parsed = parseMessage(new TextEncoder().encode(lines.join('\r\n')), STREAM_LIMITS);
  if (!parsed.ok || parsed.value.kind !== 'request') throw new Error('not a request');
  return parsed.value;
}

/** A response to an INVITE of ours. */
export function response(status: number, more: readonly string[] = []): SipResponse {
  const lines = [
    `SIP/2.0 ${status} Whatever`,
    'Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKours',
    'From: <sip:102@pbx.example.com>;tag=ours',
    'To: <sip:101@pbx.example.com>;tag=theirs',
    'Call-ID: call',
    'CSeq: 1 INVITE',
    ...more,
    'Content-Length: 0',
    '',
    '',
  ];
  const parsed = parseMessage(new TextEncoder().encode(lines.join('\r\n')), STREAM_LIMITS);
  if (!parsed.ok || parsed.value.kind !== 'response') throw new Error('not a response');
  return parsed.value;
}

export function bindingOf(number: string, flow: Flow, changes: Partial<Binding> = {}): Binding {
  const contact = `sip:${number}@${flow.remote.address}:${flow.remote.port}`;
  return {
    extension: number as ExtensionNumber,
    contact,
    key: contact,
    instanceId: undefined,
    regId: undefined,
    flow,
    path: [],
    callId: 'r',
    cseq: 1,
    userAgent: '',
    registeredAt: 1_800_000_000_000 as WallMs,
    expiresAt: 1_800_000_600_000 as WallMs,
    behindNat: false,
    ...changes,
  };
}

/** A caller's leg with ports. */
export function openLeg(
  context: StepContext,
  transport: Transport = 'udp',
  extension = extensionOf('101'),
): Leg {
  const flow = flowFrom('10.0.0.9', transport);
  const leg = newCallerLeg(context, inside(extension), request('INVITE'), 's1' as TransactionId, flow);
  leg.media.ports = { rtp: 20_000, rtcp: 20_001 };
  leg.relay = 'open';
  return leg;
}
