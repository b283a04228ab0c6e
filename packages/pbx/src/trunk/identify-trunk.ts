import { inNetworks } from '@ringwall/base';
import { type Flow, isSameFlow, type SipRequest } from '@ringwall/sip';
import { userOf } from '../ingress/identify.ts';
import type { Trunk } from '../snapshot/trunk.ts';
import type { TrunkLink } from './link.ts';

/** A trunk as it runs. */
export interface RunningTrunk {
  readonly trunk: Trunk;
  readonly link: TrunkLink;
  /** The user part of our Contact there, which nobody else knows. */
  readonly token: string;
}

export type Identified =
  | { readonly is: 'trunk'; readonly running: RunningTrunk }
  /** From nobody's address. */
  | { readonly is: 'nobody' }
  /** Almost a trunk's: which one, and what was not as it should be, for the log. */
  | { readonly is: 'resembles'; readonly trunk: Trunk; readonly why: string };

/**
 * Is it where the trunk's own requests come from? Our connection to the provider; a network that the administrator
 * named; and, but for TLS, an address of its host. Over TLS a proven name was asked for, and who connects to us proves
 * none: the DNS, which anybody on the way may forge, must not stand in for the certificate.
 */
export function isFrom(running: RunningTrunk, flow: Flow): boolean {
  const { trunk, link } = running;
  if (link.flow !== undefined && isSameFlow(link.flow, flow)) return true;
  // A connection that was promised is the proof there; what comes over another is somebody else's.
  if (trunk.transport !== 'udp' && flow.transport !== trunk.transport) return false;
  if (inNetworks(trunk.networks, flow.remote.address)) return true;
  return trunk.transport !== 'tls' && isByDns(running, flow);
}

/** From an address of the trunk's, whatever the transport. */
function isAtTrunk(running: RunningTrunk, flow: Flow): boolean {
  return isByDns(running, flow) || inNetworks(running.trunk.networks, flow.remote.address);
}

function isByDns({ link }: RunningTrunk, flow: Flow): boolean {
  return link.addresses.includes(flow.remote.address);
}

/**
 * Which trunk did a new request come from? Its address must be the trunk's. A provider with several accounts of ours at
 * one address is told apart by the Contact that we registered there, which it calls back; the dialled number never
 * decides, since whoever dials may choose it.
 */
export function identifyTrunk(request: SipRequest, flow: Flow, trunks: readonly RunningTrunk[]): Identified {
  const called = userOf(request.uri);
  const named = trunks.find(({ token }) => token === called);
  const near = trunks.filter((running) => isFrom(running, flow));
  if (near.length === 0) {
    const unproven = trunks.find(
      (running) => running.trunk.transport === 'tls' && flow.transport === 'tls' && isByDns(running, flow),
    );
    if (unproven !== undefined) {
      const why = `it came from ${flow.remote.address} over a connection that we did not make, and so proved no name: if the provider calls that way, name its networks with --network`;
      return { is: 'resembles', trunk: unproven.trunk, why };
    }
    const other = trunks.find((running) => isAtTrunk(running, flow));
    if (other !== undefined) {
      const [came, wanted] = [flow.transport, other.trunk.transport].map((name) => name.toUpperCase());
      const why = `it came from ${flow.remote.address} over ${came}, and the trunk is set to ${wanted}`;
      return { is: 'resembles', trunk: other.trunk, why };
    }
    if (named === undefined) return { is: 'nobody' };
    const why = `it names the contact of this trunk, but ${flow.remote.address} is no address of its provider`;
    return { is: 'resembles', trunk: named.trunk, why };
  }
  const enabled = near.filter(({ trunk }) => trunk.enabled);
  const [first] = enabled;
  if (first === undefined) {
    return { is: 'resembles', trunk: (near[0] as RunningTrunk).trunk, why: 'the trunk is disabled' };
  }
  const match = enabled.find(({ token }) => token === called);
  if (match !== undefined) return { is: 'trunk', running: match };
  if (enabled.length === 1) {
    // A registered one calls our Contact; many providers write the number there all the same.
    return { is: 'trunk', running: first };
  }
  // One that we do not register with cannot call a Contact of ours.
  const byAddress = enabled.filter(({ trunk }) => trunk.kind === 'address');
  if (byAddress.length === 1 && byAddress[0] !== undefined) return { is: 'trunk', running: byAddress[0] };
  const why = `${enabled.length} trunks have this provider's address, and it names the contact of none of them`;
  return { is: 'resembles', trunk: first.trunk, why };
}
