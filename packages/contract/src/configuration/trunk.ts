import { err, formatCidr, ok, parseCidr } from '@ringwall/base';
import { ROUTE_FAILURES } from '@ringwall/policy';
import { quoted } from '../settings/setting.ts';
import {
  choice,
  flag,
  listOf,
  nullable,
  object,
  optional,
  type Shape,
  type ShapeOf,
  text,
  whole,
} from '../shape/shape.ts';

/** `acme`: what an item of the configuration is called by. */
export const itemName = text({
  min: 1,
  max: 40,
  pattern: /^[a-z0-9][a-z0-9-]*$/,
  allowed: '1 to 40 lower-case letters, digits and hyphens',
});

/** A domain or an address; no port. */
export const hostName = text({
  min: 1,
  max: 253,
  pattern: /^([a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*|[0-9a-f:]*:[0-9a-f:.]+)$/,
  allowed: 'a domain in lower case, or an IP address',
});

const port = whole(1, 65_535);

/** `192.0.2.0/24`, as it would be written here. */
const network: Shape<string> = {
  read: (value, at) => {
    const parsed = typeof value === 'string' ? parseCidr(value.slice(0, 100)) : undefined;
    if (parsed === undefined) return { ok: false, error: `${at} is ${quoted(value)}, and must be a network` };
    return parsed.ok
      ? { ok: true, value: formatCidr(parsed.value) }
      : { ok: false, error: `${at}: ${parsed.error.text}` };
  },
};

/** Part of a SIP header that we write: nothing that could end a quoted text or a line. */
const token = text({
  max: 100,
  pattern: /^[^\p{Cc}"\\<>]*$/u,
  allowed: 'at most 100 characters, none of " \\ < >',
});

/** Characters of a PEM file with CAs. */
export const MOST_CA_CHARACTERS = 65_536;

/** PEM with CAs. Whether they can be read is seen where they are taken in; a file that is none may be a key, and is not quoted. */
export const authoritiesPem: Shape<string> = {
  read: (value, at) =>
    typeof value === 'string' && value.length <= MOST_CA_CHARACTERS
      ? ok(value)
      : err(`${at} must be a PEM file of at most 64 KiB`),
};

export const TRUNK_CODECS = ['g722', 'pcma', 'pcmu', 'opus', 'g729', 'gsm'] as const;
export const TRUNK_DTMF = ['auto', 'rfc4733', 'info'] as const;
export const CALLED_NUMBER_PLACES = [
  'request-uri',
  'to',
  'p-called-party-id',
  'p-preferred-identity',
  'diversion',
] as const;
export const FORWARDED_BY = ['none', 'diversion', 'history-info'] as const;

export const TRUNK_FIELDS = {
  enabled: flag,
  /** `register`: we register there. `address`: it knows us by our address. */
  kind: choice(['register', 'address']),
  host: hostName,
  /** null: by DNS, or the transport's own. */
  port: nullable(port),
  transport: choice(['udp', 'tcp', 'tls']),
  outboundProxy: nullable(object({ host: hostName, port: nullable(port) })),
  /** `''`: it asks for no password. */
  user: token,
  /** Challenges for another realm are not answered. */
  realm: token,
  /** Where its requests come from, beside the addresses of its host. */
  networks: listOf(network, 64),
  registerSeconds: whole(60, 86_400),
  callsAtOnce: whole(1, 10_000),
  callsPerSecond: whole(1, 1_000),
  srtp: choice(['off', 'optional', 'required']),
  /** The codecs that it takes, the best first; none: whatever the phones have, in their order. */
  codecs: listOf(choice(TRUNK_CODECS), TRUNK_CODECS.length),
  /** How pressed keys travel: events among the sound (RFC 4733), INFO, or `auto`: as either side sends them. */
  dtmf: choice(TRUNK_DTMF),
  calledNumber: choice(CALLED_NUMBER_PLACES),
  /** Shown where neither a rule nor the extension says otherwise; `''`: the user. */
  callerNumber: text({ max: 32, pattern: /^\+?[0-9]*$/, allowed: 'digits, with or without a leading +' }),
  callerFormat: choice(['e164', 'national']),
  /** The domain that our callers are named with, in From and what the provider believes; null: the host. */
  fromDomain: nullable(hostName),
  asserted: choice(['p-asserted-identity', 'p-preferred-identity', 'remote-party-id', 'none']),
  dialFormat: choice(['e164', 'national']),
  /** The header that says who forwarded a call that leaves the house again. */
  forwardedBy: choice(FORWARDED_BY),
  /** May numbers be shown that are not ours: of whoever called, when a call is forwarded? */
  originalCaller: flag,
  /** Failures after which a call goes on to the next route; null: those that its rule names. */
  nextAfter: nullable(listOf(choice([...ROUTE_FAILURES]), ROUTE_FAILURES.length)),
  /** After so long without any answer to an INVITE the trunk has failed. */
  silenceSeconds: whole(2, 32),
  /** While it does not answer: calls try it behind all others, or not at all. */
  whenDown: choice(['last', 'never']),
  /** How often it is asked whether it lives (OPTIONS); 0: never. One that we do not register with is then taken to. */
  optionsSeconds: whole(0, 3_600),
  transfersAllowed: flag,
} as const;

/** What came to trunks later, as it is in one from before: stored, exported or sent by an older command. */
const FIELDS_OF_LATER = {
  codecs: [],
  dtmf: 'auto',
  fromDomain: null,
  forwardedBy: 'none',
  originalCaller: false,
  nextAfter: null,
  silenceSeconds: 8,
  whenDown: 'last',
  optionsSeconds: 60,
} as const;

/** A provider, as an administrator describes it; the password is kept apart, sealed, and its CA is shown in words. */
export const trunkShape = withFieldsOfLater(object(TRUNK_FIELDS));
export type TrunkDocument = ShapeOf<typeof trunkShape>;

/** As it is stored. */
export const storedTrunkShape = withFieldsOfLater(
  object({
    ...TRUNK_FIELDS,
    /** The only CAs that are believed for this provider; left out: those that Node knows. */
    ca: optional(authoritiesPem),
  }),
);
export type StoredTrunk = ShapeOf<typeof storedTrunkShape>;

function withFieldsOfLater<Value>(shape: Shape<Value>): Shape<Value> {
  const isObject = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  return {
    read: (value, at) =>
      shape.read(isObject(value) ? { ...FIELDS_OF_LATER, ...(value as object) } : value, at),
  };
}

/** What a trunk is unless it is said otherwise: the safe choice of each. */
export function newTrunkDocument(host: string, kind: TrunkDocument['kind']): TrunkDocument {
  return {
    enabled: true,
    kind,
    host,
    port: null,
    transport: 'udp',
    outboundProxy: null,
    user: '',
    realm: host,
    networks: [],
    registerSeconds: 600,
    callsAtOnce: 10,
    callsPerSecond: 5,
    srtp: 'off',
    calledNumber: 'request-uri',
    callerNumber: '',
    callerFormat: 'e164',
    asserted: 'p-asserted-identity',
    dialFormat: 'e164',
    transfersAllowed: false,
    ...FIELDS_OF_LATER,
  };
}
