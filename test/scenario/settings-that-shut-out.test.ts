import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PbxSettings, shutOutBy } from '@ringwall/pbx';
import { observe, parseListNetwork } from '@ringwall/policy';
import { World } from '@ringwall/testkit';

const account = (number: string) => ({ number, authId: `auth-${number}`, password: `password-of-${number}` });

/** 101 is for the LAN alone; 102 registers from anywhere, and does so from outside. */
function office() {
  const extensions = [{ ...account('101'), lanOnly: true }, account('102')];
  const world = new World({ seed: 1, extensions });
  const [anna, bo] = [world.registered('101'), world.registered('102', {}, { outside: true })];
  const ask = (changes: Partial<PbxSettings>) => {
    const { pbx } = world;
    const { snapshot, guard } = pbx;
    const settings = { ...snapshot.settings, ...changes };
    const places = shutOutBy(settings, { snapshot, bindings: pbx.bindings(), guard, now: world.monotonic() });
    return places.map(({ address, what }) => `${address} ${what}`);
  };
  const take = (changes: Partial<PbxSettings>) => {
    const { snapshot } = world.pbx;
    const settings = { ...snapshot.settings, ...changes };
    world.perform(world.pbx.replaceSnapshot({ ...snapshot, version: snapshot.version + 1, settings }));
  };
  const registered = () => Array.from(world.pbx.bindings(), ({ extension }) => extension);
  const addressOf = (phone: typeof anna) => phone.flow.local.address;
  return { world, ask, take, registered, anna: addressOf(anna), bo: addressOf(bo) };
}

function networks(...texts: readonly string[]) {
  return texts.map((text) => {
    const read = parseListNetwork(text);
    assert.ok(read.ok);
    return read.value;
  });
}

test('whom another LAN puts out is told before, and nobody else', () => {
  const { ask, take, registered, anna } = office();
  const lanNetworks = networks('192.168.0.0/16');
  assert.deepEqual(ask({ lanNetworks }), [`${anna} a phone of 101`]);
  assert.deepEqual(ask({ lanNetworks: networks('192.168.0.0/16', '10.0.0.0/8') }), []);
  take({ lanNetworks });
  assert.deepEqual(registered(), ['102'], 'it was so');
  assert.deepEqual(ask({ lanNetworks }), [], 'and is no change any more');
});

test('phones on the LAN that may have asked for an address are told as such', () => {
  const { ask, anna } = office();
  assert.deepEqual(ask({ answerToAddresses: false }), [
    `${anna} a phone of 101, if it asks for an address and not for a name`,
  ]);
});

test('a phone of a network that may ask for an address is told of before it may not any more', () => {
  const { ask, take, bo } = office();
  take({ addressNetworks: networks(bo) });
  assert.deepEqual(ask({ addressNetworks: [] }), [
    `${bo} a phone of 102, if it asks for an address and not for a name`,
  ]);
  assert.deepEqual(ask({ addressNetworks: networks('203.0.113.0/24', bo) }), []);
});

test('what the guard holds against the address of a phone counts, where the limits come down to it', () => {
  const { world, ask, bo } = office();
  const { guard } = world.pbx.snapshot.settings;
  assert.deepEqual(ask({ guard: { ...guard, failedAuthFastLimit: 3, amberRequests: 10 } }), []);
  const flow = { transport: 'udp', remote: { address: bo, port: 9 }, connection: 0 } as const;
  for (let i = 0; i < 3; i++) {
    observe(world.pbx.guard, { kind: 'wrong-digest', flow, account: 'auth-101' }, world.monotonic());
  }
  const stricter = ask({ guard: { ...guard, failedAuthFastLimit: 3 } });
  assert.equal(stricter.length, 1);
  assert.match(
    stricter[0] ?? '',
    /^198\.51\.100\.\d a phone of 102: one more wrong password would be the last, after \d/,
  );
});
