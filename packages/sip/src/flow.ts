export type Transport = 'udp' | 'tcp' | 'tls';

/** An address and a port; IPv6 without brackets. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/**
 * Where a message came from, and the only way back there: replies, and requests to a registered phone, go over
 * the flow, never to an address that somebody wrote in a header.
 */
export interface Flow {
  readonly transport: Transport;
  /** The address and port of ours that the peer sees, as well as we know them. */
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** Number of the TCP or TLS connection, unique in this run of the program; 0 on UDP, and of one that is gone. */
  readonly connection: number;
}

/** One string for one flow: two flows are the same exactly if their keys are. */
export function flowKey(flow: Flow): string {
  return `${flow.transport}|${flow.connection}|${flow.local.port}|${flow.remote.port}|${flow.remote.address}`;
}

/** Are they one flow? As comparing their keys, without making them. */
export function isSameFlow(a: Flow, b: Flow): boolean {
  return (
    a.connection === b.connection &&
    a.remote.port === b.remote.port &&
    a.remote.address === b.remote.address &&
    a.local.port === b.local.port &&
    a.transport === b.transport
  );
}

/** Does the transport deliver by itself (RFC 3261 17: "reliable")? */
export function isReliable(transport: Transport): boolean {
  return transport !== 'udp';
}

/** The same flow after its connection is gone: it is no flow of this run, and equals none. UDP needs none. */
export function withoutConnection(flow: Flow): Flow {
  return flow.connection === 0 ? flow : { ...flow, connection: 0 };
}

/** Is it a stream whose connection is gone? Nothing can be sent over it. */
export function isUnconnected({ transport, connection }: Flow): boolean {
  return isReliable(transport) && connection === 0;
}
