import { formatSipUri } from '@ringwall/sip';
import type { Trunk } from '../snapshot/trunk.ts';

/**
 * Route values of a request to the provider: the proxy that was set, as a loose route (RFC 3261 8.1.2), then what its
 * registrar asks for (RFC 3608 5).
 */
export function routesTo({ outboundProxy }: Trunk, serviceRoute: readonly string[]): readonly string[] {
  if (outboundProxy === undefined) return serviceRoute;
  const { host, port } = outboundProxy;
  return [`<${formatSipUri({ host, port, params: new Map([['lr', '']]) })}>`, ...serviceRoute];
}
