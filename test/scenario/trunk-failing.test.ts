import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExtensionNumber, TrunkName } from '@ringwall/pbx';
import type { Flow } from '@ringwall/sip';
import type { World } from '@ringwall/testkit';
import { london, route, rule } from './outside.ts';
import { CLEO, site } from './trunk-site.ts';

/** Trunks that do not take calls, or are not where they were. */

/** The names of the trunks that an INVITE of one more call would leave through, in order, and what is said of them. */
function forecast(world: World) {
  const made = world.pbx.forecasts.call('101' as ExtensionNumber, CLEO, world.wall());
  assert.ok(made !== undefined);
  const { invites, passedOver } = made;
  return { order: invites.map(({ trunk }) => trunk), doubts: invites.map(({ doubt }) => doubt), passedOver };
}

test('a trunk whose provider does not answer is tried last, or not at all, and a forecast says so', () => {
  for (const whenDown of ['last', 'never'] as const) {
    const { world, provider, other, dial } = site({ whenDown });
    assert.deepEqual(forecast(world), { order: ['acme', 'other'], doubts: ['', ''], passedOver: [] });
    provider.behaviour.silent = true;
    const isDown = () => world.pbx.trunks().some(({ link }) => link.phase === 'waiting');
    assert.ok(world.runUntil(isDown, 120_000));
    const { order, doubts, passedOver } = forecast(world);
    if (whenDown === 'last') {
      assert.deepEqual(order, ['other', 'acme']);
      assert.match(doubts[1] ?? '', /does not answer/);
    } else {
      assert.deepEqual(order, ['other']);
      assert.match(passedOver[0] ?? '', /the trunk acme is down: The provider does not answer/);
    }
    provider.behaviour.silent = false;
    assert.equal(dial(), 200);
    assert.deepEqual([provider.invitations().length, other.invitations().length], [0, 1]);
  }
});

test('a trunk that is down is better than none, and one that is never asked for OPTIONS is taken to be up', () => {
  const alone = { dialling: london(rule(route('acme'))) };
  const quiet = site({}, { answers: { OPTIONS: 0 } }, alone);
  quiet.world.runFor(40_000);
  assert.notEqual(quiet.world.pbx.trunks()[0]?.link.phase, 'up');
  assert.equal(quiet.dial(), 200);
  const unasked = site({ optionsSeconds: 0 }, { answers: { OPTIONS: 0 } }, alone);
  unasked.world.runFor(600_000);
  assert.equal(unasked.world.pbx.trunks()[0]?.link.phase, 'up');
  assert.ok(!unasked.provider.methods().includes('OPTIONS'));
  assert.equal(unasked.dial(), 200);
});

test('which failures go on to the next route, and how long silence lasts, is as the trunk has it before its rule', () => {
  for (const [trunk, status, reached] of [
    [{}, 403, true],
    [{ nextAfter: ['5xx'] }, 403, false],
    [{ nextAfter: ['5xx'] }, 500, true],
    [{ nextAfter: ['6xx'] }, 606, true],
    [{ nextAfter: [] }, 503, false],
    [{ nextAfter: ['4xx', '5xx', '6xx'] }, 486, false],
  ] as const) {
    const { dial, other, world } = site(trunk, { answers: { INVITE: status } });
    dial();
    assert.equal(other.invitations().length, reached ? 1 : 0, `${JSON.stringify(trunk)} ${status}`);
    const failed = world.events.filter((event) => event.kind === 'trunk-call-failed');
    assert.deepEqual(
      failed.map((event) => event.status),
      status === 486 ? [] : [status === 503 ? 500 : status],
    );
  }
  const { world, dial, provider, other } = site({ silenceSeconds: 3 }, { answers: { INVITE: 0 } });
  const before = world.monotonic();
  assert.equal(dial(), 200);
  assert.ok(other.invitations().length === 1 && world.monotonic() - before < 4_500);
  assert.ok(provider.invitations().length > 0);
});

test('a provider that says nothing to a call is asked at once whether it lives, and is known as down', () => {
  const { world, dial, provider } = site({ optionsSeconds: 3_600 }, {});
  provider.behaviour.silent = true;
  assert.equal(dial(), 200);
  const { order, doubts } = forecast(world);
  assert.deepEqual(order, ['other', 'acme'], 'the next call does not wait for it');
  assert.match(doubts[1] ?? '', /said nothing to a call/);
  world.runFor(35_000);
  assert.notEqual(world.pbx.trunks().find(({ trunk }) => trunk.name === 'acme')?.link.phase, 'up');
  provider.behaviour.silent = false;
  assert.ok(world.runUntil(() => world.pbx.trunks().every(({ link }) => link.phase === 'up'), 120_000));
});

test('where a provider is holds as long as the DNS says, and a trunk moves when it names the place no more', () => {
  const { world, provider } = site({});
  const acme = () => world.pbx.trunks().find(({ trunk }) => trunk.name === 'acme')?.link;
  const flow = acme()?.flow;
  assert.ok(flow !== undefined);
  const asked: (Flow | undefined)[] = [];
  const perform = world.perform.bind(world);
  world.perform = (effects) => {
    for (const effect of effects) if (effect.do === 'reach-trunk') asked.push(effect.keep);
    perform(effects.filter((effect) => effect.do !== 'reach-trunk'));
  };
  const name = 'acme' as TrunkName;
  world.perform(world.pbx.trunkReached(name, flow, ['198.51.100.200', '198.51.100.222'], 60));
  assert.deepEqual(acme()?.addresses, ['198.51.100.200', '198.51.100.222']);
  world.runFor(61_000);
  assert.deepEqual(asked, [flow], 'it is looked for again, and may stay');
  world.perform(world.pbx.trunkUnreachable(name, 'The DNS servers of this machine did not answer'));
  assert.equal(acme()?.phase, 'up', 'what was found holds while the DNS is away');
  world.runFor(61_000);
  assert.equal(asked.length, 2);
  const moved = { ...flow, remote: { address: '198.51.100.201', port: 5_060 } };
  const before = provider.asked.length;
  world.perform(world.pbx.trunkReached(name, moved, ['198.51.100.201'], 60));
  world.runFor(2_000);
  assert.deepEqual(acme()?.flow, moved);
  assert.equal(acme()?.phase, 'up');
  assert.equal(provider.asked.length, before, 'nothing goes to the old place');
});
