import { errorCode } from './error-counts.ts';
import type { ListenAddress } from './flow.ts';

/** Why we cannot listen, for the administrator. */
export interface ListenError {
  readonly code:
    | 'PORT_IN_USE'
    | 'PORT_NOT_ALLOWED'
    | 'ADDRESS_NOT_OURS'
    | 'ADDRESS_INVALID'
    | 'CERTIFICATE_MISSING'
    | 'CERTIFICATE_UNUSABLE'
    | 'LISTEN_FAILED';
  /** What is wrong, and what to do. */
  readonly text: string;
}

/** Says in a sentence what the system meant by refusing to listen. */
export function listenError(at: ListenAddress, cause: unknown): ListenError {
  const place = `${at.transport.toUpperCase()} port ${at.port} on ${at.address}`;
  const code = errorCode(cause);
  switch (code) {
    case 'EADDRINUSE':
      return {
        code: 'PORT_IN_USE',
        text: `${place} is in use by another program. Stop that program (on Linux, "ss -lnp sport = :${at.port}" names it), or listen on another port.`,
      };
    case 'EACCES':
    case 'EPERM':
      return {
        code: 'PORT_NOT_ALLOWED',
        text: `The system does not allow this user to listen on ${place}. Choose a port from 1024 up, or give the program the capability CAP_NET_BIND_SERVICE.`,
      };
    case 'EADDRNOTAVAIL':
      return {
        code: 'ADDRESS_NOT_OURS',
        text: `${at.address} is not an address of this machine, so ${place} cannot be opened. Listen on one of its own addresses, or on ${at.address.includes(':') ? '::' : '0.0.0.0'} for all of them.`,
      };
    case 'EAFNOSUPPORT':
      return {
        code: 'ADDRESS_NOT_OURS',
        text: `This machine has no ${at.address.includes(':') ? 'IPv6' : 'IPv4'}, so ${place} cannot be opened. Take ${at.address} out of the addresses to listen on.`,
      };
    default:
      return {
        code: 'LISTEN_FAILED',
        text: `${place} cannot be opened: the system says ${code}.`,
      };
  }
}
