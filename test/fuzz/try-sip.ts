import assert from 'node:assert/strict';
import {
  type Answerable,
  DATAGRAM_LIMITS,
  formatNameAddr,
  formatUri,
  Headers,
  parseAuthParams,
  parseContacts,
  parseCSeq,
  parseMessage,
  parseNameAddr,
  parseParams,
  parseRAck,
  parseReason,
  parseReferTo,
  parseReplaces,
  parseSessionExpires,
  parseTokenList,
  parseTokenWithParams,
  parseUri,
  parseVia,
  respondTo,
  type SipMessage,
  sameUri,
  serialiseRequest,
  serialiseResponse,
  STREAM_LIMITS,
  StreamFramer,
  type WireLimits,
} from '@ringwall/sip';
import type { Dice } from './dice.ts';

const READERS: readonly ((text: string) => unknown)[] = [
  parseVia,
  parseCSeq,
  parseUri,
  parseReferTo,
  parseReplaces,
  parseSessionExpires,
  parseReason,
  parseRAck,
  parseAuthParams,
  parseTokenList,
  parseTokenWithParams,
  (text) => parseParams(text),
  (text) => parseContacts([text]),
];

/** For what we wrote ourselves: lists stand on lines of their own then, so there is more of it. */
const LIFTED: WireLimits = {
  ...DATAGRAM_LIMITS,
  messageBytes: 2 ** 20,
  startLineBytes: 2 ** 20,
  lineBytes: 2 ** 20,
  headers: 2 ** 10,
};

const SOURCE = { address: '192.0.2.200', port: 40_000 };

/**
 * Does with `bytes` what would be done with a packet, and checks what must hold whatever they are. Throws an
 * AssertionError, or whatever was thrown, if something does not hold.
 */
export function trySip(bytes: Buffer, dice: Dice): void {
  tryFraming(bytes, dice);
  const parsed = parseMessage(bytes, DATAGRAM_LIMITS);
  parseMessage(bytes, STREAM_LIMITS);
  if (parsed.ok) {
    tryValues(parsed.value);
    tryAddress(parsed.value);
    tryRewriting(parsed.value);
    if (parsed.value.kind === 'request') tryAnswering(parsed.value, 200);
  } else {
    for (const read of READERS) read(bytes.toString('latin1'));
    const { answer } = parsed.error;
    if (answer !== undefined) tryAnswering(answer, answer.status, true);
  }
  assert.equal(Object.keys(Object.prototype).length, 0);
}

/** In pieces or at once: the same messages come out, and all of them are read or refused. */
function tryFraming(bytes: Buffer, dice: Dice): void {
  const whole = new StreamFramer().push(bytes);
  const framer = new StreamFramer();
  const messages: Uint8Array[] = [];
  let code: string | undefined;
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + dice.below(dice.pick([2, 50, 5_000]));
    // The memory of a chunk is its own, as that of a socket is.
    const framed = framer.push(Buffer.from(bytes.subarray(at, at + size)));
    messages.push(...framed.messages);
    code = framed.error?.code;
    at += size;
  }
  const plain = (list: readonly Uint8Array[]): string[] =>
    list.map((each) => Buffer.from(each).toString('latin1'));
  assert.deepEqual(plain(messages), plain(whole.messages));
  assert.equal(code, whole.error?.code);
  for (const message of messages) {
    const parsed = parseMessage(message, STREAM_LIMITS);
    // What the framing took for the length, the parser takes for it too.
    if (!parsed.ok)
      assert.doesNotMatch(parsed.error.code, /^(CONTENT_LENGTH_|HEAD_|MESSAGE_|BODY_|START_LINE_TOO_LONG)/);
  }
}

function tryValues(message: SipMessage): void {
  const length = message.headers.get('content-length');
  assert.ok(length === undefined || Number(length) === message.body.length);
  for (const [name, value] of message.headers) {
    assert.match(name, /^[a-z0-9\-.!%*_+`'~]+$/);
    assert.doesNotMatch(value, /[\r\n\0]/);
    for (const read of READERS) read(value);
  }
}

function tryAddress(message: SipMessage): void {
  for (const address of [message.from, message.to]) {
    const again = parseNameAddr(formatNameAddr(address));
    assert.ok(again !== undefined && sameUri(again.uri, address.uri));
    assert.deepEqual(again.params, address.params);
  }
}

/** What was read is written, read again, and still the same. */
function tryRewriting(message: SipMessage): void {
  const vias = message.headers.all('via');
  const headers = new Headers();
  for (const via of vias.slice(1)) headers.append('via', via);
  for (const [name, value] of message.headers) if (name !== 'via') headers.append(name, value);
  const bytes =
    message.kind === 'request'
      ? serialiseRequest({ ...message, uri: formatUri(message.uri), headers }, vias[0] ?? '')
      : serialiseResponse(message);
  const again = parseMessage(bytes, LIFTED);
  assert.ok(again.ok, again.ok ? '' : again.error.code);
  const { headers: _, ...rest } = again.value;
  const { headers: _headers, ...expected } = message;
  assert.deepEqual(rest, expected);
}

/**
 * An answer to what came is a response that we would read ourselves; for a malformed request, but for what was
 * malformed in what it repeats.
 */
function tryAnswering(request: Answerable, status: number, isMalformed = false): void {
  const bytes = serialiseResponse(respondTo(request, status, { source: SOURCE, toTag: 'tag' }));
  const read = parseMessage(bytes, LIFTED);
  if (!read.ok) {
    assert.ok(
      isMalformed && /^(CSEQ_SYNTAX|VIA_SYNTAX|BRANCH_EMPTY)$/.test(read.error.code),
      read.error.code,
    );
    return;
  }
  assert.ok(read.value.kind === 'response' && read.value.status === status);
  assert.ok(read.value.to.params.has('tag'));
  assert.equal(read.value.via.branch, request.via.branch);
  const { via } = read.value;
  assert.ok(via.host === SOURCE.address || via.params.get('received') === SOURCE.address);
  if (via.params.has('rport')) assert.equal(via.params.get('rport'), String(SOURCE.port));
}
