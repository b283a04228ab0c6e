import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reasonPhrase } from './reason-phrase.ts';

test('a known status has its registered phrase, another that of its class', () => {
  assert.equal(reasonPhrase(401), 'Unauthorized');
  assert.equal(reasonPhrase(481), 'Call/Transaction Does Not Exist');
  assert.equal(reasonPhrase(299), 'OK');
  assert.equal(reasonPhrase(499), 'Request Failed');
  for (let status = 100; status < 700; status++) assert.match(reasonPhrase(status), /^[A-Z][ -~]+$/);
});
