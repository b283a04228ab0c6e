import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readEvent, readRequest, readResponse } from './messages.ts';
import { REQUESTS } from './requests.ts';

test('a request is read with its fields checked', () => {
  assert.deepEqual(readRequest({ request: 'extension.add', with: { number: '101', name: 'Anna' } }), {
    ok: true,
    value: { request: 'extension.add', with: { number: '101', name: 'Anna' } },
  });
});

test('a request with a wrong or an unknown field is refused with its place', () => {
  const wrong = readRequest({ request: 'extension.add', with: { number: '1x1' } });
  assert.ok(!wrong.ok && wrong.error.code === 'REQUEST_MALFORMED');
  assert.match(wrong.error.text, /number is "1x1", and must be 2 to 8 digits/);
  const extra = readRequest({ request: 'status', with: {}, who: 'root' });
  assert.ok(!extra.ok && /"who" is not known/.test(extra.error.text));
  const missing = readRequest({ request: 'status' });
  assert.ok(!missing.ok && /with is missing/.test(missing.error.text));
});

test('a request says how it is asked, and no more than that', () => {
  const as = { words: 'outbound set', by: 'anna', force: true };
  const read = readRequest({ request: 'status', with: {}, as });
  assert.ok(read.ok);
  assert.deepEqual(read.value.as, as);
  for (const wrong of [
    { words: 'a\u001b[2J' },
    { by: 'x'.repeat(101) },
    { force: 'yes' },
    { password: 'x' },
  ]) {
    assert.ok(!readRequest({ request: 'status', with: {}, as: wrong }).ok, JSON.stringify(wrong));
  }
});

test('a request that does not exist is refused, also when its name is one of the prototype', () => {
  for (const request of ['extension.explode', 'toString', '__proto__']) {
    const read = readRequest({ request, with: {} });
    assert.ok(!read.ok && read.error.code === 'REQUEST_UNKNOWN', request);
  }
});

test('a name with control characters is refused, so that no list can be defaced', () => {
  const read = readRequest({ request: 'extension.add', with: { number: '101', name: 'a\u001b[2J' } });
  assert.ok(!read.ok && read.error.code === 'REQUEST_MALFORMED');
});

test('a response is checked against the shape of its request', () => {
  const value = { version: '1', node: '24' };
  assert.deepEqual(readResponse('version', value), { ok: true, value });
  const wrong = readResponse('version', { ...value, version: 1 });
  assert.ok(!wrong.ok && wrong.error.code === 'CONTROL_ANSWER' && /version is 1/.test(wrong.error.text));
  assert.ok(!readResponse('version', { ...value, mood: 'good' }).ok);
});

test('events are read by kind', () => {
  const event = { kind: 'call-started', at: 5, call: 'c1', caller: '101', dialled: '102' };
  assert.deepEqual(readEvent(event), { ok: true, value: event });
  assert.ok(!readEvent({ ...event, password: 'x' }).ok);
});

test('whatever comes over the socket, reading it never throws', () => {
  const name = fc.oneof(
    fc.constantFrom(...(Object.keys(REQUESTS) as (keyof typeof REQUESTS)[])),
    fc.string(),
  );
  const body = fc.oneof(
    fc.anything(),
    fc.dictionary(fc.constantFrom('number', 'name', 'limit', 'skip', 'token', 'x'), fc.anything()),
  );
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.record({ request: name, with: body })), (incoming) => {
      readRequest(incoming);
      readEvent(incoming);
      for (const request of Object.keys(REQUESTS) as (keyof typeof REQUESTS)[])
        readResponse(request, incoming);
    }),
    { numRuns: 300 },
  );
});
