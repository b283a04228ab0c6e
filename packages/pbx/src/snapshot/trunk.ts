import type { Brand, Cidr } from '@ringwall/base';
import type { RtpMode } from '@ringwall/media';
import type { RouteFailure } from '@ringwall/policy';
import type { Transport } from '@ringwall/sip';

/** `acme`: lower-case letters, digits and hyphens. */
export type TrunkName = Brand<string, 'TrunkName'>;

/** Where a trunk's account is known, and how it proves itself. */
export interface TrunkAccount {
  readonly user: string;
  readonly password: string;
  /** Challenges for any other realm are not answered: a password goes to nobody who merely asks. */
  readonly realm: string;
}

/** Where a called number of ours is found in an INVITE from the provider. */
export type NumberSource = 'request-uri' | 'to' | 'p-called-party-id' | 'p-preferred-identity' | 'diversion';

/** How our caller is told to the provider. */
export interface CallerIdentity {
  /** The number shown when neither the rule nor the extension has one; `''`: the account's user. */
  readonly number: string;
  readonly format: 'e164' | 'national';
  /** The domain of its URIs; undefined: the trunk's host. */
  readonly domain: string | undefined;
  /** The header that the provider believes; From always holds it too. */
  readonly asserted: 'p-asserted-identity' | 'p-preferred-identity' | 'remote-party-id' | 'none';
}

/** A provider, or another PBX, that calls come from and go to. */
export interface Trunk {
  readonly name: TrunkName;
  readonly enabled: boolean;
  /** `register`: we keep a registration there. `address`: the provider knows us by our address. */
  readonly kind: 'register' | 'address';
  /** The host in its URIs: a domain, resolved by RFC 3263, or an address. */
  readonly host: string;
  /** Undefined: by DNS, or the transport's own. */
  readonly port: number | undefined;
  readonly transport: Transport;
  /** PEM of the only CAs that are believed for its certificate over TLS; undefined: those that Node knows. */
  readonly ca: string | undefined;
  /** Where everything is sent instead of to the host. */
  readonly outboundProxy: { readonly host: string; readonly port: number | undefined } | undefined;
  readonly account: TrunkAccount | undefined;
  /** Networks that its requests come from, beside the addresses that its host resolves to. */
  readonly networks: readonly Cidr[];
  readonly registerSeconds: number;
  /** Calls at once, both ways together. */
  readonly callsAtOnce: number;
  readonly callsPerSecond: number;
  readonly rtpMode: RtpMode;
  /** Names as SDP has them, in capitals, the best first; none: all. */
  readonly codecs: readonly string[];
  readonly dtmf: 'auto' | 'rfc4733' | 'info';
  readonly calledNumber: NumberSource;
  readonly caller: CallerIdentity;
  /** The header that tells the provider who forwarded a call that leaves again. */
  readonly forwardedBy: 'none' | 'diversion' | 'history-info';
  /** May it be shown numbers that are not ours: of who called, when a call is forwarded? */
  readonly originalCaller: boolean;
  /** How numbers are written that we dial: `+44…` or as in the trunk's own country. */
  readonly dialFormat: 'e164' | 'national';
  /** Failures after which a call goes on to the next route; undefined: those that its rule names. */
  readonly nextAfter: readonly RouteFailure[] | undefined;
  /** After so long without any answer to an INVITE it has failed. */
  readonly silenceSeconds: number;
  /** While it does not answer: calls try it behind all others, or not at all. */
  readonly whenDown: 'last' | 'never';
  /** How often it is asked whether it lives (OPTIONS); 0: never. One that we do not register with is then taken to. */
  readonly optionsSeconds: number;
  /** May the provider move a call to somebody else (REFER, 3xx)? A way to premium numbers. */
  readonly transfersAllowed: boolean;
}
