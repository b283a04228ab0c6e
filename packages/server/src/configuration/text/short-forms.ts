import type { InboundDocument, OutboundRuleDocument } from '@ringwall/contract';
import { isMapping } from './texts.ts';

/** What is written shorter in a file than it is kept: ranges as `200-299`, and what is usual is left out. */

type Span = OutboundRuleDocument['lengths'][number];
type Route = OutboundRuleDocument['routes'][number];
type Destination = InboundDocument['open'];

export function completeSpan(written: unknown): unknown {
  if (typeof written === 'number') return { from: written, to: written };
  const [, from, to = from] =
    typeof written === 'string' ? (/^(\d{1,8})(?:-(\d{1,8}))?$/.exec(written) ?? []) : [];
  return from === undefined ? written : { from: Number(from), to: Number(to) };
}

export function writtenSpan({ from, to }: Span): number | string {
  return from === to ? from : `${from}-${to}`;
}

const BLOCK: Route = { trunk: null, strip: 0, prepend: '', append: '', callerId: '' };

/** `{ block: true }`, or a trunk with what is changed of the number. */
export function completeRoute(written: unknown): unknown {
  if (!isMapping(written)) return written;
  const { block, ...others } = written;
  if (block === true && Object.keys(others).length === 0) return BLOCK;
  if (block !== undefined) return written;
  const { trunk: _, ...rest } = BLOCK;
  return { ...rest, ...written };
}

export function writtenRoute(route: Route): object {
  if (route.trunk === null) return { block: true };
  const { trunk, ...changes } = route;
  const usual = BLOCK as unknown as Readonly<Record<string, unknown>>;
  return {
    trunk,
    ...Object.fromEntries(Object.entries(changes).filter(([name, value]) => value !== usual[name])),
  };
}

const RING_GROUP = { strategy: 'all', ringSeconds: 20 };

export function completeDestination(written: unknown): unknown {
  return isMapping(written) && written['to'] === 'ring-group' ? { ...RING_GROUP, ...written } : written;
}

export function writtenDestination(destination: Destination | null): object | null {
  if (destination?.to !== 'ring-group') return destination;
  const { strategy, ringSeconds, ...rest } = destination;
  return {
    ...rest,
    ...(strategy === RING_GROUP.strategy ? {} : { strategy }),
    ...(ringSeconds === RING_GROUP.ringSeconds ? {} : { ringSeconds }),
  };
}
