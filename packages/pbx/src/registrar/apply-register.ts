import { assert, err, later, ok, parseIp, type Result, type WallMs } from '@ringwall/base';
import {
  type Flow,
  formatNameAddr,
  Headers,
  isReliable,
  parseNameAddr,
  parseTokenList,
  parseUri,
  safeHeaderText,
  sameUri,
  type SipRequest,
  type SipUri,
} from '@ringwall/sip';
import type { ExtensionNumber } from '../snapshot/snapshot.ts';
import type { Binding } from './binding.ts';
import { expireBindings } from './expire.ts';
import {
  isOurself,
  portOf,
  readRegisterContact,
  readSeconds,
  type RegisterContact,
} from './register-contact.ts';
import { registerError, type RegisterError } from './register-error.ts';
import { isWaiting } from './waiting.ts';

export interface RegisterLimits {
  /** Bindings of one extension. */
  readonly bindings: number;
  /** Shorter ones are answered 423; at most an hour (RFC 3261 10.3 step 7). */
  readonly minSeconds: number;
  /** Longer ones are shortened to this. */
  readonly maxSeconds: number;
  /** For a phone that names no time. */
  readonly defaultSeconds: number;
}

export interface RegisterInput {
  /** Those of the extension until now. */
  readonly bindings: readonly Binding[];
  /** A REGISTER that was authenticated and allowed. */
  readonly request: SipRequest;
  /** What it came over; calls to these contacts go the same way. */
  readonly flow: Flow;
  readonly extension: ExtensionNumber;
  readonly limits: RegisterLimits;
  /** Does it come from a proxy whose Path is believed? Of all others Path is ignored. */
  readonly trustedEdge: boolean;
  /** Names and addresses of ours, lower case, which no Contact may name. */
  readonly ownHosts?: readonly string[];
  readonly now: WallMs;
}

export interface RegisterOutcome {
  readonly bindings: readonly Binding[];
  /** New ones. */
  readonly added: readonly Binding[];
  /** Ones that were there before, as they are now. */
  readonly refreshed: readonly Binding[];
  /** Ones that the phone took back, or that waited and were superseded, as they were. */
  readonly removed: readonly Binding[];
  /** For the 200: a Contact for every binding, with what is left of its time, Path, and whether flows are kept. */
  readonly headers: Headers;
}

/** A Contact that is kept, and what was made of it. */
interface Placed {
  readonly contact: RegisterContact;
  readonly binding: Binding;
}

const PATHS = 4;
const PATH_CHARACTERS = 512;
const CALL_ID_CHARACTERS = 256;
const USER_AGENT_CHARACTERS = 128;

/**
 * What a REGISTER makes of the bindings of an extension (RFC 3261 10.3 steps 6 to 8, RFC 5626 6, RFC 3327 5.3).
 * All of it, or nothing.
 *
 * A phone that names its instance is known by that and by its reg-id, from wherever it comes; any other by the URI
 * in its Contact. Where it was known, the new flow takes the place of the old one. Outbound support of the first
 * hop is not asked for: a phone that is refused with 439 stays unregistered.
 */
export function applyRegister(input: RegisterInput): Result<RegisterOutcome, RegisterError> {
  const { request, limits, now } = input;
  assert(limits.minSeconds <= 3_600 && limits.minSeconds <= limits.maxSeconds, 'limits of registrations');
  const before = expireBindings(input.bindings, now);
  const path = readPath(input);
  if (path === undefined) return err(registerError('PATH_SYNTAX'));
  if (request.callId.length > CALL_ID_CHARACTERS) return err(registerError('CONTACT_TOO_LONG'));

  const values = request.headers.all('contact');
  if (values.includes('*')) return removeAll(input, before, values, path);
  // As many taken back as there can be, and as many new ones; each is held against each.
  if (values.length > 2 * limits.bindings) return err(registerError('TOO_MANY_BINDINGS'));
  const contacts = readContacts(input, values);
  if (!contacts.ok) return contacts;
  const isTouched = (binding: Binding) => contacts.value.some((contact) => isBindingOf(binding, contact));
  if (before.some((binding) => isTouched(binding) && isOlder(request, binding))) {
    return err(registerError('OUT_OF_ORDER'));
  }

  // All that the phone speaks of goes, then what it keeps comes back. So one whose address changed may take back the
  // old one and bring the new one in one request, in either order.
  const untouched = before.filter((binding) => !isTouched(binding));
  let placed: Placed[] = [];
  for (const contact of contacts.value) {
    if (contact.requestedSeconds === 0) continue;
    placed = placed.filter(({ binding }) => !isBindingOf(binding, contact));
    const known = before.find((binding) => isBindingOf(binding, contact));
    placed.push({ contact, binding: toBinding(input, contact, path, known) });
  }
  const kept = withoutSuperseded(input, untouched, placed.length);
  // Where the limit was lowered since, those that are there may go on.
  if (kept.length + placed.length > Math.max(limits.bindings, before.length)) {
    return err(registerError('TOO_MANY_BINDINGS'));
  }
  return ok(outcome(input, { before, kept, placed, path }));
}

