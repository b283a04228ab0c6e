import type { DropReason } from '@ringwall/media';

/** For the metrics: counts since the start, of threads that run (a thread that broke takes its counts along). */
export interface MediaStatistics {
  readonly legs: number;
  /** Packets of sound that were believed. */
  readonly packetsReceived: number;
  readonly packetsSent: number;
  readonly dropped: Readonly<Record<DropReason, number>>;
  /** Of each IP version; the other two of the one that has more of them. */
  readonly portPairs: number;
  readonly portPairsTaken: number;
  readonly portPairsResting: number;
  readonly threads: readonly {
    readonly legs: number;
    readonly restarts: number;
    /** Undefined: it did not answer in time. */
    readonly cpuMicros: number | undefined;
  }[];
}
