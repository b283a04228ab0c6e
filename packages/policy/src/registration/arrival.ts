import { allow, deny, type Gate } from '../decision.ts';

/** How a request came in whose sender has proven to be an extension. */
export interface Arrival {
  /** The number of the extension. */
  readonly extension: string;
  /** Where the packet came from, to be shown. */
  readonly address: string;
  readonly fromLan: boolean;
  /** Is the extension bound to networks, and the address in none of them? */
  readonly outsideItsNetworks?: boolean;
  readonly transport: 'udp' | 'tcp' | 'tls';
  /** Does it call for help, or belong to a call that does? */
  readonly isForHelp?: boolean;
}

/** The switches of an extension that stand at the door, for every method alike. */
export interface ArrivalPolicy {
  readonly enabled: boolean;
  /** Only from networks that count as LAN. */
  readonly lanOnly: boolean;
  /** Only over TLS. */
  readonly secureTransportOnly: boolean;
}

export type ArrivalGate = Gate<Arrival, ArrivalPolicy>;

/** The only one that allows: who logged in as an extension that is enabled may come in, unless something denies. */
const extensionEnabled: ArrivalGate = ({ extension, isForHelp }, { enabled }) => {
  if (enabled) return allow('extension-enabled', `Extension ${extension} logged in and is enabled`);
  return isForHelp === true
    ? allow(
        'emergency',
        `Extension ${extension} logged in and calls for help, which it may though it is disabled`,
      )
    : deny('extension-disabled', `Extension ${extension} is disabled`);
};

const lanOnly: ArrivalGate = (arrival, policy) =>
  policy.lanOnly && !arrival.fromLan
    ? deny(
        'lan-only',
        `Extension ${arrival.extension} may be used from the LAN only, and ${arrival.address} is outside`,
      )
    : undefined;

const onlyFromItsNetworks: ArrivalGate = (arrival) =>
  arrival.outsideItsNetworks === true
    ? deny(
        'only-from',
        `Extension ${arrival.extension} may be used from certain networks only, and ${arrival.address} is in none of them`,
      )
    : undefined;

const secureTransportOnly: ArrivalGate = (arrival, policy) =>
  policy.secureTransportOnly && arrival.transport !== 'tls'
    ? deny(
        'secure-transport-only',
        `Extension ${arrival.extension} may be used over TLS only, and this came over ${arrival.transport.toUpperCase()}`,
      )
    : undefined;

/** Asked only after authentication, so that a stranger cannot find out how an extension is set up. */
export const ARRIVAL_GATES: readonly ArrivalGate[] = [
  extensionEnabled,
  lanOnly,
  onlyFromItsNetworks,
  secureTransportOnly,
];
