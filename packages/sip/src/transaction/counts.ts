/** For metrics. The first six are how many there are now, the others how often something happened since the start. */
export interface TransactionCounts {
  readonly clientInvite: number;
  readonly clientNonInvite: number;
  readonly serverInvite: number;
  readonly serverNonInvite: number;
  /** Answers kept by `respondOnce`. */
  readonly answered: number;
  readonly timers: number;
  /** Answers that had to go before their time, because there were too many. */
  readonly answeredEvicted: number;
  /** Requests that came again and were answered, or ignored, without anybody being told. */
  readonly retransmissionsAbsorbed: number;
  /** Messages that we sent again because a timer fired. */
  readonly retransmissionsSent: number;
  /** Responses that belong to no request of ours, or have more than our Via. */
  readonly strayResponses: number;
  /** ACKs that belong to nothing: after a stateless answer that is as it should be. */
  readonly strayAcks: number;
  /** CANCELs that belong to no INVITE that is pending or was answered lately. */
  readonly unmatchedCancels: number;
  /** Requests that came a second time on another way, answered 482. */
  readonly mergedRequests: number;
  /** 2xx responses from more forks than anybody has. */
  readonly excessForks: number;
  /** Requests, ours or theirs, for which there was no room. */
  readonly refusedFull: number;
  /** Requests from an address that had too many pending. */
  readonly refusedBySource: number;
}

/** The part of {@link TransactionCounts} that only grows, while it is counted. */
export type Tally = {
  -readonly [Name in
    | 'retransmissionsAbsorbed'
    | 'retransmissionsSent'
    | 'strayResponses'
    | 'strayAcks'
    | 'unmatchedCancels'
    | 'mergedRequests'
    | 'excessForks'
    | 'refusedFull'
    | 'refusedBySource']: TransactionCounts[Name];
};

export function newTally(): Tally {
  return {
    retransmissionsAbsorbed: 0,
    retransmissionsSent: 0,
    strayResponses: 0,
    strayAcks: 0,
    unmatchedCancels: 0,
    mergedRequests: 0,
    excessForks: 0,
    refusedFull: 0,
    refusedBySource: 0,
  };
}
