import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { WallMs } from '@ringwall/base';
import { newTrunkDocument, readResponse } from '@ringwall/contract';
import fc from 'fast-check';
import { makeSelfSigned } from '../certificate/self-signed.ts';
import { readAuthorities } from './trunk-authorities.ts';

const NOW = Date.UTC(2026, 10, 22) as WallMs;
const made = (name: string, now = NOW) =>
  makeSelfSigned([name], now, { bytes: (count) => randomBytes(count) });
const [ROOT, NEXT] = [made('root.example'), made('next.example')];

function refusal(text: string): string {
  const read = readAuthorities(text);
  return read.ok ? '' : read.error;
}

test('all certificates of a file are read, with subject and end, and nothing else of it is kept', () => {
  const read = readAuthorities(`Bag\r\n${ROOT.certificate}\n${ROOT.key}\n${NEXT.certificate}`);
  assert.ok(read.ok);
  assert.equal(read.value.pem, ROOT.certificate + NEXT.certificate);
  const notAfter = NOW + 825 * 86_400_000;
  assert.deepEqual(read.value.list, [
    { subject: 'CN=root.example', notAfter },
    { subject: 'CN=next.example', notAfter },
  ]);
});

test('a file without a certificate, with half of one, or with one that is none is refused whole', () => {
  assert.equal(refusal(''), 'it holds no certificate');
  assert.equal(refusal(ROOT.key), 'it holds no certificate');
  assert.equal(refusal(ROOT.certificate + NEXT.certificate.slice(0, 200)), 'a certificate in it has no end');
  assert.equal(refusal(NEXT.certificate.slice(0, 200) + ROOT.certificate), 'a certificate in it has no end');
  const broken = ROOT.certificate.replace(/\n.{64}\n/, '\n');
  assert.equal(refusal(NEXT.certificate + broken), 'certificate 2 of it cannot be read');
  assert.equal(refusal(ROOT.certificate.repeat(101)), 'it holds more than 100 certificates');
});

test('a CA that ends in thousands of years can still be told of', () => {
  const read = readAuthorities(made('for-ever.example', Date.UTC(9_990, 0, 1) as WallMs).certificate);
  assert.ok(read.ok);
  const view = {
    name: 'acme',
    trunk: newTrunkDocument('sip.provider.example', 'register'),
    hasPassword: true,
    authorities: read.value.list,
    link: null,
  };
  assert.ok(readResponse('trunk.show', { trunk: view }).ok);
});

test('whatever is cut out of a file, it is refused or read, and what is refused is not quoted', () => {
  const file = ROOT.certificate + NEXT.certificate;
  const place = fc.nat(file.length);
  fc.assert(
    fc.property(place, place, (from, count) => {
      const read = readAuthorities(file.slice(0, from) + file.slice(from + count));
      if (read.ok) assert.ok(read.value.list.length > 0);
      else assert.match(read.error, /^(it|a certificate|certificate \d+) [a-z0-9 ]+$/);
    }),
  );
});
