import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { SipMessage, SipRequest } from '../message.ts';
import { DATAGRAM_LIMITS, STREAM_LIMITS, type WireLimits } from './limits.ts';
import type { ParseError } from './parse-error.ts';
import { parseMessage } from './parse-message.ts';

const FIELDS = [
  'Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1;rport',
  'From: "Anna" <sip:101@pbx.example.com>;tag=1',
  'To: <sip:101@pbx.example.com>',
  'Call-ID: 1@192.0.2.1',
  'CSeq: 1 REGISTER',
];

function register(
  fields: readonly string[],
  body = '',
  line = 'REGISTER sip:pbx.example.com SIP/2.0',
): Buffer {
  return Buffer.from([line, ...fields, '', body].join('\r\n'), 'latin1');
}

function read(bytes: Uint8Array, limits?: WireLimits): SipMessage {
  const parsed = parseMessage(bytes, limits);
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.error.code);
  return parsed.value;
}

function fault(bytes: Uint8Array, limits?: WireLimits): ParseError {
  const parsed = parseMessage(bytes, limits);
  assert.ok(!parsed.ok, 'it was read');
  return parsed.error;
}

/** The code, and the status of the answer behind it if there is one. */
function code(bytes: Uint8Array, limits?: WireLimits): string {
  const { code: name, answer } = fault(bytes, limits);
  return answer === undefined ? name : `${name} ${answer.status}`;
}

/** The message with one field taken out or replaced, or more added. */
function changed(name: string, ...by: string[]): Buffer {
  return register([...FIELDS.filter((field) => !field.startsWith(`${name}:`)), ...by]);
}

describe('what is read', () => {
  test('a request', () => {
    const message = read(register([...FIELDS, 'Max-Forwards: 20', 'Expires: 60'])) as SipRequest;
    assert.equal(message.kind, 'request');
    assert.equal(message.method, 'REGISTER');
    assert.equal(message.maxForwards, 20);
    assert.equal(message.via.branch, 'z9hG4bK1');
    assert.equal(message.from.displayName, 'Anna');
    assert.equal(message.callId, '1@192.0.2.1');
    assert.deepEqual(message.cseq, { number: 1, method: 'REGISTER' });
    assert.equal(message.headers.get('expires'), '60');
    assert.equal(message.body.length, 0);
  });

  test('a response', () => {
    const message = read(register(FIELDS, '', 'SIP/2.0 401 Unauthorized'));
    assert.ok(message.kind === 'response');
    assert.deepEqual([message.status, message.reason], [401, 'Unauthorized']);
  });

  test('line ends before the first line are ignored (RFC 3261 7.5)', () => {
    assert.equal(read(Buffer.concat([Buffer.from('\r\n\r\n'), register(FIELDS)])).kind, 'request');
  });

  test('without Max-Forwards there are 70 hops', () => {
    assert.equal((read(register(FIELDS)) as SipRequest).maxForwards, 70);
  });

  test('lists come apart, and what only looks like one does not', () => {
    const { headers } = read(
      register([
        ...FIELDS,
        'v: SIP/2.0/UDP a, SIP/2.0/TCP b',
        'm: "x, y" <sip:a@h;p=1,2>;q=1, <sip:b@h>',
        'Allow: INVITE, ACK,,',
        'Supported:',
        'Date: Sat, 13 Nov 2010 23:29:00 GMT',
        'User-Agent: a, b',
        'Subject: a, b',
        'Authorization: Digest a=b, c=d',
        'X-Unknown: a, b',
      ]),
    );
    assert.equal(headers.all('via').length, 3);
    assert.deepEqual(headers.all('contact'), ['"x, y" <sip:a@h;p=1,2>;q=1', '<sip:b@h>']);
    assert.deepEqual(headers.all('allow'), ['INVITE', 'ACK']);
    assert.deepEqual(headers.all('supported'), ['']);
    for (const name of ['date', 'user-agent', 'subject', 'authorization', 'x-unknown']) {
      assert.equal(headers.all(name).length, 1, name);
    }
  });

  test('a header that comes again with the same value counts once', () => {
    const { headers } = read(register([...FIELDS, 'c: application/sdp', 'Content-Type: application/sdp']));
    assert.deepEqual(headers.all('content-type'), ['application/sdp']);
  });

  test('a display name in Latin-1 or UTF-8', () => {
    for (const name of ['J\u00f6rg', 'J\u00c3\u00b6rg']) {
      assert.equal(read(changed('To', `To: "${name}" <sip:1@h>`)).to.displayName, 'Jörg');
    }
  });

  test('the body is a view of the bytes', () => {
    const bytes = register([...FIELDS, 'Content-Length: 3'], 'abcdef');
    const { body } = read(bytes);
    bytes[bytes.length - 6] = 0x7a;
    assert.equal(Buffer.from(body).toString(), 'zbc');
  });

  test('a Uint8Array that is no Buffer and begins in the middle of its memory', () => {
    const bytes = register([...FIELDS, 'Content-Length: 2'], 'ok');
    const memory = new Uint8Array(bytes.length + 20).fill(0x0a);
    memory.set(bytes, 10);
    const message = read(memory.subarray(10, 10 + bytes.length));
    assert.equal(Buffer.from(message.body).toString(), 'ok');
  });

  test('names of JavaScript are names like others', () => {
    const { headers } = read(register([...FIELDS, '__proto__: polluted', 'constructor: x', 'toString: y']));
    assert.equal(headers.get('__proto__'), 'polluted');
    assert.equal(headers.get('constructor'), 'x');
    assert.equal(headers.get('tostring'), 'y');
    assert.equal(headers.get('hasownproperty'), undefined);
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
  });
});

