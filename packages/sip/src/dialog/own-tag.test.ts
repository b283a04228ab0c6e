import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SeededRandom } from '../transaction/testing/messages.ts';
import { STREAM_LIMITS } from '../wire/limits.ts';
import { parseMessage } from '../wire/parse-message.ts';
import { newTag } from './identifiers.ts';
import { ownTagOf } from './own-tag.ts';

const TAG = newTag(new SeededRandom(3));

function tagOf(...lines: readonly string[]): string | undefined {
  return ownTagOf(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'));
}

const BYE = 'BYE sip:101@192.0.2.1 SIP/2.0';
const VIA = 'Via: SIP/2.0/UDP 198.51.100.7;branch=z9hG4bKx';

test('our tag is found however the To of a request is written', () => {
  const written = [
    `To: <sip:101@192.0.2.1>;tag=${TAG}`,
    `t:<sip:101@192.0.2.1>;tag=${TAG}`,
    `TO : "Anna; tag=x" <sip:101@192.0.2.1;tag=y>;x=1;Tag=${TAG};y=2`,
    `to:\tsip:101@192.0.2.1;tag=${TAG} `,
  ];
  for (const to of written)
    assert.equal(tagOf(BYE, VIA, 'From: <sip:a@b>;tag=1', to, 'CSeq: 2 BYE'), TAG, to);
});

test('a response has none, nor has a request that names it elsewhere or in part', () => {
  const to = `To: <sip:101@192.0.2.1>;tag=${TAG}`;
  assert.equal(tagOf('SIP/2.0 200 OK', VIA, to), undefined);
  assert.equal(tagOf(BYE, VIA, `From: <sip:a@b>;tag=${TAG}`, 'To: <sip:101@192.0.2.1>'), undefined);
  assert.equal(tagOf(BYE, `Tom: <sip:a@b>;tag=${TAG}`, `Subject: To: x;tag=${TAG}`), undefined);
  assert.equal(tagOf(BYE, `To: <sip:101@192.0.2.1;tag=${TAG}>`), undefined);
  for (const other of [TAG.slice(1), `${TAG}0`, TAG.toUpperCase()]) {
    assert.equal(tagOf(BYE, VIA, `To: <sip:101@192.0.2.1>;tag=${other}`), undefined);
  }
});

test('what begins behind two kilobytes is not looked for', () => {
  const padded = (bytes: number) => tagOf(BYE, `Via: ${'x'.repeat(bytes)}`, `To: <sip:a@b>;tag=${TAG}`);
  assert.equal(padded(1_800), TAG);
  assert.equal(padded(2_040), undefined);
});

test('whatever comes, it is read to an end, and what is found is what the parser finds', () => {
  const line = fc.oneof(
    fc.constantFrom(
      VIA,
      `To: <sip:a@b>;tag=${TAG}`,
      `t: sip:a@b;x=1;tag=${TAG}`,
      'To: <sip:a@b>',
      'To: <sip:a@b>;tag=other',
    ),
    fc.constantFrom('From: <sip:c@d>;tag=1', 'Call-ID: x', 'CSeq: 1 BYE', `\t;tag=${TAG}`, 'To:', ''),
    fc.string(),
  );
  const head = fc.constantFrom(BYE, 'SIP/2.0 200 OK', 'BYE ');
  fc.assert(
    fc.property(head, fc.array(line, { maxLength: 12 }), (start, lines) => {
      const bytes = Buffer.from(`${[start, ...lines].join('\r\n')}\r\n\r\n`, 'utf8');
      const found = ownTagOf(bytes);
      const parsed = parseMessage(bytes, STREAM_LIMITS);
      if (found === undefined || !parsed.ok) return;
      assert.equal(parsed.value.kind, 'request');
      assert.equal(parsed.value.to.params.get('tag'), found);
    }),
    { numRuns: 500 },
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => ownTagOf(bytes) === undefined));
});
