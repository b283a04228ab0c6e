import { parseCidr } from '@ringwall/base';
import { type AdminError, adminError, type StoredTrunk, storedTrunkShape } from '@ringwall/contract';
import type { StoredItem, Trunk, TrunkName } from '@ringwall/pbx';
import { readAuthorities } from './trunk-authorities.ts';
import type { TrunkSecrets } from './trunk-secrets.ts';

/** What an item of this kind is called in the store. */
export const TRUNK_ITEM = 'trunk' as const;

/** The trunks of the stored items. One that cannot be read is left out, and a warning names it. */
export function buildTrunks(
  items: readonly StoredItem[],
  secrets: TrunkSecrets,
): { readonly trunks: ReadonlyMap<TrunkName, Trunk>; readonly warnings: readonly AdminError[] } {
  const trunks = new Map<TrunkName, Trunk>();
  const warnings: AdminError[] = [];
  for (const item of items) {
    if (item.kind !== TRUNK_ITEM) continue;
    const document = readTrunk(item);
    const password = item.sealed === undefined ? undefined : secrets.open(item.name, item.sealed);
    if (document === undefined || (item.sealed !== undefined && password === undefined)) {
      warnings.push(adminError('TRUNK_UNREADABLE', { name: item.name }));
      continue;
    }
    const name = item.name as TrunkName;
    trunks.set(name, trunkOf(name, document, password));
  }
  return { trunks, warnings };
}

/** @returns `undefined` if what is stored is no trunk, or one whose CA cannot be read: it must not be taken for one without. */
export function readTrunk({ json }: StoredItem): StoredTrunk | undefined {
  try {
    const read = storedTrunkShape.read(JSON.parse(json), '');
    if (!read.ok || (read.value.ca !== undefined && !readAuthorities(read.value.ca).ok)) return undefined;
    return read.value;
  } catch {
    return undefined; // no JSON
  }
}

function trunkOf(name: TrunkName, document: StoredTrunk, password: string | undefined): Trunk {
  const { enabled, kind, host, transport, registerSeconds, callsAtOnce, callsPerSecond } = document;
  const { srtp, calledNumber, callerNumber, callerFormat, asserted, dialFormat, transfersAllowed } = document;
  const { user, realm, outboundProxy } = document;
  return {
    name,
    enabled,
    kind,
    host,
    port: document.port ?? undefined,
    transport,
    ca: document.ca,
    outboundProxy:
      outboundProxy === null
        ? undefined
        : { host: outboundProxy.host, port: outboundProxy.port ?? undefined },
    account: user === '' || password === undefined ? undefined : { user, password, realm },
    networks: document.networks.flatMap((text) => {
      const network = parseCidr(text);
      return network.ok ? [network.value] : [];
    }),
    registerSeconds,
    callsAtOnce,
    callsPerSecond,
    rtpMode: srtp,
    codecs: document.codecs.map((name) => name.toUpperCase()),
    dtmf: document.dtmf,
    calledNumber,
    caller: {
      number: callerNumber === '' ? user : callerNumber,
      format: callerFormat,
      domain: document.fromDomain ?? undefined,
      asserted,
    },
    forwardedBy: document.forwardedBy,
    originalCaller: document.originalCaller,
    dialFormat,
    nextAfter: document.nextAfter ?? undefined,
    silenceSeconds: document.silenceSeconds,
    whenDown: document.whenDown,
    optionsSeconds: document.optionsSeconds,
    transfersAllowed,
  };
}
