import {
  choice,
  flag,
  instant,
  listOf,
  nullable,
  object,
  oneOf,
  type ShapeOf,
  text,
  whole,
} from '../shape/shape.ts';
import { callRecordShape } from './call-record-shapes.ts';
import { callingShape } from './calling-rights.ts';

/** 2 to 8 digits. */
export const extensionNumber = text({ max: 8, pattern: /^\d{2,8}$/, allowed: '2 to 8 digits' });
/** What a person wrote: one line, no control characters. */
export const displayName = text({
  max: 64,
  pattern: /^[^\p{Cc}\p{Zl}\p{Zp}]*$/u,
  allowed: 'one line of at most 64 characters',
});
export const rtpMode = choice(['off', 'optional', 'required']);
export const transport = choice(['udp', 'tcp', 'tls']);

/** Text that came from the network at some time: may hold anything, and is made harmless where it is shown. */
const wild = text({ max: 4_096 });
const count = whole(0, Number.MAX_SAFE_INTEGER);

export const extensionShape = object({
  number: extensionNumber,
  name: displayName,
  authId: wild,
  enabled: flag,
  lanOnly: flag,
  secureTransportOnly: flag,
  /** null: required over TLS, optional otherwise. */
  rtpMode: nullable(rtpMode),
  calling: callingShape,
  hasPin: flag,
  createdAt: instant,
  /** How many phones are registered; null while the program is stopped. */
  bindings: nullable(count),
});
export type ExtensionView = ShapeOf<typeof extensionShape>;

/** An address that phones can be told, such as `pbx.example.com` port 5061 over TLS. */
export const phoneAddress = object({ transport, host: text({ min: 1, max: 253 }), port: whole(1, 65_535) });

/** What a person types into a phone. Made once, when the secrets are; never to be had again. */
export const phoneSettings = object({
  /** Best first: TLS before TCP before UDP. */
  addresses: listOf(phoneAddress, 16),
  number: extensionNumber,
  authId: text({ min: 1, max: 64 }),
  password: text({ min: 1, max: 64 }),
  /** For the first address. */
  srtp: rtpMode,
  /** Of the certificate that the phone will meet: must it be told to trust it? */
  certificateSelfSigned: flag,
});
export type PhoneSettings = ShapeOf<typeof phoneSettings>;

export const bindingShape = object({
  extension: extensionNumber,
  contact: wild,
  transport,
  /** Where it is really reached, `address:port`. */
  remote: wild,
  userAgent: wild,
  registeredAt: instant,
  expiresAt: instant,
  behindNat: flag,
  /** Its connection ended with the last run of the program: it is kept for the phone to come back to. */
  waiting: flag,
});
export type BindingView = ShapeOf<typeof bindingShape>;

export const callShape = object({
  id: wild,
  /** An extension, or a number outside. */
  caller: nullable(wild),
  dialled: wild,
  state: choice(['ringing', 'answered', 'held']),
  /** Who answered; null while it rings. */
  answeredBy: nullable(wild),
  startedAt: instant,
  answeredAt: nullable(instant),
  codec: nullable(wild),
  /** Signalling and sound both encrypted, on that side. */
  callerProtected: flag,
  calleeProtected: flag,
});
export type CallView = ShapeOf<typeof callShape>;

export const certificateShape = object({
  subject: wild,
  selfSigned: flag,
  notAfter: instant,
  /** SHA-256 of the DER, lower-case hex. */
  fingerprint: text({ max: 64, pattern: /^[0-9a-f]{64}$/, allowed: '64 hexadecimal digits' }),
});
export type CertificateView = ShapeOf<typeof certificateShape>;

const settingSource = choice(['default', 'database', 'file', 'environment']);

export const settingShape = object({
  key: wild,
  /** In effect, as a person would write it. */
  value: wild,
  source: settingSource,
  /** What it will be after the next start; null: the same. */
  nextValue: nullable(wild),
  default: wild,
  limits: wild,
  says: wild,
  /** Does a change take effect at once, or at the next start? */
  live: flag,
  /** May the database hold it? */
  stored: flag,
});
export type SettingView = ShapeOf<typeof settingShape>;

export const statusShape = object({
  running: flag,
  version: wild,
  /** Of the program, not of the command that asks. */
  node: wild,
  pid: nullable(count),
  startedAt: nullable(instant),
  dataDirectory: wild,
  /** Where it listens, `transport:address:port` each; empty while stopped. */
  listeners: listOf(wild, 64),
  metrics: nullable(wild),
  extensions: object({ total: count, enabled: count, registered: nullable(count) }),
  bindings: nullable(count),
  calls: nullable(count),
  mediaPorts: nullable(object({ first: count, last: count, pairsInUse: count })),
  certificate: nullable(certificateShape),
  /** Those that are not at their default. */
  settings: listOf(object({ key: wild, value: wild, source: settingSource }), 256),
  /** Why it stopped the last time, if that is known. */
  lastStop: nullable(wild),
  /** What the administrator should know, a sentence each. */
  warnings: listOf(wild, 64),
});
export type StatusView = ShapeOf<typeof statusShape>;

const from = { transport, remote: wild };

/** What `ringwall calls --follow` is told as it happens, one object each. `at` is when. */
export const eventShape = oneOf({
  registered: {
    at: instant,
    extension: extensionNumber,
    ...from,
    contact: wild,
    expiresSeconds: count,
    userAgent: wild,
  },
  unregistered: {
    at: instant,
    extension: extensionNumber,
    contact: wild,
    because: choice(['asked', 'expired', 'connection-closed', 'extension-changed']),
  },
  'registration-refused': { at: instant, extension: extensionNumber, ...from, reason: wild },
  'authentication-failed': { at: instant, authId: wild, ...from, method: wild },
  'call-started': { at: instant, call: wild, caller: wild, dialled: wild },
  'call-ringing': { at: instant, call: wild, callee: wild, phones: count },
  'call-answered': {
    at: instant,
    call: wild,
    callee: wild,
    codec: wild,
    callerProtected: flag,
    calleeProtected: flag,
  },
  'call-held': { at: instant, call: wild, by: choice(['caller', 'callee']) },
  'call-resumed': { at: instant, call: wild, by: choice(['caller', 'callee']) },
  'call-transferred': {
    at: instant,
    call: wild,
    by: wild,
    to: wild,
    how: choice(['blind', 'attended']),
  },
  'call-ended': { at: instant, record: callRecordShape },
  'emergency-called': { at: instant, extension: extensionNumber, name: wild, location: wild, number: wild },
  'limit-near': { at: instant, of: wild, rule: wild, text: wild },
  'calls-frozen': { at: instant, of: wild, rule: wild, text: wild },
  'pin-lock': {
    at: instant,
    extension: extensionNumber,
    state: choice(['unlocked', 'locked', 'barred']),
    text: wild,
  },
  'trunk-changed': { at: instant, trunk: wild, state: choice(['up', 'down', 'refused']), text: wild },
  'trunk-call-failed': { at: instant, trunk: wild, status: whole(100, 699) },
  'trunk-resembled': { at: instant, trunk: wild, ...from, why: wild },
  'internal-error': { at: instant, text: wild },
  /** So many events were left out because they came faster than they were read. */
  skipped: { at: instant, events: count },
});
export type ControlEvent = ShapeOf<typeof eventShape>;
