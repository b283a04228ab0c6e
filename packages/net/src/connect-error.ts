import { errorCode } from './error-counts.ts';
import type { ConnectTarget } from './connect-target.ts';

/** Why a connection of ours did not come about, for the administrator. */
export interface ConnectError {
  readonly code:
    | 'REFUSED'
    | 'UNREACHABLE'
    | 'TIMEOUT'
    | 'CERTIFICATE_EXPIRED'
    | 'CERTIFICATE_NAME'
    | 'CERTIFICATE_UNTRUSTED'
    | 'CONNECT_FAILED';
  readonly text: string;
}

/** Says in a sentence why it failed. */
export function connectError(target: ConnectTarget, cause: unknown): ConnectError {
  const place = `${target.transport.toUpperCase()} port ${target.port} of ${target.address}`;
  const code = errorCode(cause);
  switch (code) {
    case 'ECONNREFUSED':
      return { code: 'REFUSED', text: `Nobody listens on ${place}` };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return { code: 'UNREACHABLE', text: `No way leads to ${place}` };
    case 'ETIMEDOUT':
      return { code: 'TIMEOUT', text: `${place} did not answer in time` };
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return {
        code: 'CERTIFICATE_EXPIRED',
        text: `The certificate of ${place} is not valid today. If the clock of this machine is right, its provider must renew it.`,
      };
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return {
        code: 'CERTIFICATE_NAME',
        text: `The certificate of ${place} does not name ${target.tlsName}: it may be somebody else`,
      };
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'CERT_SIGNATURE_FAILURE':
    case 'CERT_UNTRUSTED':
    case 'INVALID_CA':
      return {
        code: 'CERTIFICATE_UNTRUSTED',
        text:
          target.ca === undefined
            ? `The certificate of ${place} comes from nobody whom this machine trusts (${code})`
            : `The certificate of ${place} does not come from the CA that was given for it (${code})`,
      };
    default:
      return { code: 'CONNECT_FAILED', text: `${place} could not be connected to (${code})` };
  }
}
