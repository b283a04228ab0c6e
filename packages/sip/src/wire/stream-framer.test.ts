import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { STREAM_LIMITS } from './limits.ts';
import { StreamFramer } from './stream-framer.ts';

function message(body = '', fields = ''): string {
  return `OPTIONS sip:h SIP/2.0\r\nVia: SIP/2.0/TCP h;branch=z9hG4bK1\r\n${fields}l: ${body.length}\r\n\r\n${body}`;
}

interface Seen {
  readonly messages: string[];
  readonly pings: number;
  readonly error: string | undefined;
}

function feed(chunks: readonly Uint8Array[], framer = new StreamFramer()): Seen {
  const messages: Uint8Array[] = [];
  let pings = 0;
  let error: string | undefined;
  for (const chunk of chunks) {
    const framed = framer.push(chunk);
    messages.push(...framed.messages);
    pings += framed.pings;
    error = framed.error?.code;
  }
  return { messages: messages.map((bytes) => Buffer.from(bytes).toString('latin1')), pings, error };
}

function bytewise(text: string): Uint8Array[] {
  return [...Buffer.from(text, 'latin1')].map((byte) => Uint8Array.of(byte));
}

const once = (text: string, framer?: StreamFramer): Seen => feed([Buffer.from(text, 'latin1')], framer);

test('messages come out whole, whatever pieces they came in', () => {
  const parts = [
    message(),
    message('hello'),
    message('a\r\n\r\nb'),
    message('x'.repeat(3_000)),
    message('ä'),
  ];
  const text = parts.join('\r\n');
  const expected = { messages: parts, pings: 0, error: undefined };
  assert.deepEqual(once(text), expected);
  assert.deepEqual(feed(bytewise(text)), expected);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1 }), (sizes) => {
      const bytes = Buffer.from(text, 'latin1');
      const chunks: Uint8Array[] = [];
      for (let at = 0, i = 0; at < bytes.length; i++) {
        const size = sizes[i % sizes.length] ?? 1;
        chunks.push(bytes.subarray(at, at + size));
        at += size;
      }
      assert.deepEqual(feed(chunks), expected);
    }),
  );
});

test('messages stay what they were when more comes', () => {
  const framer = new StreamFramer();
  const text = message('first') + message('second');
  const half = framer.push(Buffer.from(text.slice(0, 100)));
  const rest = framer.push(Buffer.from(text.slice(100)));
  const kept = [...half.messages, ...rest.messages];
  framer.push(Buffer.from(message('third').slice(0, 50)));
  framer.push(Buffer.from(message('third').slice(50)));
  assert.deepEqual(
    kept.map((bytes) => Buffer.from(bytes).toString()),
    [message('first'), message('second')],
  );
});

test('a double CRLF is a ping, a single one is nothing (RFC 5626 3.5.1)', () => {
  assert.deepEqual(once('\r\n\r\n'), { messages: [], pings: 1, error: undefined });
  assert.deepEqual(feed(bytewise('\r\n\r\n')), { messages: [], pings: 1, error: undefined });
  assert.deepEqual(once('\r\n'), { messages: [], pings: 0, error: undefined });
  assert.deepEqual(once(`\r\n${message()}`), { messages: [message()], pings: 0, error: undefined });
  assert.deepEqual(once(`${message()}\r\n${message()}\r\n`).pings, 0);
  assert.deepEqual(once(`${message()}\r\n\r\n${message()}`), {
    messages: [message(), message()],
    pings: 1,
    error: undefined,
  });
});

test('a flood of line ends makes no flood of answers', () => {
  assert.deepEqual(once('\r\n'.repeat(30_000)), { messages: [], pings: 1, error: undefined });
});

test('a CR before a message must have its LF', () => {
  assert.equal(once('\rx').error, 'FORBIDDEN_BYTE');
  assert.equal(once('\r\r').error, 'FORBIDDEN_BYTE');
});

