import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type MonotonicMs, networkText } from '@ringwall/base';
import fc from 'fast-check';
import { parseListNetwork } from './list-entry.ts';
import { addEntries } from './manage-lists.ts';
import { GuardRig, type Seen, SMALL_SIZES } from './testing.ts';

/** Limits that a few events meet. */
const TIGHT = {
  failedAuthLimit: 4,
  failedAuthFastLimit: 3,
  unansweredLimit: 5,
  greenMs: 1_000,
  amberRequests: 30,
  redRequests: 60,
  amberMs: 2_000,
};

const ADDRESSES = [
  '192.0.2.7',
  '192.0.2.8',
  '203.0.113.9',
  '2001:db8:0:1::1',
  '2001:db8:0:1::2',
  '2001:db8:0:2::1',
];
const address = fc.constantFrom(...ADDRESSES);
const transport = fc.constantFrom('udp' as const, 'tcp' as const, 'tls' as const);

const SEEN: fc.Arbitrary<Seen> = fc.oneof(
  fc.constantFrom('101', '102').map((account) => ({ kind: 'wrong-digest' as const, account })),
  fc.constantFrom('101', '102').map((account) => ({ kind: 'authenticated' as const, account })),
  fc.constant({ kind: 'challenge-sent' as const }),
  fc.constant({ kind: 'malformed' as const, code: 'X' }),
  fc.constant({ kind: 'unknown-domain' as const }),
  fc.constant({ kind: 'connection-abuse' as const, what: 'idle' }),
  fc.boolean().map((nonceIsOurs) => ({ kind: 'canary-used' as const, number: '666', nonceIsOurs })),
);

/** What may be forged: nothing that holds an answer to a nonce of ours. */
const FORGEABLE = SEEN.filter(
  (seen) =>
    seen.kind !== 'wrong-digest' &&
    seen.kind !== 'authenticated' &&
    !(seen.kind === 'canary-used' && seen.nonceIsOurs),
);

interface Event {
  readonly address: string;
  readonly transport: 'udp' | 'tcp' | 'tls';
  readonly waitMs: number;
  /** Nothing: a packet. */
  readonly seen: Seen | undefined;
}

function events(seen = SEEN, over = transport): fc.Arbitrary<Event[]> {
  const event = fc.record({
    address,
    transport: over,
    waitMs: fc.constantFrom(0, 0, 0, 1, 10, 1_000, 3_600_000),
    seen: fc.option(seen, { nil: undefined }),
  });
  return fc.array(event, { maxLength: 120, size: 'max' });
}

function play(rig: GuardRig, { address, transport, waitMs, seen }: Event): string {
  rig.wait(waitMs);
  if (seen === undefined) return rig.packet(address, transport);
  rig.see(address, seen, transport);
  return '';
}

function list(rig: GuardRig, action: 'allow' | 'block', texts: readonly string[]): void {
  for (const text of texts) {
    const network = parseListNetwork(text);
    assert.ok(network.ok);
    const entry = { network: network.value, action, description: '', addedBy: 'anna', expiresAt: undefined };
    assert.ok(addEntries(rig.guard, [entry], rig.now).ok);
  }
}

test('a source of which everything may be forged is never blacklisted', () => {
  fc.assert(
    fc.property(events(FORGEABLE, fc.constant('udp' as const)), (list) => {
      const rig = new GuardRig(TIGHT);
      for (const event of list) play(rig, event);
      rig.tick();
      assert.deepEqual(rig.banned(), []);
      assert.ok(!rig.effects.some((effect) => effect.do === 'report-ban' || effect.do === 'save-entry'));
    }),
  );
});

test('what is forged in the name of others frees no source that was blacklisted', () => {
  fc.assert(
    fc.property(events(FORGEABLE, fc.constant('udp' as const)), fc.integer(), (list, seed) => {
      const rig = new GuardRig(TIGHT, SMALL_SIZES, seed);
      for (let i = 0; i < TIGHT.failedAuthFastLimit; i++) rig.guess('198.51.100.9');
      for (const event of list) play(rig, { ...event, waitMs: Math.min(event.waitMs, 1_000) });
      assert.equal(rig.packet('198.51.100.9'), 'drop blacklisted');
    }),
  );
});

test('a whitelisted source is never blacklisted, nor is a packet of it held back', () => {
  const allowed = fc.subarray(['192.0.2.0/24', '203.0.113.9', '2001:db8:0:1::/64', '2001:db8:0:2::1'], {
    minLength: 1,
  });
  fc.assert(
    fc.property(events(), allowed, (list_, networks) => {
      const rig = new GuardRig(TIGHT, SMALL_SIZES);
      list(rig, 'allow', networks);
      const isAllowed = new Set(ADDRESSES.filter((text) => rig.packet(text) === 'pass whitelisted'));
      for (const event of list_) {
        const verdict = play(rig, event);
        if (isAllowed.has(event.address) && verdict !== '') assert.equal(verdict, 'pass whitelisted');
      }
      for (const text of isAllowed) assert.equal(rig.packet(text, 'tcp'), 'pass whitelisted');
    }),
  );
});

test('fewer permissions never admit more', () => {
  const permission = fc.constantFrom('whitelist', 'registration', 'trunk', 'no entry on the blacklist');
  fc.assert(
    fc.property(
      events(),
      address,
      transport,
      fc.uniqueArray(permission),
      permission,
      (list_, from, over, all, lost) => {
        const verdictWith = (permissions: readonly string[]): string => {
          const rig = new GuardRig(TIGHT);
          for (const event of list_) play(rig, event);
          if (permissions.includes('whitelist')) list(rig, 'allow', [from]);
          if (permissions.includes('registration')) rig.registered.add(`${from}:5060`);
          if (permissions.includes('trunk')) rig.trunks.add(from);
          if (!permissions.includes('no entry on the blacklist')) list(rig, 'block', [from]);
          return rig.packet(from, over);
        };
        const withFewer = verdictWith(all.filter((each) => each !== lost));
        if (withFewer.startsWith('pass')) assert.match(verdictWith([...all, lost]), /^pass/);
      },
    ),
  );
});

