import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { formatIp } from '@ringwall/base';
import { explainSource } from './explain.ts';
import { parseListNetwork } from './list-entry.ts';
import { addEntries } from './manage-lists.ts';
import { admitAttempt } from './observe.ts';
import { GuardRig, type Seen } from './testing.ts';

/** `udp 192.0.2.7:5060`, `tls [2001:db8::1]:5061`; `{n}` is the number of the packet, as the end of an address. */
type From = string;

type Step =
  | Repeated<'packets', { readonly verdicts: Readonly<Record<string, number>> }>
  | Repeated<'evidence', { readonly seen: Seen; readonly effects: Readonly<Record<string, number>> }>
  /** Packets with wrong passwords; `read`: how many the guard let the program look at. */
  | Repeated<'attempts', { readonly account: string; readonly read: number }>
  /** Packets that name no domain of ours. */
  | Repeated<'strays', { readonly read: number }>
  | { readonly do: 'list'; readonly action: 'allow' | 'block'; readonly network: string }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'banned'; readonly are: readonly string[] }
  | {
      readonly do: 'why';
      readonly address: string;
      readonly verdict: string;
      readonly rules: readonly string[];
    };

type Repeated<Kind extends string, More> = {
  readonly do: Kind;
  readonly from: From;
  readonly times: number;
  readonly everyMs?: number;
} & More;

interface Scenario {
  readonly says: string;
  readonly trunks?: readonly string[];
  /** `address:port` */
  readonly registered?: readonly string[];
  readonly steps: readonly Step[];
}

type Origin = readonly [address: string, transport: 'udp' | 'tcp' | 'tls', port: number];

function originOf(from: From, n: number): Origin {
  const isV6 = from.includes('[');
  const dots = from.split('.').length - 1;
  const octets = formatIp({ family: 4, bits: BigInt(n) })
    .split('.')
    .slice(dots);
  const written = from.replace('{n}', isV6 ? n.toString(16) : octets.join('.'));
  const read = /^(udp|tcp|tls) \[?([^[\]]*?)\]?:(\d+)$/.exec(written);
  assert.ok(read, written);
  return [read[2] as string, read[1] as Origin[1], Number(read[3])];
}

function tally(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function repeat<Outcome>(
  rig: GuardRig,
  step: Extract<Step, { from: From }>,
  once: (origin: Origin) => Outcome,
): Outcome[] {
  return Array.from({ length: step.times }, (_, n) => {
    const outcome = once(originOf(step.from, n));
    rig.wait(step.everyMs ?? 0);
    return outcome;
  });
}

function attempt(rig: GuardRig, account: string, origin: Origin): boolean {
  if (!rig.packet(...origin).startsWith('pass')) return false;
  const isRead = admitAttempt(rig.guard, origin[0], account, rig.now);
  if (isRead) rig.see(origin[0], { kind: 'wrong-digest', account }, origin[1], origin[2]);
  return isRead;
}

function stray(rig: GuardRig, origin: Origin): boolean {
  if (!rig.packet(...origin).startsWith('pass')) return false;
  rig.see(origin[0], { kind: 'unknown-domain' }, origin[1], origin[2]);
  return true;
}

function run(rig: GuardRig, step: Step): void {
  switch (step.do) {
    case 'packets':
      return assert.deepEqual(tally(repeat(rig, step, (origin) => rig.packet(...origin))), step.verdicts);
    case 'evidence': {
      const effects = repeat(rig, step, ([address, ...rest]) => rig.see(address, step.seen, ...rest)).flat();
      const told = effects.filter((effect) => effect.do !== 'report-throttle' && effect.do !== 'drop-udp');
      return assert.deepEqual(tally(told.map((effect) => effect.do)), step.effects);
    }
    case 'attempts':
      return assert.equal(
        tallyTrue(repeat(rig, step, (origin) => attempt(rig, step.account, origin))),
        step.read,
      );
    case 'strays':
      return assert.equal(tallyTrue(repeat(rig, step, (origin) => stray(rig, origin))), step.read);
    case 'list': {
      const network = parseListNetwork(step.network);
      assert.ok(network.ok);
      const entry = { action: step.action, description: '', addedBy: 'anna', expiresAt: undefined };
      return assert.ok(addEntries(rig.guard, [{ ...entry, network: network.value }], rig.now).ok);
    }
    case 'wait':
      return rig.wait(step.ms);
    case 'banned':
      return assert.deepEqual(rig.banned(), step.are);
    case 'why': {
      const { verdict, because } = explainSource(rig.guard, step.address, rig.now);
      assert.equal(verdict, step.verdict);
      return assert.deepEqual(
        because.map(({ rule }) => rule),
        step.rules,
      );
    }
  }
}

function tallyTrue(values: readonly boolean[]): number {
  return values.filter(Boolean).length;
}

const folder = new URL('./scenarios/', import.meta.url);
for (const file of readdirSync(folder).toSorted()) {
  const scenario = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Scenario;
  test(`${file}: ${scenario.says}`, () => {
    const rig = new GuardRig();
    for (const trunk of scenario.trunks ?? []) rig.trunks.add(trunk);
    for (const flow of scenario.registered ?? []) rig.registered.add(flow);
    for (const step of scenario.steps) run(rig, step);
  });
}
