import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WallMs } from '@ringwall/base';
import type { Flow } from '@ringwall/sip';
import type { ExtensionNumber } from '../snapshot/snapshot.ts';
import type { Binding } from './binding.ts';
import { dropFlow, expireBindings } from './expire.ts';

function binding(key: string, expiresAt: number, connection = 0): Binding {
  const remote = { address: '192.0.2.7', port: 5_060 };
  const transport: Flow['transport'] = connection === 0 ? 'udp' : 'tcp';
  return {
    extension: '101' as ExtensionNumber,
    contact: `sip:${key}@192.0.2.7`,
    key,
    instanceId: undefined,
    regId: undefined,
    flow: { transport, local: { address: '192.0.2.1', port: 5_060 }, remote, connection },
    path: [],
    callId: key,
    cseq: 1,
    userAgent: '',
    registeredAt: 0 as WallMs,
    expiresAt: expiresAt as WallMs,
    behindNat: false,
  };
}

test('RFC 3261 10.3: a binding ends at the instant that it was granted until', () => {
  const [a, b, c] = [binding('a', 1_000), binding('b', 1_001), binding('c', 2_000)];
  assert.deepEqual(expireBindings([a, b, c], 1_000 as WallMs), [b, c]);
  assert.deepEqual(expireBindings([a, b, c], 2_000 as WallMs), []);
});

test('where nothing has expired, the same list comes back', () => {
  const bindings = [binding('a', 1_000)];
  assert.equal(expireBindings(bindings, 999 as WallMs), bindings);
});

test('a closed connection takes what was registered over it, and nothing of the next from the same port', () => {
  const bindings = [binding('udp', 9, 0), binding('old', 9, 1), binding('new', 9, 2)];
  const closed = (bindings[1] as Binding).flow;
  assert.deepEqual(
    dropFlow(bindings, closed).map(({ key }) => key),
    ['udp', 'new'],
  );
});
