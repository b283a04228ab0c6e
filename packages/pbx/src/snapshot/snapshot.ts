import type { Brand, Cidr } from '@ringwall/base';
import type { RtpMode } from '@ringwall/media';
import type { CallerBlacklist, GuardPolicy, InboundIndex } from '@ringwall/policy';
import type { RingGroup } from '../ring-group/ring-group.ts';
import type { ServiceCodes } from './codes.ts';
import type { CallingRights, Dialling } from './dialling.ts';
import type { Trunk, TrunkName } from './trunk.ts';

/** `101`: 2 to 8 digits. */
export type ExtensionNumber = Brand<string, 'ExtensionNumber'>;

/** An extension as the call path needs it. The password itself is nowhere: only its HA1, per algorithm. */
export interface Extension {
  readonly number: ExtensionNumber;
  /** Display name. */
  readonly name: string;
  /** User name of the digest; random, not the number. */
  readonly authId: string;
  /** Lower-case hex of H(authId:realm:password), RFC 7616 3.4.2. */
  readonly ha1: { readonly md5: string; readonly sha256: string };
  readonly enabled: boolean;
  /** Only from networks that count as LAN. */
  readonly lanOnly: boolean;
  /** Only over TLS. */
  readonly secureTransportOnly: boolean;
  /** Only from these networks, whatever else is allowed; undefined: from everywhere. */
  readonly onlyFrom?: readonly Cidr[];
  /** Overrides the mode that the transport would give; undefined: required over TLS, optional on the LAN. */
  readonly rtpMode: RtpMode | undefined;
  readonly calling: CallingRights;
  /** What stands for its PIN: compared elsewhere, and here only with another. Undefined: it has none. */
  readonly pinHash?: string | undefined;
}

/** The settings that the call path reads, already checked and in the units that it uses. */
export interface PbxSettings {
  /** Digest realm. The HA1s are made with it: changing it means new passwords. */
  readonly realm: string;
  /** Host names that requests may be addressed to, lower case. */
  readonly domains: readonly string[];
  /** May a phone on the LAN, or in `addressNetworks`, address us by an IP address? From elsewhere nobody may: scanners do. */
  readonly answerToAddresses: boolean;
  readonly addressNetworks: readonly Cidr[];
  /** What counts as LAN. */
  readonly lanNetworks: readonly Cidr[];
  /** Address to write in Contact and SDP for peers outside the LAN; undefined: the one the flow came in on. */
  readonly publicAddress: string | undefined;
  /** Networks that media may come from beside the SDP's address and the signalling source. */
  readonly mediaNetworks: readonly Cidr[];
  readonly bindingsPerExtension: number;
  readonly minExpiresSeconds: number;
  readonly maxExpiresSeconds: number;
  /** Proxies whose Path is believed. */
  readonly trustedEdges: readonly Cidr[];
  /** Between OPTIONS to bindings behind NAT; 0: none. */
  readonly keepAliveSeconds: number;
  readonly ringTimeoutSeconds: number;
  readonly maxCallSeconds: number;
  readonly sessionExpiresSeconds: number;
  readonly minSessionExpiresSeconds: number;
  readonly callsAtOnce: number;
  readonly callsPerExtension: number;
  /** May `_32` be offered and accepted? */
  readonly allowShortSrtpTag: boolean;
  readonly guard: GuardPolicy;
  /** Numbers that exist only to be tried by intruders. None of them is an extension. */
  readonly canaries: readonly string[];
}

/** The configuration at one instant, immutable; replaced whole when an administrator saves. */
export interface Snapshot {
  /** Rises with every change. */
  readonly version: number;
  readonly extensions: ReadonlyMap<ExtensionNumber, Extension>;
  readonly byAuthId: ReadonlyMap<string, Extension>;
  readonly settings: PbxSettings;
  readonly trunks: ReadonlyMap<TrunkName, Trunk>;
  readonly callerBlacklist: CallerBlacklist;
  readonly dialling: Dialling;
  readonly codes: ServiceCodes;
  /** Where calls from trunks go. */
  readonly inbound: InboundIndex;
  /** By number; none of them is an extension's. */
  readonly ringGroups: ReadonlyMap<string, RingGroup>;
}