describe('Content-Length', () => {
  test('on a datagram: missing means to the end, less means that the rest is ignored (RFC 3261 18.3)', () => {
    assert.equal(read(register(FIELDS, 'abc')).body.length, 3);
    assert.equal(read(register([...FIELDS, 'l: 2'], 'abc')).body.length, 2);
    assert.equal(read(register([...FIELDS, 'l: 003'], 'abc')).body.length, 3);
  });

  test('more than what came is an error', () => {
    assert.equal(code(register([...FIELDS, 'l: 4'], 'abc')), 'CONTENT_LENGTH_MISMATCH 400');
  });

  test('on a stream it must be there and exact', () => {
    assert.equal(read(register([...FIELDS, 'l: 3'], 'abc'), STREAM_LIMITS).body.length, 3);
    assert.equal(code(register(FIELDS, 'abc'), STREAM_LIMITS), 'CONTENT_LENGTH_MISSING 400');
    assert.equal(code(register([...FIELDS, 'l: 2'], 'abc'), STREAM_LIMITS), 'CONTENT_LENGTH_MISMATCH 400');
  });

  test('what is no number, or two of them', () => {
    for (const value of [
      '-1',
      '+1',
      '1e1',
      '0x1',
      '',
      '1, 1',
      '1 1',
      '4294967297',
      '9'.repeat(400),
      '\u00ef\u00bc\u0093',
    ]) {
      assert.equal(code(register([...FIELDS, `l: ${value}`], 'abc')), 'CONTENT_LENGTH_SYNTAX 400', value);
    }
    assert.equal(code(register([...FIELDS, 'l: 3', 'Content-Length: 0'], 'abc')), 'DUPLICATE_FIELD 400');
    assert.equal(code(register([...FIELDS, 'l: 3', 'Content-Length: 03'], 'abc')), 'DUPLICATE_FIELD 400');
  });
});

