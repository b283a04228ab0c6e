import type { Cidr } from '@ringwall/base';

/** What an administrator sets. The guard has a second one of these in shadow mode. */
export interface GuardPolicy {
  /** Proven strikes from one source, within the window, before it is blacklisted; 1 to 100. */
  readonly failedAuthLimit: number;
  readonly failedAuthWindowMs: number;
  /** The same, for guessing in haste; a limit above `failedAuthLimit` has no effect. */
  readonly failedAuthFastLimit: number;
  readonly failedAuthFastWindowMs: number;
  /** Challenges to one source within an hour that it has not answered. */
  readonly unansweredLimit: number;
  /** The interval that requests are counted in. */
  readonly greenMs: number;
  /** More requests than this from one source within the interval have it ignored for `amberMs`. */
  readonly amberRequests: number;
  /** More than this shut it out. */
  readonly redRequests: number;
  readonly amberMs: number;
  readonly blacklistMs: number;
  /** Is a source that comes back blacklisted for twice as long each time? */
  readonly blacklistDoubles: boolean;
  readonly maxBlacklistMs: number;
  /** Requests a second from all strangers together. */
  readonly strangersPerSecond: number;
  /** Answers a second to strangers in one /24 (IPv4) or /64 (IPv6). */
  readonly repliesPerSecondToNetwork: number;
  readonly repliesPerSecond: number;
  /**
   * The administrator's own: they are limited source by source, and have no part in what all strangers share, so that
   * all phones may come at once after a power cut. In the /24 of an office answers are counted by address.
   */
  readonly lanNetworks: readonly Cidr[];
}

const DAY_MS = 86_400_000;

/** Why these numbers, is in docs/admin/guard.md. */
export const DEFAULT_GUARD_POLICY: GuardPolicy = {
  failedAuthLimit: 25,
  failedAuthWindowMs: DAY_MS,
  failedAuthFastLimit: 10,
  failedAuthFastWindowMs: 600_000,
  unansweredLimit: 1_000,
  greenMs: 2_000,
  amberRequests: 2_000,
  redRequests: 4_000,
  amberMs: 5_000,
  blacklistMs: DAY_MS,
  blacklistDoubles: true,
  maxBlacklistMs: 30 * DAY_MS,
  strangersPerSecond: 2_000,
  repliesPerSecondToNetwork: 20,
  repliesPerSecond: 1_000,
  lanNetworks: [],
};

/** What is no setting, because no other value was found useful. */
export const GUARD_CONSTANTS = {
  /** How long a UDP source that met the red barrier is shut out: its address may be forged, so not for long. */
  redMs: 60_000,
  /** A request that names no domain of ours, or is malformed, counts as so many: phones send none in a row. */
  strayRequests: 20,
  /** A login gives so many requests back: a phone that starts sends four to ten until it is registered. */
  creditRequests: 8,
  unansweredWindowMs: 3_600_000,
  /** Strikes for a malformed message over TCP or TLS; a wrong digest is one. */
  malformedStrikes: 2,
  /** Blacklisted /64s in one /56 that have it blacklisted as a whole. */
  widenAfter: 8,
  /** Where nobody may be blacklisted, one account may fail so often in the fast window before it is slowed down … */
  accountFailures: 10,
  /** … to one attempt in this time, from this source. */
  accountPaceMs: 2_000,
  /** Wrong digests from everywhere within ten minutes that are an attack; it is over at a quarter of them. */
  guessingAlarm: 200,
  trunkPerSecond: 200,
  trunkBurst: 400,
  /** Answers to our own requests, and requests in calls: a call needs about seven. */
  trunkAnswersPerSecond: 400,
  trunkAnswersBurst: 800,
} as const;
