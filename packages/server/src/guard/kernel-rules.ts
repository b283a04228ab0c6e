import type { ListenAddress, NftRules } from '@ringwall/net';
import { GUARD_CONSTANTS, type GuardPolicy } from '@ringwall/policy';

/**
 * The kernel meters packets without knowing what is in them, so that it may never be stricter than the guard, which
 * gives a source credit for each phone that logs in: it stops floods, and the barriers are the guard's.
 */
const MARGIN = 4;
/** As many as the guard's own lists hold. */
const HOSTS = 65_536;
/** Ranges cost time at each change; beyond them the program drops what the kernel does not. */
const RANGES = 4_096;
const MOST_PACKETS = 10_000_000;

/** What the kernel is to do for ports that are listened on, by the policy of the guard. */
export function kernelRules(listening: readonly ListenAddress[], policy: GuardPolicy): NftRules {
  const ports = (...transports: readonly ListenAddress['transport'][]): number[] => [
    ...new Set(listening.filter(({ transport }) => transports.includes(transport)).map(({ port }) => port)),
  ];
  const amber = (MARGIN * policy.amberRequests * 1_000) / policy.greenMs;
  const whole = (packets: number): number => Math.min(MOST_PACKETS, Math.max(1, Math.ceil(packets)));
  const budget = whole(MARGIN * policy.strangersPerSecond);
  const strangers = { perSecond: budget, burst: budget };
  // As many as of all strangers, where that is more: forged ones cost the guard no more, and it alone knows which answer us,
  // or are in calls.
  const atLeast = (perSecond: number, burst: number) => ({
    perSecond: Math.max(MARGIN * perSecond, budget),
    burst: Math.max(MARGIN * burst, budget),
  });
  const { trunkPerSecond, trunkBurst, trunkAnswersPerSecond, trunkAnswersBurst } = GUARD_CONSTANTS;
  return {
    udpPorts: ports('udp'),
    tcpPorts: ports('tcp', 'tls'),
    trunkRate: atLeast(trunkPerSecond, trunkBurst),
    answerRate: atLeast(trunkAnswersPerSecond, trunkAnswersBurst),
    strangerRate: { perSecond: whole(amber), burst: whole(MARGIN * policy.amberRequests) },
    strangersBudget: strangers,
    hostsInSet: HOSTS,
    rangesInSet: RANGES,
  };
}
