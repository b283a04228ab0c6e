import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { STREAM_LIMITS } from '../wire/limits.ts';
import { parseMessage } from '../wire/parse-message.ts';
import { newBranch, ownBranchOf } from './own-branch.ts';
import { SeededRandom } from './testing/messages.ts';

const BRANCH = newBranch(new SeededRandom(3));
const VIA = `SIP/2.0/UDP 192.0.2.1:5060;branch=${BRANCH};rport=5060;received=192.0.2.1`;

function branchOf(...lines: readonly string[]): string | undefined {
  return ownBranchOf(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'));
}

test('the branch is found however the Via of a response is written', () => {
  const written = [
    `Via: ${VIA}`,
    `v:${VIA}`,
    `VIA : SIP/2.0/UDP 192.0.2.1:5060;rport=5060;branch=${BRANCH}`,
    `via:\tSIP / 2.0 / UDP 192.0.2.1 ;branch=${BRANCH}`,
  ];
  for (const via of written) {
    assert.equal(branchOf('SIP/2.0 200 OK', via, 'CSeq: 1 INVITE'), BRANCH, via);
    assert.equal(branchOf('SIP/2.0 180 Ringing', 'Server: v', 'CSeq: 1 INVITE', via), BRANCH, via);
  }
});

test('a request has none, nor has a response to somebody else or one that names it elsewhere', () => {
  assert.equal(branchOf('INVITE sip:1@192.0.2.1 SIP/2.0', `Via: ${VIA}`), undefined);
  assert.equal(branchOf('SIP/2.0 200 OK', `Vias: ${VIA}`, `To: <sip:a@b>;branch=${BRANCH}`), undefined);
  assert.equal(branchOf('SIP/2.0 200 OK', 'Via: SIP/2.0/UDP a;branch=z9hG4bKabc', `Via: ${VIA}`), undefined);
  assert.equal(branchOf('SIP/2.0 200 OK', `Via: ${VIA.replace(BRANCH, BRANCH.toUpperCase())}`), undefined);
  assert.equal(branchOf('SIP/2.0 200 OK', `Via: SIP/2.0/UDP a;branch=${BRANCH.slice(0, -1)}`), undefined);
});

test('what begins behind the first kilobyte is not looked for', () => {
  const padding = (bytes: number): string => `X: ${'x'.repeat(bytes)}`;
  assert.equal(branchOf('SIP/2.0 200 OK', padding(800), `Via: ${VIA}`), BRANCH);
  assert.equal(branchOf('SIP/2.0 200 OK', padding(1_000), `Via: ${VIA}`), undefined);
});

test('whatever comes, it is read to an end, and what is found is what the parser finds', () => {
  const line = fc.oneof(
    fc.constantFrom(
      `Via: ${VIA}`,
      `v: ${VIA}`,
      'Via: SIP/2.0/UDP a;branch=z9hG4bKx',
      'From: <sip:a@b>;tag=1',
    ),
    fc.constantFrom('To: <sip:a@b>', 'Call-ID: x', 'CSeq: 1 INVITE', ' folded=z9hG4bK', 'Via:', ''),
    fc.string(),
  );
  const head = fc.constantFrom('SIP/2.0 200 OK', 'SIP/2.0 ', 'INVITE sip:a@b SIP/2.0');
  fc.assert(
    fc.property(head, fc.array(line, { maxLength: 12 }), (start, lines) => {
      const bytes = Buffer.from(`${[start, ...lines].join('\r\n')}\r\n\r\n`, 'utf8');
      const found = ownBranchOf(bytes);
      const parsed = parseMessage(bytes, STREAM_LIMITS);
      if (found === undefined || !parsed.ok) return;
      assert.equal(parsed.value.kind, 'response');
      assert.equal(parsed.value.via.branch, found);
    }),
    { numRuns: 500 },
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => ownBranchOf(bytes) === undefined));
});
