import { assert } from '@ringwall/base';
import type { Headers } from '../headers.ts';
import type { RequestDraft, ResponseDraft } from '../message.ts';
import { CR, isToken, LF } from '../wire/characters.ts';
import { headerSpelling } from '../wire/header-names.ts';

/**
 * Writes a request. `via` becomes the topmost Via; then those of the draft, then the other fields as they stand,
 * then the one right Content-Length.
 *
 * Throws if a part has a line break or a NUL in it: that would be our mistake, and the worst one.
 */
export function serialiseRequest(draft: RequestDraft, via: string): Buffer {
  const { method, uri } = draft;
  assert(isToken(method), 'a request whose method is no token');
  assert(/^[!-~]+$/.test(uri), 'a Request-URI with something else than visible ASCII in it');
  return write(`${method} ${uri} SIP/2.0\r\nVia: ${via}\r\n`, 2, draft.headers, draft.body);
}

/** Writes a response, as {@link serialiseRequest} does. */
export function serialiseResponse(draft: ResponseDraft): Buffer {
  const { status, reason } = draft;
  assert(status >= 100 && status <= 699 && Number.isInteger(status), 'a status code that is none');
  return write(`SIP/2.0 ${status} ${reason}\r\n`, 1, draft.headers, draft.body);
}

function write(top: string, topLines: number, headers: Headers, body: Uint8Array): Buffer {
  let text = top;
  let lines = topLines + 2;
  const { size } = headers;
  for (let i = 0; i < size; i++) {
    if (headers.nameAt(i) !== 'via') continue;
    text += `Via: ${headers.valueAt(i)}\r\n`;
    lines++;
  }
  for (let i = 0; i < size; i++) {
    const name = headers.nameAt(i);
    if (name === 'via' || name === 'content-length') continue;
    text += `${headerSpelling(name)}: ${headers.valueAt(i)}\r\n`;
    lines++;
  }
  text += `Content-Length: ${body.length}\r\n\r\n`;
  const headBytes = Buffer.byteLength(text);
  const bytes = Buffer.allocUnsafe(headBytes + body.length);
  bytes.write(text, 'utf8');
  assertLines(bytes, headBytes, lines);
  if (body.length > 0) bytes.set(body, headBytes);
  return bytes;
}

/**
 * One line end for each line that was written and no other CR, LF or NUL: then no value had any in it. Counted in
 * the bytes, where a character that a narrower encoding would turn into one shows too.
 */
function assertLines(bytes: Uint8Array, end: number, lines: number): void {
  let crs = 0;
  let lfs = 0;
  let nuls = 0;
  for (let i = 0; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte > CR) continue;
    if (byte === CR) crs++;
    else if (byte === LF) lfs++;
    else if (byte === 0) nuls++;
  }
  assert(crs === lines && lfs === lines && nuls === 0, 'a header with a line break or a NUL in it');
}
