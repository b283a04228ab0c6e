import { assert, parseCidr, type WallMs } from '@ringwall/base';
import { DEFAULT_CALLING_RIGHTS } from '@ringwall/pbx';
import type {
  Binding,
  CallId,
  CallRecord,
  ExtensionNumber,
  SecurityEvent,
  StoredExtension,
} from '@ringwall/pbx';
import type { ListEntry } from '@ringwall/policy';

// Things to store, for the tests of this package.

const NOW = 1_800_000_000_000 as WallMs;

export function anExtension(number: string, changes: Partial<StoredExtension> = {}): StoredExtension {
  return {
    number: number as ExtensionNumber,
    name: `Phone ${number}`,
    authId: `auth-${number}`,
    sealedHa1: Uint8Array.from({ length: 77 }, (_, i) => (i * 31 + Number(number)) & 0xff),
    enabled: true,
    lanOnly: false,
    secureTransportOnly: false,
    rtpMode: undefined,
    calling: DEFAULT_CALLING_RIGHTS,
    createdAt: NOW,
    ...changes,
  };
}

export function aBinding(extension: string, key: string, changes: Partial<Binding> = {}): Binding {
  return {
    extension: extension as ExtensionNumber,
    contact: `sip:${extension}@192.0.2.10:5062;transport=udp`,
    key,
    instanceId: `<urn:uuid:00000000-0000-1000-8000-${key}>`,
    regId: 1,
    flow: {
      transport: 'udp',
      local: { address: '192.0.2.1', port: 5060 },
      remote: { address: '192.0.2.10', port: 5062 },
      connection: 0,
    },
    path: ['<sip:edge.example.com;lr>', '<sip:edge2.example.com;lr>'],
    callId: `reg-${key}@192.0.2.10`,
    cseq: 4_294_967_295,
    userAgent: 'Desk phone 1.0',
    registeredAt: NOW,
    expiresAt: (NOW + 3_600_000) as WallMs,
    behindNat: false,
    ...changes,
  };
}

export function aCallRecord(id: string, changes: Partial<CallRecord> = {}): CallRecord {
  const statistics = {
    packetsReceived: 1_500,
    packetsSent: 1_498,
    bytesReceived: 258_000,
    bytesSent: 257_656,
    packetsLost: 2,
    jitterMs: 0.75,
    dropped: {
      source: 3,
      malformed: 0,
      'payload-type': 0,
      authentication: 1,
      replay: 0,
      hold: 0,
      unjoined: 0,
      'no-target': 0,
    },
  };
  return {
    id: id as CallId,
    caller: '101' as ExtensionNumber,
    callerAddress: '192.0.2.10',
    dialled: '102',
    answeredBy: '102' as ExtensionNumber,
    startedAt: NOW,
    answeredAt: (NOW + 3_000) as WallMs,
    endedAt: (NOW + 33_000) as WallMs,
    outcome: 'answered',
    endedBy: 'caller',
    reason: 'The caller hung up.',
    status: 200,
    legs: [
      {
        role: 'caller',
        extension: '101' as ExtensionNumber,
        outside: undefined,
        transport: 'tls',
        address: '192.0.2.10',
        startedAt: NOW,
        answeredAt: (NOW + 3_000) as WallMs,
        endedAt: (NOW + 33_000) as WallMs,
        status: undefined,
        codec: 'PCMA',
        srtpSuite: 'AES_CM_128_HMAC_SHA1_80',
        statistics,
      },
      {
        role: 'callee',
        extension: undefined,
        outside: { trunk: 'acme', number: '+442079460123', name: 'Bob' },
        transport: 'udp',
        address: '198.51.100.1',
        startedAt: NOW,
        answeredAt: undefined,
        endedAt: (NOW + 2_000) as WallMs,
        status: 486,
        codec: 'PCMA',
        srtpSuite: undefined,
        statistics,
      },
    ],
    because: [
      { rule: 'country-allowed', verdict: 'allow', text: '+442079460123 belongs to GB, which is allowed' },
    ],
    asked: [
      {
        by: '101' as ExtensionNumber,
        cause: 'dialled',
        from: 'extension',
        dialled: '02079460123',
        isCut: false,
        at: NOW,
        verdict: 'allow',
        rule: 'country-allowed',
        number: '+442079460123',
      },
    ],
    transfers: [
      { by: '102', how: 'blind', to: '104', at: NOW, failed: '486 Busy Here', joined: undefined },
      { by: '102', how: 'attended', to: '', at: NOW, failed: undefined, joined: 'other' as CallId },
    ],
    redirections: [
      { by: '102', to: '103', refused: undefined },
      { by: '103', to: '999', refused: 'Nobody has this number' },
    ],
    ...changes,
  };
}

/** A ban of the guard's own. */
export function aGuardEntry(network: string, changes: Partial<ListEntry> = {}): ListEntry {
  const read = parseCidr(network);
  assert(read.ok, `${network} is no network`);
  return {
    network: read.value,
    action: 'block',
    description: 'Too many wrong passwords or broken messages',
    origin: 'automatic',
    addedBy: 'guard',
    addedAt: NOW,
    expiresAt: (NOW + 86_400_000) as WallMs,
    times: 1,
    evidence: [{ at: NOW, rule: 'wrong-digest', seen: 'A wrong password for "105"' }],
    ...changes,
  };
}

export function aSecurityEvent(changes: Partial<SecurityEvent> = {}): SecurityEvent {
  return {
    at: NOW,
    kind: 'ban',
    source: '192.0.2.7',
    rule: 'failed-authentication',
    text: '192.0.2.7 was blacklisted',
    isForgeable: false,
    ...changes,
  };
}
