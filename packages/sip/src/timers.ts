/** The three times that all others follow from, in milliseconds (RFC 3261 17.1.1.1 and 17.1.2.2). */
export interface TimerBase {
  /** T1: how long a round trip takes, about. */
  readonly t1Ms: number;
  /** T2: the longest wait between two copies of a request that is no INVITE, or of a response to an INVITE. */
  readonly t2Ms: number;
  /** T4: how long the network may keep a message. */
  readonly t4Ms: number;
}

/** RFC 3261 17.1.1.1 (T1) and 17.1.2.2 (T2, T4). */
export const RFC3261_TIMER_BASE: TimerBase = { t1Ms: 500, t2Ms: 4_000, t4Ms: 5_000 };

/**
 * How long each timer of a transaction runs, in milliseconds, by the letters of RFC 3261 table 4 and RFC 6026 8.
 *
 * `undefined`: this transport delivers by itself, nothing is sent again. 0: there is nothing to wait for, the state
 * is left as soon as it is entered. There is no C: that one is for proxies.
 */
export interface TransactionTimers {
  /** 17.1.1.2: the INVITE is sent again; doubles each time, without an upper end but B. */
  readonly a: number | undefined;
  /** 17.1.1.2: no response to the INVITE. */
  readonly b: number;
  /** 17.1.1.2: how long repeated non-2xx responses to the INVITE are acknowledged. */
  readonly d: number;
  /** 17.1.2.2: a request that is no INVITE is sent again; doubles up to T2. */
  readonly e: number | undefined;
  /** 17.1.2.2: no final response to it. */
  readonly f: number;
  /** 17.2.1: a non-2xx final response to an INVITE is sent again; doubles up to T2. */
  readonly g: number | undefined;
  /** 17.2.1: no ACK for it. */
  readonly h: number;
  /** 17.2.1: how long repeated ACKs are absorbed. */
  readonly i: number;
  /** 17.2.2: how long a repeated request that is no INVITE is answered from memory. */
  readonly j: number;
  /** 17.1.2.2: how long repeated final responses to it are absorbed. */
  readonly k: number;
  /** RFC 6026 7.1: how long an INVITE that was answered 2xx stays known, and (RFC 3261 13.3.1.4) waits for its ACK. */
  readonly l: number;
  /** RFC 6026 7.2: how long 2xx responses to our INVITE are taken, first ones and repeated ones. */
  readonly m: number;
  /** RFC 3261 13.3.1.4: a 2xx is sent again until its ACK comes, on every transport; doubles up to T2. */
  readonly success: number;
  /** RFC 3261 9.1: no final response to an INVITE after its CANCEL was sent. */
  readonly cancelled: number;
  /**
   * RFC 4320 4.1: by now Timer E of the sender has reached T2. A 100 before would make it wait T2 for the next copy; from
   * now on it does anyhow, and a 100 tells whoever is on the way that somebody is there.
   */
  readonly trying: number;
  /** RFC 4320 4.2: the sender of a request that is no INVITE has given up by now, so it is not answered any more. */
  readonly unanswered: number;
  /** What doubling ends at. */
  readonly t2: number;
}

/** The table of all timers, for transports that deliver by themselves (TCP, TLS) or do not (UDP). */
export function transactionTimers(base: TimerBase, reliable: boolean): TransactionTimers {
  const { t1Ms, t2Ms, t4Ms } = base;
  const giveUp = 64 * t1Ms;
  return {
    a: reliable ? undefined : t1Ms,
    b: giveUp,
    d: reliable ? 0 : giveUp, // 32 s at least with the T1 of the RFC
    e: reliable ? undefined : t1Ms,
    f: giveUp,
    g: reliable ? undefined : t1Ms,
    h: giveUp,
    i: reliable ? 0 : t4Ms,
    j: reliable ? 0 : giveUp,
    k: reliable ? 0 : t4Ms,
    l: giveUp,
    m: giveUp,
    success: t1Ms,
    cancelled: giveUp,
    trying: untilT2(base),
    unanswered: giveUp,
    t2: t2Ms,
  };
}

/** How long after a request Timer E is set to T2 (RFC 3261 17.1.2.2): the sum of its shorter runs. */
function untilT2({ t1Ms, t2Ms }: TimerBase): number {
  let sumMs = 0;
  for (let e = t1Ms; e < t2Ms; e *= 2) sumMs += e;
  return sumMs;
}
