import { err, ok, type Result } from '@ringwall/base';
import { type AdminError, adminError } from '@ringwall/contract';
import { RtpPortPair } from '@ringwall/net';

/**
 * Can sound get through at all? Looks for a pair of ports that can be opened, and lets go of it again. Other programs
 * may sit on some of them; that is met call by call.
 *
 * @returns `NO_MEDIA_PORTS` if there is none.
 */
export async function checkMediaPorts(ports: {
  readonly first: number;
  readonly last: number;
}): Promise<Result<void, AdminError>> {
  let reason = 'there are none';
  for (let rtpPort = ports.first; rtpPort < ports.last; rtpPort += 2) {
    const options = { address: '0.0.0.0', family: 4, rtpPort } as const;
    // One after the other: the first will nearly always do.
    const pair = await RtpPortPair.open(options); // eslint-disable-line no-await-in-loop
    if (pair.ok) {
      pair.value.close();
      return ok(undefined);
    }
    reason = pair.error === 'EADDRINUSE' ? 'other programs have them' : `the system says ${pair.error}`;
  }
  return err(adminError('NO_MEDIA_PORTS', { ports: `${ports.first}-${ports.last}`, reason }));
}
