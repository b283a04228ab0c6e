import { type Random, randomBelow, type SrvRecord } from '@ringwall/base';

/**
 * Puts SRV records into the order in which they are to be tried (RFC 2782): the lowest priority first; among equals by
 * lot, each with the chance of its weight, those of weight 0 with next to none.
 */
export function orderSrv(records: readonly SrvRecord[], random: Random): SrvRecord[] {
  const ordered: SrvRecord[] = [];
  const byPriority = Map.groupBy(records, ({ priority }) => priority);
  for (const priority of [...byPriority.keys()].toSorted((a, b) => a - b)) {
    // Those of weight 0 stand first, so that only a draw of 0 finds them while others are left.
    const left = (byPriority.get(priority) ?? []).toSorted((a, b) => a.weight - b.weight);
    while (left.length > 0) ordered.push(...left.splice(draw(left, random), 1));
  }
  return ordered;
}

function draw(records: readonly SrvRecord[], random: Random): number {
  const total = records.reduce((sum, { weight }) => sum + weight, 0);
  const drawn = randomBelow(random, total + 1);
  let sum = 0;
  return records.findIndex(({ weight }) => {
    sum += weight;
    return sum >= drawn;
  });
}
