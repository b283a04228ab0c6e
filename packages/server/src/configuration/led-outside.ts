import { isDeepStrictEqual } from 'node:util';
import type { WallMs } from '@ringwall/base';
import type { InboundDocument } from '@ringwall/contract';
import { ledOutsideForecast, type Snapshot, type StoredItem } from '@ringwall/pbx';
import type { InboundDestination } from '@ringwall/policy';
import { readInbound } from './build-inbound.ts';

type Outside = InboundDestination & { readonly to: 'outside' };

interface Led {
  readonly rule: string;
  readonly destination: Outside;
}

const MOST_TOLD = 10;

/** Is any destination outside new, or changed? Then it is to be judged. */
export function leadsOutsideAnew(before: readonly StoredItem[], after: readonly StoredItem[]): boolean {
  return ledAnew(before, after).length > 0;
}

/**
 * Destinations outside of inbound rules that are new or changed, and that the call policy would refuse: judged when they
 * are saved as when they are used, as calls of their owners. What was there before is not judged again.
 *
 * @param snapshot as it would be after the change. @returns one part of a sentence for each.
 */
export function refusedOutside(
  before: readonly StoredItem[],
  after: readonly StoredItem[],
  snapshot: () => Snapshot,
  at: WallMs,
): readonly string[] {
  const led = ledAnew(before, after);
  if (led.length === 0) return [];
  const judged = snapshot();
  return led
    .flatMap(({ rule, destination }) => {
      const { number, owner } = destination;
      const plan = ledOutsideForecast(judged, destination, at);
      // Without a trunk that works the call fails and is not refused, and an owner who is not there is told elsewhere.
      if (plan === undefined || plan.ok || plan.status === 503) return [];
      return [`${rule} to ${number} as a call of ${owner} (${plan.reason})`];
    })
    .slice(0, MOST_TOLD);
}

function ledAnew(before: readonly StoredItem[], after: readonly StoredItem[]): readonly Led[] {
  const known = new Map(readInbound(before).readable.map(({ name, rule }) => [name, outsideOf(rule)]));
  return readInbound(after).readable.flatMap(({ name, rule }) => {
    const old = known.get(name) ?? [];
    return outsideOf(rule)
      .filter((destination) => !old.some((each) => isDeepStrictEqual(each, destination)))
      .map((destination) => ({ rule: name, destination }));
  });
}

function outsideOf({ open, closed, holiday }: InboundDocument): readonly Outside[] {
  return [open, closed, holiday].filter((each) => each?.to === 'outside');
}
