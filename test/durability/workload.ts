import { hash } from 'node:crypto';
import type { WallMs } from '@ringwall/base';
import { DEFAULT_CALLING_RIGHTS } from '@ringwall/pbx';
import type {
  Binding,
  CallId,
  CallRecord,
  ExtensionNumber,
  GuardEntryChange,
  SecurityEvent,
  Store,
  StoredExtension,
} from '@ringwall/pbx';

/** One change of a store. Some are refused (an extension that is there already): then nothing changes. */
export type Change = (store: Store) => Promise<unknown>;

/** Call records older than so many changes are removed now and then, so that all that is left can be read. */
const RECORDS_KEPT_CHANGES = 200;

/** The `index`th change of a run with this seed: always the same, so that it can be made again on a twin. */
export function changeAt(seed: number, index: number): Change {
  const draw = dice(seed, index);
  const number = String(100 + draw(12)) as ExtensionNumber;
  const at = (seed * 1_000_000 + index) as WallMs;
  switch (draw(16)) {
    case 0:
    case 1:
      return (store) => store.addExtension(extension(number, draw, at));
    case 2:
      return (store) => store.removeExtension(number);
    case 3:
    case 4:
      return (store) => store.changeExtension(number, { name: `Name ${draw(1e6)}`, enabled: draw(2) === 0 });
    case 5:
    case 6:
      return (store) => store.saveSetting(`setting-${draw(6)}`, JSON.stringify(draw(1e6)));
    case 7:
      return (store) => store.saveSetting(`setting-${draw(6)}`, undefined);
    case 8:
    case 9:
      return (store) => store.saveBindings(bindingChanges(draw, at));
    case 10:
      return (store) => store.addCallRecords(callRecords(seed, index, 1 + draw(5), at));
    case 11:
    case 12:
      return (store) => store.changeGuardEntries(guardChanges(draw, at));
    case 13:
      return (store) => store.addSecurityEvents(securityEvents(draw, at));
    case 14:
      return (store) => store.removeSecurityEventsBefore((at - RECORDS_KEPT_CHANGES) as WallMs);
    default:
      return (store) => store.removeCallRecordsBefore((at - RECORDS_KEPT_CHANGES) as WallMs);
  }
}

/** Everything that a store holds, to be compared whole. */
export async function contentOf(store: Store): Promise<unknown> {
  const [version, extensions, settings, bindings, records, guardEntries, securityEvents] = await Promise.all([
    store.configurationVersion(),
    store.extensions(),
    store.settings(),
    store.bindings(0 as WallMs),
    store.callRecords({ limit: 1_000 }),
    store.guardEntries(),
    store.securityEvents({ limit: 1_000 }),
  ]);
  return {
    version,
    extensions,
    settings: [...settings].toSorted(([a], [b]) => (a < b ? -1 : 1)),
    bindings,
    records,
    guardEntries: guardEntries
      .map((entry) => ({ ...entry, network: String(entry.network.bits) }))
      .toSorted((a, b) => (a.network + a.action < b.network + b.action ? -1 : 1)),
    securityEvents,
  };
}

/** The same of it for the same content, whatever the store is made of. */
export async function digestOf(store: Store): Promise<string> {
  return hash('sha256', JSON.stringify(await contentOf(store), inOrder));
}

/** Stores may put the fields of a thing in different orders. */
function inOrder(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

type Draw = (below: number) => number;

/** A small generator (splitmix32), begun anew for each change. */
function dice(seed: number, index: number): Draw {
  let state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(index, 0x85ebca6b)) >>> 0;
  return (below) => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) % below;
  };
}

function extension(number: ExtensionNumber, draw: Draw, at: WallMs): StoredExtension {
  return {
    number,
    name: `Phone ${number}`,
    authId: `auth-${number}-${draw(1e6)}`,
    sealedHa1: Uint8Array.from({ length: 77 }, () => draw(256)),
    enabled: true,
    lanOnly: draw(2) === 0,
    secureTransportOnly: false,
    rtpMode: undefined,
    calling: DEFAULT_CALLING_RIGHTS,
    createdAt: at,
  };
}

/** Several extensions with several bindings each, all marked with the same instant: there together or not at all. */
function bindingChanges(draw: Draw, at: WallMs): ReadonlyMap<ExtensionNumber, readonly Binding[]> {
  const changes = new Map<ExtensionNumber, readonly Binding[]>();
  for (let number = 100 + draw(4); number < 112; number += 3) {
    const extension = String(number) as ExtensionNumber;
    changes.set(
      extension,
      Array.from({ length: draw(4) }, (_, i) => binding(extension, `phone-${i}`, at)),
    );
  }
  return changes;
}

function binding(extension: ExtensionNumber, key: string, at: WallMs): Binding {
  return {
    extension,
    contact: `sip:${extension}@192.0.2.10:5062`,
    key,
    instanceId: undefined,
    regId: undefined,
    flow: {
      transport: 'udp',
      local: { address: '192.0.2.1', port: 5060 },
      remote: { address: '192.0.2.10', port: 5062 },
      connection: 0,
    },
    path: [],
    callId: `${key}@192.0.2.10`,
    cseq: 1,
    userAgent: 'Desk phone 1.0',
    registeredAt: at,
    expiresAt: (at + 3_600_000) as WallMs,
    behindNat: true,
  };
}

function callRecords(seed: number, index: number, count: number, at: WallMs): readonly CallRecord[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `call-${seed}-${index}-${i}` as CallId,
    caller: '101' as ExtensionNumber,
    callerAddress: '192.0.2.10',
    dialled: '102',
    answeredBy: undefined,
    startedAt: at,
    answeredAt: undefined,
    endedAt: (at + 1) as WallMs,
    outcome: 'no-answer',
    endedBy: 'system',
    reason: 'Nobody answered.',
    status: 408,
    legs: [],
    redirections: [],
    asked: [],
    transfers: [],
    because: [],
  }));
}

/** Several entries, all marked with the same instant: there together or not at all. */
function guardChanges(draw: Draw, at: WallMs): readonly GuardEntryChange[] {
  return Array.from({ length: 1 + draw(5) }, (): GuardEntryChange => {
    const network = { family: 4, bits: 0xc0000200n + BigInt(draw(16)), prefixLength: 32 } as const;
    const action = draw(4) === 0 ? 'allow' : 'block';
    if (draw(3) === 0) return { do: 'forget-entry', network, action };
    const entry = {
      network,
      action,
      description: '',
      origin: 'manual',
      addedBy: 'somebody',
      addedAt: at,
      expiresAt: undefined,
      times: 0,
      evidence: [],
    } as const;
    return { do: 'save-entry', entry };
  });
}

function securityEvents(draw: Draw, at: WallMs): readonly SecurityEvent[] {
  return Array.from({ length: 1 + draw(5) }, (_, i) => ({
    at,
    kind: 'ban',
    source: `192.0.2.${draw(16)}`,
    rule: 'canary',
    text: `event ${i}`,
    isForgeable: draw(2) === 0,
  }));
}
