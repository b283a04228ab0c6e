import { err, ok, parseIp, type Result } from '@ringwall/base';
import { type NameAddr, type Params, parseDeltaSeconds, parseNameAddr, type SipUri } from '@ringwall/sip';
import { registerError, type RegisterError } from './register-error.ts';

/** One Contact of a REGISTER, checked. */
export interface RegisterContact {
  /** As the phone wrote it, without brackets and parameters. */
  readonly text: string;
  readonly uri: SipUri;
  readonly instanceId: string | undefined;
  readonly regId: number | undefined;
  /** 0 takes the binding back. Not yet held against the limits. */
  readonly requestedSeconds: number;
}

/** Push parameters (RFC 8599) make the longest that phones in use write, of some six hundred characters. */
const URI_CHARACTERS = 1_024;
const INSTANCE_CHARACTERS = 256;
const REG_ID_MAX = 2 ** 31 - 1;
/** What a malformed expiry counts as (RFC 3261 20.10). */
const MALFORMED_SECONDS = 3_600;

/**
 * Reads one Contact value of a REGISTER (RFC 3261 10.2.1).
 *
 * The user part may be anything: calls go over the flow that the REGISTER came over, so it can lead nobody astray.
 *
 * @param otherwiseSeconds if the Contact has no `expires` of its own.
 */
export function readRegisterContact(
  value: string,
  otherwiseSeconds: number,
): Result<RegisterContact, RegisterError> {
  const address = parseNameAddr(value);
  if (address === undefined) return err(registerError('CONTACT_SYNTAX'));
  const { uri, params } = address;
  if (uri.scheme !== 'sip' && uri.scheme !== 'sips') return err(registerError('CONTACT_SCHEME'));
  if (uri.headers !== '') return err(registerError('CONTACT_HEADERS'));
  const text = uriText(value);
  const instanceId = instanceOf(address);
  if (text.length > URI_CHARACTERS || (instanceId ?? '').length > INSTANCE_CHARACTERS) {
    return err(registerError('CONTACT_TOO_LONG'));
  }
  if (instanceId !== undefined && !/^[!-~]+$/.test(instanceId)) return err(registerError('CONTACT_SYNTAX'));
  return ok({
    text,
    uri,
    instanceId,
    regId: instanceId === undefined ? undefined : regIdOf(params),
    requestedSeconds: readSeconds(params.get('expires')) ?? otherwiseSeconds,
  });
}

/** `undefined` if there is no text to read; what is no number counts as an hour (RFC 3261 20.10 and 20.19). */
export function readSeconds(text: string | undefined): number | undefined {
  return text === undefined ? undefined : (parseDeltaSeconds(text) ?? MALFORMED_SECONDS);
}

/** RFC 5626 4.1. */
function instanceOf({ params }: NameAddr): string | undefined {
  const instance = params.get('+sip.instance');
  return instance === '' ? undefined : instance;
}

/** RFC 5626 4.2: from 1 on, and without a meaning unless there is an instance. What is no number is none. */
function regIdOf(params: Params): number | undefined {
  const text = params.get('reg-id') ?? '';
  const number = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  return number >= 1 && number <= REG_ID_MAX ? number : undefined;
}

/** What stands in the brackets; without brackets, what stands before the parameters. `value` has been parsed. */
function uriText(value: string): string {
  const bracketed = /^[ \t]*(?:"(?:[^"\\]|\\.)*"[ \t]*|[^"<]*)<([^>]*)>/s.exec(value)?.[1];
  return bracketed ?? /[^ \t;]+/.exec(value)?.[0] ?? '';
}

/**
 * Does the Contact name ourselves? A name of ours in any case; an address of ours only at our own port, since a
 * phone may run on the same machine.
 */
export function isOurself(uri: SipUri, ownHosts: readonly string[], ownPort: number): boolean {
  if (!ownHosts.includes(uri.host)) return false;
  return parseIp(uri.host) === undefined || portOf(uri) === ownPort;
}

/** RFC 3261 19.1.2: the port that is meant where none is written. */
export function portOf(uri: SipUri): number {
  if (uri.port !== undefined) return uri.port;
  const isTls = uri.scheme === 'sips' || uri.params.get('transport')?.toLowerCase() === 'tls';
  return isTls ? 5_061 : 5_060;
}
