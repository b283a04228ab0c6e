import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { adminError } from '../errors/admin-error.ts';
import { readEvent, readReply, readRequest, replyOf } from './messages.ts';
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
  const extra = readRequest({ request: 'status', with: {}, as: 'root' });
  assert.ok(!extra.ok && /"as" is not known/.test(extra.error.text));
  const missing = readRequest({ request: 'status' });
  assert.ok(!missing.ok && /with is missing/.test(missing.error.text));
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

test('an answer is checked against the shape of its request', () => {
  assert.deepEqual(readReply('version', { ok: true, value: { version: '1', node: '24' } }), {
    ok: true,
    value: { version: '1', node: '24' },
  });
  const wrong = readReply('version', { ok: true, value: { version: 1, node: '24' } });
  assert.ok(!wrong.ok && wrong.error.code === 'CONTROL_ANSWER' && /version is 1/.test(wrong.error.text));
});

test('an error crosses the socket with its code and its sentence', () => {
  const error = adminError('EXTENSION_UNKNOWN', { number: '999' });
  const reply: unknown = JSON.parse(JSON.stringify(replyOf({ ok: false, error })));
  assert.deepEqual(readReply('extension.show', reply), { ok: false, error });
});

test('an error code of another version is told as an answer that is not understood', () => {
  const read = readReply('status', { ok: false, error: { code: 'MOON_FULL', text: 'The moon is full.' } });
  assert.ok(!read.ok && read.error.code === 'CONTROL_ANSWER' && /The moon is full/.test(read.error.text));
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
      for (const request of Object.keys(REQUESTS) as (keyof typeof REQUESTS)[]) readReply(request, incoming);
    }),
    { numRuns: 300 },
  );
});
