/** Who may register, the same on every server: `user` is the name of the digest. */
export interface User {
  readonly number: string;
  readonly user: string;
  readonly password: string;
}

interface CommonJob {
  readonly server: { readonly address: string; readonly port: number };
  /**
   * The first of three ports that phones speak from, the same in every run against one server: so they replace their
   * registration instead of adding one.
   */
  readonly phonePort: number;
  /** The server's process: its CPU is counted over the window that is measured. */
  readonly pid: number;
}

export type Job =
  | (CommonJob & {
      readonly kind: 'register' | 'options';
      readonly users: readonly User[];
      readonly perSecond: number;
      readonly warmSeconds: number;
      readonly seconds: number;
      /** Each user registers at most once: phones that arrive, not phones that refresh. */
      readonly once?: boolean;
    })
  | (CommonJob & {
      readonly kind: 'calls';
      readonly users: readonly User[];
      readonly perSecond: number;
      readonly warmSeconds: number;
      readonly seconds: number;
    })
  | (CommonJob & {
      readonly kind: 'held-calls';
      readonly users: readonly User[];
      /** Memory is read with that many calls up, one after the other. */
      readonly steps: readonly [number, number];
    })
  | (CommonJob & {
      readonly kind: 'media';
      readonly users: readonly User[];
      readonly calls: number;
      readonly seconds: number;
      /** How calls come about: by SIP, or by rtpengine's control protocol. */
      readonly by: 'sip' | 'rtpengine';
    });

export interface Outcome {
  /** What was begun and what ended well, in the window that is measured. */
  readonly tried: number;
  readonly done: number;
  /** CPU of the server in the window, in microseconds, and the same per thing done. */
  readonly cpuMicroseconds: number;
  readonly microsecondsEach: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Memory of the server at the moments that the job names, in bytes. */
  readonly memoryBytes: readonly number[];
  /** Statuses that were no success, with how often they came. */
  readonly refused: Readonly<Record<string, number>>;
}

export function lostShare(outcome: Outcome): number {
  return outcome.tried === 0 ? 1 : 1 - outcome.done / outcome.tried;
}
