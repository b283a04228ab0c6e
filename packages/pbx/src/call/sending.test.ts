import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reasonHeader } from './sending.ts';

test('RFC 3326: what a peer wrote into a reason stays within its quotation marks, and on its line', () => {
  const text = 'The provider "x";cause=200\\\r\nRoute: <sip:evil>\u00e9';
  assert.equal(
    reasonHeader(503, text).get('reason'),
    `SIP;cause=503;text="The provider 'x';cause=200' Route: <sip:evil> "`,
  );
});
