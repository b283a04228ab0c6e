import type { AdmissionRule } from './admission.ts';
import type { GuardState } from './guard-state.ts';

/** What is to be measured of the guard; what is counted, is counted since the start. */
export interface GuardStatistics {
  /** Packets by the rule that decided them. */
  readonly admitted: Readonly<Record<AdmissionRule, number>>;
  readonly repliesRefused: number;
  /** Entries of both lists, those included that are over and only remembered. */
  readonly listEntries: number;
  /** Of the list that somebody else publishes. */
  readonly sharedNetworks: number;
  readonly listEntriesFolded: number;
  readonly listEntriesEvicted: number;
  /** Sources that gave way to others in a table that was full. */
  readonly sourcesEvicted: { readonly udp: number; readonly stream: number; readonly offenders: number };
  /** Effects that were not reported, since nobody asked for them in time. */
  readonly effectsLost: number;
  readonly isGuessingAlarmOn: boolean;
}

export function guardStatistics(guard: GuardState): GuardStatistics {
  const { admitted, repliesRefused, lists, udp, stream, strikes, effectsLost, isGuessingAlarmOn } = guard;
  return {
    admitted: { ...admitted },
    repliesRefused,
    listEntries: lists.size,
    sharedNetworks: guard.shared?.size ?? 0,
    listEntriesFolded: lists.counts.folded,
    listEntriesEvicted: lists.counts.evicted,
    sourcesEvicted: {
      udp: udp.table.evicted,
      stream: stream.table.evicted,
      offenders: strikes.table.evicted,
    },
    effectsLost,
    isGuessingAlarmOn,
  };
}
