import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExtensionNumber } from '@ringwall/pbx';
import type { Flow } from '@ringwall/net';
import { RegisteredPlaces } from './registered-places.ts';

const [ANNA, BEN] = ['101', '102'] as ExtensionNumber[] as [ExtensionNumber, ExtensionNumber];

function binding(connection: number, address = '192.0.2.1') {
  const transport: Flow['transport'] = connection === 0 ? 'udp' : 'tls';
  const local = { address: '192.0.2.254', port: 5061 };
  return { flow: { transport, connection, local, remote: { address, port: 5_000 + connection } } };
}

function places() {
  const told: string[] = [];
  const known = new RegisteredPlaces({
    promote: (flow) => told.push(`promote ${flow.connection}`) > 0,
    demote: (flow) => told.push(`demote ${flow.connection}`) > 0,
  });
  return { known, told };
}

test('a connection has the rights of a phone for as long as something is registered over it', () => {
  const { known, told } = places();
  known.update(ANNA, [binding(1)]);
  known.update(BEN, [binding(1)]);
  known.update(ANNA, [binding(1)]);
  known.update(ANNA, []);
  assert.deepEqual(told, ['promote 1']);
  known.update(BEN, []);
  assert.deepEqual(told, ['promote 1', 'demote 1']);
});

test('a phone that comes back over a new connection leaves the old one a stranger', () => {
  const { known, told } = places();
  known.update(ANNA, [binding(1)]);
  known.update(ANNA, [binding(2)]);
  assert.deepEqual(told, ['promote 1', 'promote 2', 'demote 1']);
});

test('an address is known while any phone is registered from it, over UDP too', () => {
  const { known, told } = places();
  known.update(ANNA, [binding(0, '192.0.2.7')]);
  known.update(BEN, [binding(0, '192.0.2.7'), binding(0, '192.0.2.8')]);
  assert.deepEqual(told, []);
  known.update(BEN, []);
  assert.ok(known.isKnown('192.0.2.7'));
  assert.ok(!known.isKnown('192.0.2.8'));
  known.update(ANNA, []);
  assert.ok(!known.isKnown('192.0.2.7'));
});

test('the address of a phone that is away is known, and no connection has its rights', () => {
  const { known, told } = places();
  const away = { flow: { ...binding(0).flow, transport: 'tls' as const } };
  known.update(ANNA, [away]);
  assert.ok(known.isKnown('192.0.2.1'));
  assert.deepEqual(told, []);
  known.update(ANNA, [binding(1)]);
  known.update(ANNA, []);
  assert.deepEqual(told, ['promote 1', 'demote 1']);
  assert.ok(!known.isKnown('192.0.2.1'));
});
