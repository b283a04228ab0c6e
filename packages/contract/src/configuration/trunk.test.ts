import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newTrunkDocument, trunkShape } from './trunk.ts';

const USUAL = newTrunkDocument('sip.provider.example', 'register');

test('the domain of callers is a domain or an address and nothing else, and a trunk from before it has none', () => {
  for (const right of ['pbx.customer.example', '192.0.2.1', '2001:db8::1', null]) {
    const read = trunkShape.read({ ...USUAL, fromDomain: right }, 'trunk');
    assert.ok(read.ok && read.value.fromDomain === right, String(right));
  }
  for (const wrong of ['sip:a.example', 'a.example:5060', 'A.example', 'a b', 'a>\r\nX: y', '', 7]) {
    const read = trunkShape.read({ ...USUAL, fromDomain: wrong }, 'trunk');
    assert.ok(!read.ok && read.error.startsWith('trunk.fromDomain'), String(wrong));
  }
  const { fromDomain: _, ...before } = USUAL;
  const read = trunkShape.read(before, 'trunk');
  assert.ok(read.ok && read.value.fromDomain === null);
});