/**
 * Of the bindings that the request does not speak of, those that stay. One that waits for its phone since the program
 * was started goes when that registers as somebody new: the Call-ID tells (RFC 3261 10.2), of a phone that names no
 * instance and writes the port of each connection into its Contact. And no phone that is here is refused for one that
 * is not.
 *
 * @param placed how many the request brings.
 */
function withoutSuperseded(
  { request, limits }: RegisterInput,
  untouched: readonly Binding[],
  placed: number,
): readonly Binding[] {
  if (placed === 0) return untouched;
  const kept = untouched.filter((binding) => !isWaiting(binding) || binding.callId !== request.callId);
  const waiting = kept.filter(isWaiting).toSorted((a, b) => a.registeredAt - b.registeredAt);
  const tooMany = Math.max(0, kept.length + placed - limits.bindings);
  const givingWay = new Set(waiting.slice(0, tooMany));
  return kept.filter((binding) => !givingWay.has(binding));
}

/** RFC 3261 10.2.2: everything goes, whoever registered it. */
function removeAll(
  input: RegisterInput,
  before: readonly Binding[],
  values: readonly string[],
  path: readonly string[],
): Result<RegisterOutcome, RegisterError> {
  const { request } = input;
  if (values.length > 1 || readSeconds(request.headers.get('expires')) !== 0) {
    return err(registerError('WILDCARD'));
  }
  if (before.some((binding) => isOlder(request, binding))) return err(registerError('OUT_OF_ORDER'));
  return ok(outcome(input, { before, kept: [], placed: [], path }));
}

function readContacts(
  { request, flow, limits, ownHosts = [] }: RegisterInput,
  values: readonly string[],
): Result<RegisterContact[], RegisterError> {
  const { minSeconds, maxSeconds } = limits;
  const otherwise =
    readSeconds(request.headers.get('expires')) ?? Math.max(limits.defaultSeconds, minSeconds);
  const contacts: RegisterContact[] = [];
  for (const value of values) {
    const read = readRegisterContact(value, otherwise);
    if (!read.ok) return read;
    const contact = read.value;
    if (isOurself(contact.uri, ownHosts, flow.local.port)) return err(registerError('CONTACT_LOOP'));
    if (contact.requestedSeconds > 0 && contact.requestedSeconds < minSeconds) {
      return err(registerError('TOO_BRIEF', new Headers().append('min-expires', String(minSeconds))));
    }
    contacts.push({ ...contact, requestedSeconds: Math.min(contact.requestedSeconds, maxSeconds) });
  }
  return ok(contacts);
}

/** RFC 3261 10.3 step 7: of one registering device (Call-ID), an older request or the same again. */
function isOlder(request: SipRequest, binding: Binding): boolean {
  return binding.callId === request.callId && request.cseq.number <= binding.cseq;
}

function isBindingOf(binding: Binding, contact: RegisterContact): boolean {
  if (binding.instanceId !== undefined || contact.instanceId !== undefined) {
    return binding.key === keyOf(contact);
  }
  if (binding.contact === contact.text) return true;
  const uri = parseUri(binding.contact);
  return uri !== undefined && sameUri(uri, contact.uri);
}

function keyOf({ instanceId, regId, text }: RegisterContact): string {
  if (instanceId === undefined) return text;
  return regId === undefined ? instanceId : `${instanceId};reg-id=${regId}`;
}