describe('what is refused', () => {
  test('a keep-alive is told apart from rubbish', () => {
    for (const text of ['', '\r\n', '\r\n\r\n', '\0', '\0\0\0\0', '\n']) {
      assert.equal(code(Buffer.from(text)), 'KEEP_ALIVE', JSON.stringify(text));
    }
    for (const text of ['x', 'jaK', '\0'.repeat(17), 'INVITE sip:a@h SIP/2.0\r\n', 'A: b\n\n']) {
      assert.equal(code(Buffer.from(text)), 'HEAD_UNFINISHED', JSON.stringify(text));
    }
    assert.equal(code(Buffer.from('\r\n\r\n\r\n\r\nx')), 'HEAD_UNFINISHED');
  });

  test('mandatory fields that are missing or malformed', () => {
    assert.equal(code(changed('Via')), 'VIA_SYNTAX');
    assert.equal(code(changed('From')), 'FROM_SYNTAX');
    assert.equal(code(changed('To')), 'TO_SYNTAX');
    assert.equal(code(changed('Call-ID')), 'CALL_ID_SYNTAX');
    assert.equal(code(changed('CSeq')), 'CSEQ_SYNTAX');
    assert.equal(code(changed('Via', 'Via: SIP/2.0/UDP h;;')), 'VIA_SYNTAX');
    assert.equal(code(changed('To', 'To: "x <sip:1@h>')), 'TO_SYNTAX');
    assert.equal(code(changed('To', 'To: <sip:1@h>, <sip:2@h>')), 'TO_SYNTAX');
    assert.equal(code(changed('Call-ID', 'Call-ID: a b')), 'CALL_ID_SYNTAX');
    assert.equal(code(changed('CSeq', 'CSeq: 2147483648 REGISTER')), 'CSEQ_SYNTAX 400');
    assert.equal(code(changed('CSeq', 'CSeq: 1 INVITE')), 'CSEQ_METHOD 400');
    assert.equal(code(changed('CSeq', 'CSeq: 1 register')), 'CSEQ_METHOD 400');
    assert.equal(code(changed('Via', 'Via: SIP/2.0/UDP h;branch=z9hG4bK')), 'BRANCH_EMPTY 400');
  });

  test('Max-Forwards that is no number from 0 to 255', () => {
    for (const value of ['-1', '256', '', '1e1', '70 ;x']) {
      assert.equal(code(register([...FIELDS, `Max-Forwards: ${value}`])), 'MAX_FORWARDS_SYNTAX 400', value);
    }
  });

  test('a second field of a kind that comes once, however it is written', () => {
    for (const field of [
      'To: <sip:x@h>',
      'T : <sip:x@h>',
      'tO: <sip:x@h>',
      'i: 2',
      'From: <sip:x@h>',
      'CSeq: 2 REGISTER',
    ]) {
      assert.equal(code(register([...FIELDS, field])), 'DUPLICATE_FIELD', field);
    }
    for (const name of [
      'Max-Forwards',
      'Expires',
      'Content-Type',
      'Event',
      'Refer-To',
      'r',
      'Replaces',
      'x',
      'RSeq',
    ]) {
      assert.equal(code(register([...FIELDS, `${name}: 1`, `${name}: 2`])), 'DUPLICATE_FIELD 400', name);
    }
  });

  test('lists with a hole or an open quote', () => {
    assert.equal(code(register([...FIELDS, 'Contact: <sip:a@h>,, <sip:b@h>'])), 'LIST_SYNTAX 400');
    assert.equal(code(register([...FIELDS, 'Route: <sip:a@h>,'])), 'LIST_SYNTAX 400');
    assert.equal(code(register([...FIELDS, 'Contact: "a, <sip:b@h>'])), 'LIST_SYNTAX 400');
  });

  test('a field that could be smuggled in is an error, and not answered', () => {
    for (const field of [
      'X: a\nRoute: <sip:evil>',
      'X: a\rRoute: <sip:evil>',
      'X: a\0',
      'X: a\n',
      '\nRoute: b',
      'X: \x1b[2J',
    ]) {
      assert.equal(code(register([...FIELDS, field])), 'FORBIDDEN_BYTE', JSON.stringify(field));
    }
    assert.equal(code(register(FIELDS, '', 'REGISTER sip:h SIP/2.0\nRoute: x')), 'FORBIDDEN_BYTE');
    assert.equal(code(register(FIELDS, '', 'REGISTER sip:h\0 SIP/2.0')), 'FORBIDDEN_BYTE');
    assert.equal(code(register(FIELDS, '', 'SIP/2.0 200 \x1b[2J')), 'FORBIDDEN_BYTE');
    assert.equal(code(register([...FIELDS, 'X-Bypass\u00a0: 1'])), 'FIELD_SYNTAX 400');
    assert.equal(code(register([...FIELDS, 'no colon'])), 'FIELD_SYNTAX 400');
  });

  test('a space before the colon does not make another header of it', () => {
    assert.equal(read(register([...FIELDS, 'X-Bypass-me\t : 1'])).headers.get('x-bypass-me'), '1');
  });

  test('another version, for a 505', () => {
    assert.equal(code(register(FIELDS, '', 'REGISTER sip:h SIP/3.0')), 'VERSION 505');
    assert.equal(code(register(FIELDS, '', 'SIP/3.0 200 OK')), 'VERSION');
  });

  test('an answer needs a request that is not ACK', () => {
    assert.equal(code(register([...FIELDS, 'l: x'], '', 'SIP/2.0 200 OK')), 'CONTENT_LENGTH_SYNTAX');
    const ack = [...FIELDS.slice(0, 4), 'CSeq: 1 ACK', 'l: x'];
    assert.equal(code(register(ack, '', 'ACK sip:h SIP/2.0')), 'CONTENT_LENGTH_SYNTAX');
    assert.equal(code(register(ack, '', 'INVITE sip:h SIP/2.0')), 'CONTENT_LENGTH_SYNTAX');
  });

  test('an answer has all Via, and the text of the others as it came', () => {
    const bytes = register([...FIELDS, 'v: SIP/2.0/TCP b;branch=2 , SIP/2.0/TCP c', 'l: x']);
    const { answer } = fault(bytes);
    assert.ok(answer);
    assert.deepEqual(answer.headers.all('via'), [
      'SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1;rport',
      'SIP/2.0/TCP b;branch=2',
      'SIP/2.0/TCP c',
    ]);
    assert.equal(answer.headers.get('from'), '"Anna" <sip:101@pbx.example.com>;tag=1');
  });

  test('the text of an error has nothing of the peer in it', () => {
    const { text } = fault(changed('To', 'To: evil-text'));
    assert.equal(text.includes('evil'), false);
  });
});

