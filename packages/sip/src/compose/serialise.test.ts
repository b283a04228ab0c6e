import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Headers } from '../headers.ts';
import { NO_BODY, type RequestDraft, type ResponseDraft } from '../message.ts';
import { parseMessage } from '../wire/parse-message.ts';
import { formatNameAddr, formatSipUri } from './addresses.ts';
import { serialiseRequest, serialiseResponse } from './serialise.ts';

const VIA = 'SIP/2.0/UDP h;branch=z9hG4bK1';

function request(headers: Headers, body: Uint8Array = NO_BODY): RequestDraft {
  return { method: 'OPTIONS', uri: 'sip:h', headers, body };
}

test('Via first, Content-Length last and right, whatever the draft says', () => {
  const headers = new Headers()
    .append('call-id', '1')
    .append('content-length', '99')
    .append('via', 'SIP/2.0/UDP below')
    .append('cseq', '1 OPTIONS')
    .append('content-length', '98');
  assert.equal(
    serialiseRequest(request(headers, Buffer.from('ä')), VIA).toString(),
    `OPTIONS sip:h SIP/2.0\r\nVia: ${VIA}\r\nVia: SIP/2.0/UDP below\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 2\r\n\r\nä`,
  );
  const response: ResponseDraft = { status: 200, reason: '', headers, body: NO_BODY };
  assert.equal(
    serialiseResponse(response).toString(),
    'SIP/2.0 200 \r\nVia: SIP/2.0/UDP below\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n',
  );
});

test('a line break or a NUL anywhere is our mistake, and nothing is written', () => {
  for (const bad of ['\r', '\n', '\0', '\r\n', 'a\r\nRoute: x', 'a\r\n b']) {
    assert.throws(
      () => serialiseRequest(request(new Headers().append('subject', bad)), VIA),
      /Ringwall is wrong/,
    );
    assert.throws(() => serialiseRequest(request(new Headers()), `${VIA}${bad}`), /Ringwall is wrong/);
    assert.throws(
      () => serialiseRequest(request(new Headers().append(`x${bad}`, 'a')), VIA),
      /Ringwall is wrong/,
    );
    assert.throws(
      () => serialiseResponse({ status: 200, reason: bad, headers: new Headers(), body: NO_BODY }),
      /Ringwall is wrong/,
    );
  }
  for (const uri of ['sip:a b', 'sip:a\r\nX: y', '', 'sip:ä']) {
    assert.throws(() => serialiseRequest({ ...request(new Headers()), uri }, VIA), /Ringwall is wrong/);
  }
  for (const method of ['', 'A B', 'A\r\n']) {
    assert.throws(() => serialiseRequest({ ...request(new Headers()), method }, VIA), /Ringwall is wrong/);
  }
  for (const status of [99, 700, 200.5, Number.NaN]) {
    assert.throws(() => serialiseResponse({ status, reason: '', headers: new Headers(), body: NO_BODY }));
  }
});

test('a character whose last byte would be a line feed in a narrower encoding is no line feed', () => {
  const bytes = serialiseRequest(request(new Headers().append('subject', '\u010a\u0d0a')), VIA);
  assert.ok(bytes.toString('utf8').includes('Subject: \u010a\u0d0a\r\n'));
});

test('a header that ends as another begins does not run into it', () => {
  const bytes = serialiseRequest(request(new Headers().append('x-a', '').append('x-b', ' ')), VIA).toString();
  assert.ok(bytes.includes('\r\nX-A: \r\nX-B:  \r\n'));
});

const text = fc.stringMatching(/^[!-+\--~][ -+\--~]{0,20}[!-+\--~]$/);
const name = fc.stringMatching(/^x-[a-z0-9.!%*_+'~-]{1,12}$/);
const address = fc
  .record({
    displayName: text,
    user: fc.string({ unit: 'grapheme', maxLength: 10 }),
    tag: fc.stringMatching(/^[a-z0-9]{1,8}$/),
  })
  .map(({ displayName, user, tag }) =>
    formatNameAddr({
      displayName,
      uri: formatSipUri({ user, host: 'pbx' }),
      params: new Map([['tag', tag]]),
    }),
  );
const method = fc.constantFrom('INVITE', 'REGISTER', 'OPTIONS', 'X-New');
const draft = fc.record({
  method,
  from: address,
  to: address,
  callId: fc.stringMatching(/^[!-+\--:<-~]{1,20}$/),
  number: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  extra: fc.array(fc.tuple(name, text), { maxLength: 8 }),
  contacts: fc.array(address, { maxLength: 3 }),
  body: fc.uint8Array({ maxLength: 200 }),
  status: fc.integer({ min: 100, max: 699 }),
});

test('any message that we write reads back the same', () => {
  fc.assert(
    fc.property(draft, ({ method: name, from, to, callId, number, extra, contacts, body, status }) => {
      const headers = new Headers()
        .append('from', from)
        .append('to', to)
        .append('call-id', callId)
        .append('cseq', `${number} ${name}`);
      for (const contact of contacts) headers.append('contact', contact);
      for (const [key, value] of extra) headers.append(key, value);
      const asRequest = parseMessage(serialiseRequest({ method: name, uri: 'sip:pbx', headers, body }, VIA));
      const withVia = new Headers().append('via', VIA).appendAll(headers);
      const asResponse = parseMessage(serialiseResponse({ status, reason: 'x', headers: withVia, body }));
      for (const parsed of [asRequest, asResponse]) {
        assert.ok(parsed.ok, parsed.ok ? '' : parsed.error.code);
        const message = parsed.value;
        assert.equal(
          message.kind === 'request' ? message.method : message.status,
          message.kind === 'request' ? name : status,
        );
        assert.deepEqual(message.cseq, { number, method: name });
        assert.equal(message.callId, callId);
        assert.deepEqual(new Uint8Array(message.body), body);
        const expected = [...withVia, ['content-length', String(body.length)]];
        assert.deepEqual([...message.headers], expected);
      }
    }),
  );
});
