/** Who may register, the same on every server: `user` is the name of the digest. */
export interface User {
  readonly number: string;
  readonly user: string;
  readonly password: string;
}

interface CommonJob {
  readonly server: { readonly address: string; readonly port: number };
  /**
   * The port that phones speak from. A user is the same phone in every job against one server, so that a registration
   * is replaced and never added: a call rings one phone. Jobs that run at once have ports, and users, of their own.
   */
  readonly phonePort: number;
  /** The server's process: its CPU is counted over the window that is measured. */
  readonly pid: number;
  readonly users: readonly User[];
}

export interface RefreshJob extends CommonJob {
  readonly kind: 'register' | 'options';
  readonly perSecond: number;
  readonly warmSeconds: number;
  readonly seconds: number;
  /** Each user registers at most once: phones that arrive, not phones that refresh. */
  readonly once?: boolean;
}

export interface CallsJob extends CommonJob {
  readonly kind: 'calls';
  readonly perSecond: number;
  readonly warmSeconds: number;
  readonly seconds: number;
}

export type Job =
  | RefreshJob
  | CallsJob
  | (CommonJob & {
      readonly kind: 'held-calls';
      /** Memory is read with that many calls up, one after the other. */
      readonly steps: readonly [number, number];
    })
  | (CommonJob & {
      readonly kind: 'media';
      readonly calls: number;
      readonly seconds: number;
      /** How calls come about: by SIP, or by rtpengine's control protocol. */
      readonly by: 'sip' | 'rtpengine';
      /** Other load, from when the calls talk. */
      readonly beside: readonly (RefreshJob | CallsJob)[];
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
  /** Of packets that went past the server: how late the generator itself is. */
  readonly directP99Ms?: number;
  /** What came of the load beside. */
  readonly beside?: readonly Outcome[];
}

export function lostShare(outcome: Outcome): number {
  return outcome.tried === 0 ? 1 : 1 - outcome.done / outcome.tried;
}