/** @param known the binding until now. */
function toBinding(
  input: RegisterInput,
  contact: RegisterContact,
  path: readonly string[],
  known: Binding | undefined,
): Binding {
  const { request, flow, now } = input;
  const { instanceId } = contact;
  const text = copied(contact.text, known?.contact);
  return {
    extension: input.extension,
    contact: text,
    key: instanceId === undefined ? text : copied(keyOf(contact), known?.key),
    instanceId: instanceId === undefined ? undefined : copied(instanceId, known?.instanceId),
    regId: contact.regId,
    flow,
    path,
    callId: copied(request.callId, known?.callId),
    cseq: request.cseq.number,
    userAgent: copied(
      safeHeaderText(request.headers.get('user-agent') ?? '', USER_AGENT_CHARACTERS),
      known?.userAgent,
    ),
    registeredAt: now,
    expiresAt: later(now, contact.requestedSeconds * 1_000),
    // Behind a proxy of ours it is that proxy which sees the NAT, and keeps it open.
    behindNat: path.length === 0 && isElsewhere(contact.uri, flow),
  };
}

/** A text that does not hold on to the whole message it was cut from: `known`, if that is the same. */
function copied(text: string, known?: string): string {
  return text === known ? known : Buffer.from(text, 'utf8').toString('utf8');
}

/** Is the Contact another address than the packet's? On a stream the port is the phone's choice of the moment. */
function isElsewhere(uri: SipUri, flow: Flow): boolean {
  if (flow.transport === 'udp' && portOf(uri) !== flow.remote.port) return true;
  const contact = parseIp(uri.host);
  const source = parseIp(flow.remote.address);
  if (contact === undefined || source === undefined) return uri.host !== flow.remote.address;
  return contact.family !== source.family || contact.bits !== source.bits;
}

/** The Path to keep; none from a source that is not trusted; `undefined` if one is malformed. */
function readPath({ request, trustedEdge }: RegisterInput): readonly string[] | undefined {
  if (!trustedEdge) return [];
  const values = request.headers.all('path');
  const isGood = (value: string) => {
    const scheme = value.length > PATH_CHARACTERS ? undefined : parseNameAddr(value)?.uri.scheme;
    return value.includes('<') && (scheme === 'sip' || scheme === 'sips');
  };
  return values.length <= PATHS && values.every(isGood) ? values.map((value) => copied(value)) : undefined;
}

interface Change {
  readonly before: readonly Binding[];
  /** Those that the request did not speak of. */
  readonly kept: readonly Binding[];
  readonly placed: readonly Placed[];
  readonly path: readonly string[];
}

/**
 * RFC 5626 6: a phone that asks whether its flow is kept sends keep-alives, and comes back as soon as it ends; else it may
 * not notice until it registers anew. Over UDP those would be STUN, which we do not speak.
 */
function keepsFlow(
  { request, flow }: RegisterInput,
  { placed, path }: Pick<Change, 'placed' | 'path'>,
): boolean {
  return (
    isReliable(flow.transport) &&
    path.length === 0 &&
    placed.some(({ binding }) => binding.regId !== undefined) &&
    request.headers.all('supported').some((value) => parseTokenList(value)?.includes('outbound'))
  );
}

function outcome(input: RegisterInput, { before, kept, placed, path }: Change): RegisterOutcome {
  const { now } = input;
  const wasThere = ({ contact }: Placed) => before.some((binding) => isBindingOf(binding, contact));
  const isThere = (old: Binding) =>
    kept.includes(old) || placed.some(({ contact }) => isBindingOf(old, contact));
  const fresh = placed.map(({ binding }) => binding);
  const headers = new Headers();
  // Those of this request first: some phones take the time of the first Contact for their own.
  const own = new Set(fresh.map(({ instanceId }) => instanceId));
  for (const binding of [...fresh, ...kept]) {
    headers.append('contact', grantedContact(binding, now, own.has(binding.instanceId)));
  }
  for (const value of path) headers.append('path', value);
  if (keepsFlow(input, { placed, path })) headers.append('require', 'outbound');
  return {
    bindings: [...kept, ...fresh],
    added: placed.filter((one) => !wasThere(one)).map(({ binding }) => binding),
    refreshed: placed.filter(wasThere).map(({ binding }) => binding),
    removed: before.filter((old) => !isThere(old)),
    headers,
  };
}

/** An instance is told to the phone alone whose it is: by it a phone is known that may call abroad. */
function grantedContact(binding: Binding, now: WallMs, isOwn: boolean): string {
  const params = new Map([['expires', String(Math.ceil((binding.expiresAt - now) / 1_000))]]);
  if (isOwn && binding.instanceId !== undefined) params.set('+sip.instance', binding.instanceId);
  if (isOwn && binding.regId !== undefined) params.set('reg-id', String(binding.regId));
  return formatNameAddr({ uri: binding.contact, params });
}