test('a stricter limit blacklists whomever a looser one does', () => {
  const strictness = fc.record({
    failedAuthLimit: fc.integer({ min: 3, max: 8 }),
    failedAuthFastLimit: fc.integer({ min: 3, max: 8 }),
  });
  fc.assert(
    fc.property(events(), strictness, fc.nat(5), (list_, loose, by) => {
      const bannedBy = (policy: typeof loose): Set<string> => {
        const rig = new GuardRig({ ...TIGHT, ...policy, unansweredLimit: 1_000 });
        for (const event of list_) play(rig, event);
        const bans = rig.effects.filter((effect) => effect.do === 'report-ban');
        return new Set(bans.map(({ entry }) => networkText(entry.network)));
      };
      const strict = {
        failedAuthLimit: Math.max(1, loose.failedAuthLimit - by),
        failedAuthFastLimit: Math.max(1, loose.failedAuthFastLimit - by),
      };
      const banned = bannedBy(strict);
      for (const source of bannedBy(loose)) assert.ok(banned.has(source));
    }),
  );
});

test('what is no answer to a request of ours is counted as before, whatever it looks like', () => {
  const packet = fc.record({ byte: fc.nat(3), waitMs: fc.constantFrom(0, 0, 0, 1, 100), times: fc.nat(100) });
  fc.assert(
    fc.property(fc.array(packet, { maxLength: 20 }), (list_) => {
      const [looked, plain] = [new GuardRig(TIGHT), new GuardRig(TIGHT)];
      looked.awaited.add(0);
      for (const rig of [looked, plain]) rig.trunks.add('192.0.2.7');
      for (const { byte, waitMs, times } of list_) {
        for (const rig of [looked, plain]) rig.wait(waitMs);
        for (let i = 0; i < times; i++) {
          const verdict = looked.packet('192.0.2.7', 'udp', 5_060, Uint8Array.of(byte));
          if (verdict === 'pass trunk-answer') assert.equal(byte, 0);
          else assert.equal(verdict, plain.packet('192.0.2.7'));
        }
      }
    }),
  );
});

test('no table exceeds its bound', () => {
  const flood = fc.array(
    fc.record({ n: fc.nat(0xff_ffff), transport, seen: fc.option(SEEN, { nil: undefined }) }),
    {
      minLength: 100,
      maxLength: 400,
      size: 'max',
    },
  );
  fc.assert(
    fc.property(flood, fc.integer(), (list_, seed) => {
      const rig = new GuardRig(
        { ...TIGHT, failedAuthFastLimit: 1 },
        { ...SMALL_SIZES, listEntries: 16 },
        seed,
      );
      for (const { n, transport, seen } of list_) {
        const from = `10.${(n >> 16) & 3}.${(n >> 8) & 255}.${n & 255}`;
        play(rig, { address: from, transport, waitMs: 1, seen });
        assert.ok(rig.guard.lists.size <= 16);
      }
      const { udp, stream, strikes, repliesByNetwork, seen, pending } = rig.guard;
      for (const { table } of [udp, stream, strikes, repliesByNetwork]) assert.ok(table.size <= table.slots);
      assert.ok(seen.size <= SMALL_SIZES.offenders && pending.length <= 1_024);
      assert.equal([...rig.guard.lists.entries()].length, rig.guard.lists.size);
    }),
    { numRuns: 50 },
  );
});

test('the order of events of different sources at the same time does not matter', () => {
  const moments = fc.array(
    fc.tuple(
      fc.constantFrom(1, 100, 3_000, 700_000),
      // One event of each source, and the order that they are played in the other time.
      fc.uniqueArray(
        fc.record({
          address: fc.constantFrom('192.0.2.7', '192.0.2.8', '203.0.113.9', '2001:db8::1'),
          transport,
          seen: fc.option(SEEN, { nil: undefined }),
        }),
        { selector: ({ address }) => address, maxLength: 4 },
      ),
      fc.nat(23),
    ),
    { maxLength: 60, size: 'max' },
  );
  fc.assert(
    fc.property(moments, (list_) => {
      const outcome = (isShuffled: boolean) => {
        const rig = new GuardRig(TIGHT);
        const verdicts: string[][] = [];
        for (const [waitMs, together, by] of list_) {
          rig.wait(waitMs);
          const turned = isShuffled && together.length > 0 ? rotate(together, by) : together;
          const heard = turned.map((event) => `${event.address} ${play(rig, { ...event, waitMs: 0 })}`);
          verdicts.push(heard.sort());
        }
        return { verdicts, banned: rig.banned() };
      };
      assert.deepEqual(outcome(true), outcome(false));
    }),
  );
});

function rotate<Item>(items: readonly Item[], by: number): Item[] {
  const at = by % items.length;
  const turned = [...items.slice(at), ...items.slice(0, at)];
  return by % 2 === 0 ? turned : turned.reverse();
}

test('a clock that stands still, or a time of day that jumps back, breaks nothing', () => {
  const rig = new GuardRig(TIGHT);
  for (let i = 0; i < 100; i++) assert.match(rig.packet('192.0.2.7'), /^(pass|throttle|drop)/);
  rig.now = (rig.now - 500) as MonotonicMs;
  assert.match(rig.packet('192.0.2.7'), /^(pass|throttle|drop)/);
});