describe('limits', () => {
  const limits: WireLimits = {
    ...DATAGRAM_LIMITS,
    messageBytes: 1_000,
    startLineBytes: 50,
    lineBytes: 100,
    headers: 10,
    entries: 12,
    bodyBytes: 20,
  };

  test('the whole message', () => {
    assert.equal(code(register(FIELDS, 'x'.repeat(1_000)), limits), 'MESSAGE_TOO_LONG');
    assert.equal(code(Buffer.alloc(DATAGRAM_LIMITS.messageBytes + 1, 'x')), 'MESSAGE_TOO_LONG');
  });

  test('the first line', () => {
    const line = `REGISTER sip:${'h'.repeat(40)} SIP/2.0`;
    assert.equal(code(register(FIELDS, '', line), limits), 'START_LINE_TOO_LONG');
  });

  test('a field, with its continuation lines', () => {
    assert.equal(code(register([...FIELDS, `X: ${'a\r\n '.repeat(40)}`]), limits), 'LINE_TOO_LONG 400');
    assert.equal(code(register([...FIELDS, `${'x'.repeat(120)}: a`]), limits), 'LINE_TOO_LONG 400');
  });

  test('the number of fields and of what lists hold', () => {
    assert.equal(
      code(register([...FIELDS, ...Array<string>(6).fill('X: 1')]), limits),
      'TOO_MANY_HEADERS 400',
    );
    assert.equal(
      code(register([...FIELDS, 'Allow: A, B, C, D, E, F, G, H']), limits),
      'TOO_MANY_HEADERS 400',
    );
    for (const name of ['Accept', 'Via', 'Route', 'Record-Route', 'Contact']) {
      const many = Array<string>(10_000).fill(`${name}: <sip:a@h>`);
      assert.match(
        code(register([...FIELDS, ...many]), { ...limits, messageBytes: 2 ** 20 }),
        /^TOO_MANY_HEADERS/,
      );
    }
  });

  test('the body, which can be answered 413', () => {
    assert.equal(code(register(FIELDS, 'x'.repeat(21)), limits), 'BODY_TOO_LONG 413');
    assert.equal(read(register(FIELDS, 'x'.repeat(20)), limits).body.length, 20);
  });
});

test('arbitrary bytes give a message or an error, and never throw', () => {
  const line = fc.string({ maxLength: 60 }).map((text) => Buffer.from(text, 'latin1'));
  const name = fc.constantFrom('Via', 'f', 'To', 'Call-ID', 'CSeq', 'l', 'm', 'Max-Forwards', 'X');
  const field = fc
    .tuple(name, line)
    .map(([key, value]) => Buffer.concat([Buffer.from(`\r\n${key}: `), value]));
  const message = fc
    .tuple(
      fc.constantFrom('INVITE sip:h SIP/2.0', 'SIP/2.0 200 OK', 'ACK sip:h SIP/2.0', ''),
      fc.array(field),
      line,
    )
    .map(([first, fields, body]) =>
      Buffer.concat([Buffer.from(first), ...fields, Buffer.from('\r\n\r\n'), body]),
    );
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), message), fc.boolean(), (bytes, isStream) => {
      const parsed = parseMessage(bytes, isStream ? STREAM_LIMITS : DATAGRAM_LIMITS);
      assert.ok(parsed.ok || parsed.error.code.length > 0);
    }),
    { numRuns: 1_000 },
  );
});
