import { formatNameAddr, formatSipUri, Headers } from '@ringwall/sip';
import { PRIVACY } from '../call/privacy.ts';
import type { Trunk } from '../snapshot/trunk.ts';
import { type Forwarded, forwardingHeaders } from './forwarding.ts';

/** Who our caller is to be for the provider. */
export interface ShownCaller {
  /** As the trunk wants it written. */
  readonly number: string;
  readonly name: string;
  /** Undefined: the call is not forwarded. */
  readonly forwarded?: Forwarded | undefined;
}

/** The parts of an INVITE through a trunk that name people. */
export interface TrunkInvitation {
  readonly requestUri: string;
  readonly localAddr: string;
  readonly remoteAddr: string;
  /** Who it is, for the provider alone where the caller is hidden (RFC 3325). */
  readonly identity: Headers;
}

/** The domain that our callers have for the provider. Who is called is in its own. */
export function callerDomain({ caller, host }: Trunk): string {
  return caller.domain ?? host;
}

/** @param number to dial, as the trunk wants it written. @param hidden the caller does not want to be known. */
export function trunkInvitation(
  trunk: Trunk,
  number: string,
  shown: ShownCaller,
  hidden: boolean,
): TrunkInvitation {
  const { host } = trunk;
  const port = trunk.port === undefined ? {} : { port: trunk.port };
  const own = formatNameAddr({
    displayName: shown.name,
    uri: formatSipUri({ user: shown.number, host: callerDomain(trunk) }),
  });
  const identity = new Headers();
  const { asserted } = trunk.caller;
  if (asserted !== 'none') {
    const parameters =
      asserted === 'remote-party-id' ? `;party=calling;privacy=${hidden ? 'full' : 'off'}` : '';
    identity.append(asserted, `${own}${parameters}`);
  }
  if (hidden) identity.append('privacy', PRIVACY);
  identity.appendAll(forwardingHeaders(trunk, callerDomain(trunk), shown.forwarded, number));
  const anonymous = formatNameAddr({
    displayName: 'Anonymous',
    uri: formatSipUri({ user: 'anonymous', host: 'anonymous.invalid' }),
  });
  const target = formatSipUri({ user: number, host, ...port });
  return {
    requestUri: target,
    localAddr: hidden ? anonymous : own,
    remoteAddr: `<${formatSipUri({ user: number, host })}>`,
    identity,
  };
}
