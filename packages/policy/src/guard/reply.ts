import type { MonotonicMs } from '@ringwall/base';
import type { GuardFlow } from './evidence.ts';
import { type GuardState, isOnLan, wallAt } from './guard-state.ts';
import { readSource, type SourceKey } from './source-key.ts';

/** A datagram may be answered with so many times its bytes: whoever forges gains nothing by sending it here. */
const MOST_AMPLIFICATION = 2;

/**
 * May a stranger be answered over UDP? Whose address is forged would get the answers, so there are few to one network,
 * few in all, and none that is much longer than the request; on the LAN only the first holds. Over TCP and TLS nobody is in doubt.
 *
 * @param requestBytes of the whole datagram. @param replyBytes of the whole answer.
 */
export function admitReply(
  guard: GuardState,
  flow: GuardFlow,
  requestBytes: number,
  replyBytes: number,
  now: MonotonicMs,
): boolean {
  if (flow.transport !== 'udp') return true;
  const { policy } = guard;
  const network = replyNetwork(guard, flow.remote.address);
  if (guard.lists.find(network, wallAt(guard, now))?.entry.action === 'allow') return true;
  const isLan = isOnLan(guard, network);
  const isFair =
    (isLan || replyBytes <= MOST_AMPLIFICATION * requestBytes) &&
    guard.repliesByNetwork.take(
      network,
      policy.repliesPerSecondToNetwork,
      policy.repliesPerSecondToNetwork,
      now,
    ) &&
    (isLan || guard.replies.take(policy.repliesPerSecond, 0, now));
  if (!isFair) guard.repliesRefused++;
  return isFair;
}

/**
 * The answer was wanted: whoever got it answered in turn, which no forger could. It does not count then, so an office
 * whose phones all come at once is not kept waiting.
 */
export function replyWasWanted(guard: GuardState, flow: GuardFlow): void {
  if (flow.transport !== 'udp') return;
  guard.repliesByNetwork.giveBack(
    replyNetwork(guard, flow.remote.address),
    guard.policy.repliesPerSecondToNetwork,
  );
}

/** Counted by /24 or /64, and on the LAN by address; its words are those of the whole address. */
function replyNetwork(guard: GuardState, address: string): SourceKey {
  const network = guard.replyNetwork;
  readSource(address, network);
  if (network.family !== 4) return network;
  if (!isOnLan(guard, network)) network.low = (network.low & 0xffff_ff00) >>> 0;
  return network;
}
