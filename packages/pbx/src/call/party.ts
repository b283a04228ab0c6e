import type { RtpMode } from '@ringwall/media';
import type { Extension } from '../snapshot/snapshot.ts';
import type { Trunk } from '../snapshot/trunk.ts';
import type { OutsideRecord } from './call-record.ts';

/** Who is at the other end of a leg. */
export type Party = InsideParty | OutsideParty;

export interface InsideParty {
  readonly kind: 'extension';
  readonly extension: Extension;
}

/** Somebody whom only a trunk leads to. The number and the name are claims of the provider, or what we dial. */
export interface OutsideParty {
  readonly kind: 'outside';
  readonly trunk: Trunk;
  /** `+442079460123` where it could be understood, else as it was written; `''`: withheld. */
  readonly number: string;
  readonly name: string;
  /** How often the call was forwarded before it came, as far as it says so. */
  readonly diversions?: number;
}

export function inside(extension: Extension): InsideParty {
  return { kind: 'extension', extension };
}

export function extensionOf(party: Party | undefined): Extension | undefined {
  return party?.kind === 'extension' ? party.extension : undefined;
}

/** Are both phones of one extension? Nobody outside is the same as anybody. */
export function isSameExtension(a: Party | undefined, b: Party | undefined): boolean {
  const number = extensionOf(a)?.number;
  return number !== undefined && number === extensionOf(b)?.number;
}

/** What the party is called by; `anonymous` if it withholds its number. */
export function numberOf(party: Party): string {
  if (party.kind === 'extension') return party.extension.number;
  return party.number === '' ? 'anonymous' : party.number;
}

/** Where the party stands; nobody known is taken for somebody outside, who may do less. */
export function sideOfHouse(party: Party | undefined): 'extension' | 'trunk' {
  return party?.kind === 'extension' ? 'extension' : 'trunk';
}

/** For a sentence to the administrator. */
export function phoneText(party: Party): string {
  return party.kind === 'extension'
    ? `The phone of ${party.extension.number}`
    : `The trunk ${party.trunk.name}`;
}

/** What was set for its media, whatever the transport would give. */
export function rtpModeFor(party: Party): RtpMode | undefined {
  return party.kind === 'extension' ? party.extension.rtpMode : party.trunk.rtpMode;
}

/** For the call record. */
export function outsideOf(party: Party): OutsideRecord | undefined {
  if (party.kind === 'extension') return undefined;
  return { trunk: party.trunk.name, number: party.number, name: party.name };
}
