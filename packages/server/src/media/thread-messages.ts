import type { MessagePort } from 'node:worker_threads';
import type { LegId, LegMedia, LegStatistics, RelayEvent, RelayTotals } from '@ringwall/media';

/** What the signalling thread tells a thread that carries media. Taken in order. */
export type ThreadCommand =
  /** Opens the leg, and a pair of ports for it; again with another pair after a `port-refused`. */
  | {
      readonly do: 'open';
      readonly leg: LegId;
      readonly family: 4 | 6;
      readonly address: string;
      readonly rtpPort: number;
    }
  /** Opens a leg that stands for one in another thread: its packets go and come through `port`. */
  | { readonly do: 'open-link'; readonly leg: LegId; readonly port: MessagePort }
  | { readonly do: 'configure'; readonly leg: LegId; readonly media: LegMedia }
  | { readonly do: 'join'; readonly legs: readonly [LegId, LegId] }
  /** Takes the leg from whatever it is joined to. */
  | { readonly do: 'part'; readonly leg: LegId }
  | { readonly do: 'close'; readonly leg: LegId }
  | { readonly do: 'report'; readonly request: number };

/** What a thread that carries media tells. */
export type ThreadReport =
  | { readonly kind: 'opened'; readonly leg: LegId; readonly rtpPort: number }
  /** `code` is the system's: `EADDRINUSE`, … */
  | { readonly kind: 'port-refused'; readonly leg: LegId; readonly rtpPort: number; readonly code: string }
  | RelayEvent
  /** An assertion of ours failed on a packet of this leg; its ports are closed already. */
  | { readonly kind: 'broken'; readonly leg: LegId; readonly text: string }
  | { readonly kind: 'closed'; readonly leg: LegId; readonly statistics: LegStatistics }
  | { readonly kind: 'report'; readonly request: number; readonly report: CoreReport };

export interface CoreReport {
  readonly totals: RelayTotals;
  /** CPU time of the thread since it started, user and system; of the whole process if it has no thread. */
  readonly cpuMicros: number;
}

/** Settings of one thread; they pass between threads, so they are plain values. */
export interface CoreSettings {
  readonly silenceMs: number;
}

/** One thread that carries media, or what stands for it. */
export interface MediaThread {
  post(command: ThreadCommand, transfer?: readonly MessagePort[]): void;
  close(): Promise<void>;
}

/**
 * Starts a thread.
 *
 * @param onGone told once, if the thread ends without having been closed.
 */
export type StartThread = (
  settings: CoreSettings,
  onReport: (report: ThreadReport) => void,
  onGone: (why: string) => void,
) => MediaThread;
