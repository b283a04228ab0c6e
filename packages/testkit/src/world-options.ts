import type { Dialling, PbxSettings, RingGroup, ServiceCodes, TableSizes, Trunk } from '@ringwall/pbx';
import type { InboundRule } from '@ringwall/policy';
import type { TestExtension } from './snapshot.ts';

export interface WorldOptions {
  readonly seed: number;
  /** Share of datagrams that are lost, 0 to 1. Streams lose nothing. */
  readonly loss?: number;
  /** Shortest and longest time on the way; unequal times reorder datagrams. */
  readonly delayMs?: readonly [number, number];
  /** Share of datagrams that arrive twice. */
  readonly duplication?: number;
  readonly settings?: Partial<PbxSettings>;
  readonly mediaPairs?: number;
  /** Shortest and longest time until the relay reports. */
  readonly mediaDelayMs?: readonly [number, number];
  /** Whose extensions exist; a phone with another number is a stranger. */
  readonly extensions?: readonly TestExtension[];
  readonly trunks?: readonly Trunk[];
  /** Left out: nothing leaves the house. */
  readonly dialling?: Dialling;
  /** Where calls from trunks go; left out: to the extension whose number is called. */
  readonly inbound?: readonly InboundRule[];
  readonly ringGroups?: readonly RingGroup[];
  /** What is dialled to have the house itself do something; left out: nothing. */
  readonly codes?: ServiceCodes;
  /** Left out: tables for a small office and a few attackers, since thousands of worlds are made. */
  readonly tables?: TableSizes;
}

/** For an office of four and a few attackers: a phone system for thousands sets 28 MB aside. */
export const SMALL_TABLES: TableSizes = {
  guard: { udpSources: 1_024, streamSources: 256, offenders: 256, replyNetworks: 256 },
  transactions: { completed: 4_096 },
  nonceUses: 4_096,
};
