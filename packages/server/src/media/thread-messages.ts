import type { MessagePort } from 'node:worker_threads';
import type {
  KeyMoment,
  LegId,
  LegMedia,
  LegStatistics,
  RelayEvent,
  RelayTotals,
  ToneSequence,
} from '@ringwall/media';

/** What the signalling thread tells a thread that carries media. Taken in order. */
export type ThreadCommand =
  /** Opens pairs of ports that legs will get; each is answered by `ports-opened` or `ports-refused`. */
  | {
      readonly do: 'open-ports';
      readonly family: 4 | 6;
      readonly address: string;
      readonly rtpPorts: readonly number[];
    }
  /** Opens a leg on a pair of ports that is open and that no leg has. */
  | { readonly do: 'open'; readonly leg: LegId; readonly family: 4 | 6; readonly rtpPort: number }
  /** Opens a leg that stands for one in another thread: its packets go and come through `port`. */
  | { readonly do: 'open-link'; readonly leg: LegId; readonly port: MessagePort }
  | { readonly do: 'configure'; readonly leg: LegId; readonly media: LegMedia }
  | { readonly do: 'join'; readonly legs: readonly [LegId, LegId] }
  /** Takes the leg from whatever it is joined to. */
  | { readonly do: 'part'; readonly leg: LegId }
  | {
      readonly do: 'play';
      readonly leg: LegId;
      readonly tones: ToneSequence;
      readonly isRepeated: boolean;
    }
  | { readonly do: 'stop-playing' | 'echo-leg'; readonly leg: LegId }
  | { readonly do: 'read-digits'; readonly leg: LegId; readonly moment: KeyMoment }
  | { readonly do: 'send-digit'; readonly leg: LegId; readonly digit: string; readonly ms: number }
  | { readonly do: 'close'; readonly leg: LegId }
  | { readonly do: 'report'; readonly request: number };

/** What a thread that carries media tells. */
export type ThreadReport =
  | { readonly kind: 'ports-opened'; readonly family: 4 | 6; readonly rtpPort: number }
  /** `code` is the system's: `EADDRINUSE`, … */
  | {
      readonly kind: 'ports-refused';
      readonly family: 4 | 6;
      readonly rtpPort: number;
      readonly code: string;
    }
  | RelayEvent
  | {
      readonly kind: 'leg-digit';
      readonly leg: LegId;
      readonly digit: string;
      readonly ms: number | undefined;
    }
  | { readonly kind: 'leg-played'; readonly leg: LegId }
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
  /** The same for what nobody waits for: it may go with what is posted next, in this order. */
  postLater(command: ThreadCommand): void;
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
