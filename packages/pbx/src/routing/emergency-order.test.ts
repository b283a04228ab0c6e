import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Trunk, TrunkName } from '../snapshot/trunk.ts';
import type { RunningTrunk } from '../trunk/identify-trunk.ts';
import { LINK_OFF, type LinkPhase } from '../trunk/link.ts';
import { emergencyOrder, emergencyStand } from './emergency-order.ts';

const FLOW = {
  transport: 'udp',
  local: { address: '10.0.0.1', port: 5_060 },
  remote: { address: '198.51.100.200', port: 5_060 },
  connection: 0,
} as const;
const PHASES: readonly LinkPhase[] = ['off', 'reaching', 'asking', 'up', 'waiting', 'refused'];

const running = fc.record({
  enabled: fc.boolean(),
  phase: fc.constantFrom(...PHASES),
  isReached: fc.boolean(),
  wasReached: fc.boolean(),
  isFull: fc.boolean(),
});

test('every trunk that was ever reached is tried for a call for help: ready ones, then full ones, then dead ones', () => {
  fc.assert(
    fc.property(
      fc.array(running, { maxLength: 6 }),
      fc.array(fc.nat(8), { maxLength: 4 }),
      (drawn, named) => {
        const full = new Set<string>();
        const trunks = drawn.map(({ enabled, phase, isReached, wasReached, isFull }, i): RunningTrunk => {
          const trunk = { name: `t${i}` as TrunkName, enabled } as Trunk;
          if (isFull) full.add(trunk.name);
          const flow = isReached ? FLOW : undefined;
          const lastFlow = wasReached ? FLOW : undefined;
          return { trunk, token: '', link: { ...LINK_OFF, phase, flow, lastFlow } };
        });
        const view = {
          dialling: { emergencyTrunks: named.map((i) => `t${i}` as TrunkName) },
          trunks,
          refusal: ({ name }: Trunk) => (full.has(name) ? 'full' : undefined),
        };
        const order = emergencyOrder(view);
        const usable = drawn.filter(
          ({ enabled, isReached, wasReached }) => enabled && (isReached || wasReached),
        );
        assert.equal(order.length, usable.length);
        assert.equal(new Set(order).size, order.length);
        const stands = order.map((each) => ['ready', 'full', 'down'].indexOf(emergencyStand(each, view)));
        assert.deepEqual(
          stands,
          stands.toSorted((a, b) => a - b),
        );
      },
    ),
  );
});