test('the length must be there once, as a number', () => {
  const head = 'OPTIONS sip:h SIP/2.0\r\nX: l: 5\r\n';
  for (const [field, code] of [
    ['', 'CONTENT_LENGTH_MISSING'],
    ['l: -1\r\n', 'CONTENT_LENGTH_SYNTAX'],
    ['l: 4294967295\r\n', 'BODY_TOO_LONG'],
    ['l: 18446744073709551617\r\n', 'CONTENT_LENGTH_SYNTAX'],
    ['l: 1\r\nContent-Length: 2\r\n', 'DUPLICATE_FIELD'],
    ['l: 1, 2\r\n', 'CONTENT_LENGTH_SYNTAX'],
    ['Content-Length\r\n', 'FIELD_SYNTAX'],
    ['Content-Length : 0\nX: y\r\n', 'FORBIDDEN_BYTE'],
  ] as const) {
    assert.equal(once(`${head}${field}\r\n`).error, code, field);
  }
  for (const field of ['l:0', 'CONTENT-LENGTH \t:\r\n 0 ', 'l: 0\r\nContent-Length: 0', 'l: 000']) {
    assert.equal(once(`${head}${field}\r\n\r\n`).messages.length, 1, field);
  }
});

test('a length that cannot be read is answered if the rest can', () => {
  const text = `OPTIONS sip:h SIP/2.0\r\nVia: SIP/2.0/TCP h\r\nf: <sip:a@h>;tag=1\r\nt: <sip:b@h>\r\ni: 1\r\nCSeq: 1 OPTIONS\r\n\r\n`;
  const { error } = new StreamFramer().push(Buffer.from(text));
  assert.equal(error?.code, 'CONTENT_LENGTH_MISSING');
  assert.equal(error.answer?.status, 400);
});

test('a message in the body is body', () => {
  const hidden = message('x');
  assert.deepEqual(once(message(hidden)).messages, [message(hidden)]);
});

test('what came before an error is delivered, and nothing after it', () => {
  const framer = new StreamFramer();
  const seen = once(`${message('a')}GET / HTTP/1.1\r\n\r\n${message('b')}`, framer);
  assert.deepEqual(seen, { messages: [message('a')], pings: 0, error: 'CONTENT_LENGTH_MISSING' });
  assert.deepEqual(once(message('c'), framer), { messages: [], pings: 0, error: 'CONTENT_LENGTH_MISSING' });
});

test('what has no end is given up at the limits', () => {
  assert.equal(once('x'.repeat(STREAM_LIMITS.startLineBytes + 3)).error, 'START_LINE_TOO_LONG');
  assert.equal(once('x'.repeat(STREAM_LIMITS.startLineBytes)).error, undefined);
  const framer = new StreamFramer();
  const line = `X: ${'y'.repeat(1_000)}\r\n`;
  let seen = once('OPTIONS sip:h SIP/2.0\r\n', framer);
  for (let sent = 0; seen.error === undefined && sent < 200; sent++) {
    seen = once(line, framer);
    assert.ok(framer.pendingBytes <= STREAM_LIMITS.messageBytes);
  }
  assert.equal(seen.error, 'MESSAGE_TOO_LONG');
  assert.equal(once(message('', 'X: y\r\n'.repeat(200))).error, 'TOO_MANY_HEADERS');
  assert.equal(once(message('x'.repeat(STREAM_LIMITS.bodyBytes + 1))).error, 'BODY_TOO_LONG');
});

test('a byte at a time costs no more than in one piece, but for the calls', () => {
  const chunks = bytewise(message('x'.repeat(32_000), `X: ${'y'.repeat(30_000)}\r\n`));
  const limits = { ...STREAM_LIMITS, lineBytes: 65_536 };
  const before = performance.now();
  const { messages } = feed(chunks, new StreamFramer(limits));
  assert.equal(messages.length, 1);
  // If the head were searched again for each byte this would take seconds.
  assert.ok(performance.now() - before < 1_500);
});
