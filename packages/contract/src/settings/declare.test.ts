import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { setting } from './declare.ts';

function refusal(read: { readonly ok: boolean; readonly error?: string }): string {
  assert.equal(read.ok, false);
  return read.error ?? '';
}

test('a default that its own bounds refuse fails when it is declared', () => {
  assert.throws(
    () => setting({ type: 'number', unit: 'calls', default: 0, min: 1, max: 5, says: 'x' }),
    /Ringwall is wrong/,
  );
});

test('a number is whole, within its bounds, and its refusal names unit and bounds', () => {
  const calls = setting({ type: 'number', unit: 'calls', default: 3, min: 1, max: 5, says: 'x' });
  assert.deepEqual(calls.read(5), { ok: true, value: 5 });
  for (const wrong of [0, 6, 1.5, Number.NaN, '3', null, undefined, [3], 3n, true]) {
    assert.match(refusal(calls.read(wrong)), /1 to 5/, String(wrong));
  }
  assert.match(refusal(calls.read('3')), /calls/);
});

test('a number from the environment is digits only', () => {
  const calls = setting({ type: 'number', unit: 'calls', default: 3, min: 1, max: 5_000, says: 'x' });
  assert.equal(calls.fromText('42'), 42);
  for (const text of ['1e3', '0x10', ' 4', '4 ', '', '٤', '1_000']) {
    assert.equal(calls.read(calls.fromText(text)).ok, false, JSON.stringify(text));
  }
});

test('a boolean is true or false, and the words yes and on are refused', () => {
  const flag = setting({ type: 'boolean', default: false, says: 'x' });
  assert.deepEqual(flag.read(flag.fromText('true')), { ok: true, value: true });
  for (const text of ['yes', 'on', '1', 'TRUE', '']) assert.equal(flag.read(flag.fromText(text)).ok, false);
});

test('a choice lists its words when another one comes', () => {
  const level = setting({ type: 'choice', options: ['low', 'mid', 'high'], default: 'low', says: 'x' });
  assert.match(refusal(level.read('lowest')), /"lowest", and must be low, mid or high/);
  assert.equal(level.read('constructor').ok, false);
});

test('text with control characters or marks that turn its direction is refused', () => {
  const text = setting({ type: 'text', default: 'a', minLength: 1, maxLength: 10, says: 'x' });
  for (const wrong of ['a\u001b[2J', 'a\nb', '\u202eabc', '\u2028', '', 'a'.repeat(11), 7]) {
    assert.equal(text.read(wrong).ok, false, JSON.stringify(wrong));
  }
  assert.deepEqual(text.read('Käse 🧀'), { ok: true, value: 'Käse 🧀' });
});

test('a network with host bits is refused with both networks that may have been meant', () => {
  const networks = setting({ type: 'networks', default: ['10.0.0.0/8'], maxItems: 3, says: 'x' });
  const text = refusal(networks.read(['217.14.138.0/12']));
  assert.match(text, /217\.0\.0\.0\/12/);
  assert.match(text, /217\.14\.138\.0 for one/);
});

test('a list from the environment is split at commas, and nothing is the empty list', () => {
  const networks = setting({ type: 'networks', default: [], maxItems: 3, says: 'x' });
  assert.deepEqual(networks.fromText(' 10.0.0.0/8 , fd00::/8'), ['10.0.0.0/8', 'fd00::/8']);
  assert.deepEqual(networks.fromText(''), []);
  assert.equal(networks.read(['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4']).ok, false);
});

test('listeners are written transport:address:port with IPv6 in brackets, and none twice', () => {
  const listeners = setting({ type: 'listeners', default: ['udp:0.0.0.0:5060'], maxItems: 4, says: 'x' });
  assert.deepEqual(listeners.read(['tls:[::1]:5061', 'udp:127.0.0.1:0', 'udp:127.0.0.1:0']), {
    ok: true,
    value: [
      { transport: 'tls', address: '::1', port: 5061 },
      { transport: 'udp', address: '127.0.0.1', port: 0 },
      { transport: 'udp', address: '127.0.0.1', port: 0 },
    ],
  });
  assert.match(refusal(listeners.read(['udp:0.0.0.0:5060', 'udp:0.0.0.0:5060'])), /twice/);
  for (const wrong of [
    'udp:::5060',
    'ws:0.0.0.0:80',
    'udp:0.0.0.0',
    'udp:0.0.0.0:65536',
    'udp:localhost:1',
  ]) {
    assert.match(refusal(listeners.read([wrong])), /transport:address:port/, wrong);
  }
  assert.equal(listeners.read([]).ok, false);
});

test('an endpoint may be off, and 0 means off too', () => {
  const metrics = setting({ type: 'endpoint', default: '127.0.0.1:9464', says: 'x' });
  for (const off of ['off', 0, '0']) assert.deepEqual(metrics.read(off), { ok: true, value: undefined });
  assert.deepEqual(metrics.read('[::1]:9464'), { ok: true, value: { address: '::1', port: 9464 } });
  assert.equal(metrics.toJson(undefined), 'off');
  assert.equal(metrics.read('9464').ok, false);
});

test('a range of ports starts even and ends odd, so that it is whole pairs', () => {
  const ports = setting({ type: 'ports', default: '16384-16783', says: 'x' });
  assert.deepEqual(ports.default, { first: 16_384, last: 16_783 });
  assert.match(refusal(ports.read('16385-16784')), /even port/);
  assert.match(refusal(ports.read('16384-16784')), /odd port/);
  for (const wrong of ['16783-16384', '80-99', '65534-65537', '1-', 16_384]) {
    assert.equal(ports.read(wrong).ok, false, String(wrong));
  }
});

test('host names are kept in lower case and once', () => {
  const names = setting({ type: 'names', default: [], maxItems: 5, says: 'x' });
  assert.deepEqual(names.read(['PBX.example.com', 'pbx.example.com', '2001:db8::1']), {
    ok: true,
    value: ['pbx.example.com', '2001:db8::1'],
  });
  assert.match(refusal(names.read(['pbx_example'])), /neither a host name nor an address/);
});

test('no kind of setting ever throws on a value, and what it takes survives being written and read', () => {
  const kinds = [
    setting({ type: 'number', unit: 'calls', default: 3, min: -5, max: 5_000, says: 'x' }),
    setting({ type: 'boolean', default: true, says: 'x' }),
    setting({ type: 'text', default: '', minLength: 0, maxLength: 40, says: 'x' }),
    setting({ type: 'path', default: '', says: 'x' }),
    setting({ type: 'address', default: '', says: 'x' }),
    setting({ type: 'names', default: [], maxItems: 5, says: 'x' }),
    setting({ type: 'networks', default: [], maxItems: 5, says: 'x' }),
    setting({ type: 'listeners', default: ['udp:0.0.0.0:5060'], maxItems: 5, says: 'x' }),
    setting({ type: 'endpoint', default: 'off', says: 'x' }),
    setting({ type: 'ports', default: '16384-16783', says: 'x' }),
    setting({ type: 'choice', options: ['a', 'b'], default: 'a', says: 'x' }),
  ];
  const likely = fc.oneof(
    fc.ipV4().map((ip) => [ip]),
    fc.ipV4().map((ip) => [`udp:${ip}:5060`]),
    fc.ipV6().map((ip) => [`tls:[${ip}]:1`]),
    fc.domain().map((name) => [name]),
    fc.constantFrom('off', '127.0.0.1:80', '2000-2999', 'a', '::1'),
  );
  fc.assert(
    fc.property(fc.oneof(fc.anything({ withBigInt: true }), fc.string(), likely), (raw) => {
      for (const kind of kinds) {
        const read = kind.read(raw);
        if (!read.ok) {
          assert.match(read.error, /^(is|holds|names|starts|ends) /);
          continue;
        }
        const again = kind.read(JSON.parse(JSON.stringify(kind.toJson(read.value as never))));
        assert.deepEqual(again, read);
      }
    }),
    { numRuns: 500 },
  );
});

test('extension numbers are text: without quotes YAML would take the zero off the front', () => {
  const canaries = setting({ type: 'numbers', default: [], maxItems: 3, says: 'x' });
  assert.deepEqual(canaries.read(canaries.fromText('0100, 999,999')), { ok: true, value: ['0100', '999'] });
  assert.match(refusal(canaries.read([100])), /in quotes, 3 at most/);
  assert.match(refusal(canaries.read(['1x'])), /"1x", and an extension number is 2 to 8 digits/);
  assert.equal(canaries.read(['10', '11', '12', '13']).ok, false);
});
