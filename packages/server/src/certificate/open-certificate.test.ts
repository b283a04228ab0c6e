import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { later, type WallMs } from '@ringwall/base';
import { SystemRandom } from '../loop/random.ts';
import { type CertificateOptions, openCertificate, selfSignedFile } from './open-certificate.ts';
import { makeSelfSigned } from './self-signed.ts';

const NOW = Date.now() as WallMs;
const DAY_MS = 86_400_000;
const random = new SystemRandom();

function scratch(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'certificate-'));
  t.after(() => rmSync(directory, { recursive: true }));
  return directory;
}

function own(directory: string, changes: Partial<CertificateOptions> = {}): CertificateOptions {
  return { directory, files: undefined, names: ['pbx.example.com'], now: NOW, random, ...changes };
}

function opened(options: CertificateOptions) {
  const result = openCertificate(options);
  assert.ok(result.ok, result.ok ? '' : result.error.text);
  return result.value;
}

function refused(options: CertificateOptions) {
  const result = openCertificate(options);
  assert.ok(!result.ok);
  return result.error;
}

/** An administrator's own pair in two files. */
function given(directory: string, certificate: string, key: string) {
  const files = { certificateFile: join(directory, 'chain.pem'), keyFile: join(directory, 'key.pem') };
  writeFileSync(files.certificateFile, certificate);
  writeFileSync(files.keyFile, key, { mode: 0o600 });
  return files;
}

test('the first start makes one, for its owner alone, and the next start takes it as it is', (t) => {
  const directory = scratch(t);
  const first = opened(own(directory));
  assert.equal(first.made, 'there was none');
  assert.equal(first.view.selfSigned, true);
  assert.equal(first.view.subject, 'CN=pbx.example.com');
  assert.match(first.view.fingerprint, /^[0-9a-f]{64}$/);
  assert.equal(first.view.notAfter, Math.floor((NOW + 825 * DAY_MS) / 1_000) * 1_000);
  assert.deepEqual(first.warnings, []);
  assert.equal(statSync(selfSignedFile(directory)).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(directory), ['self-signed.pem']);
  const second = opened(own(directory));
  assert.equal(second.made, undefined);
  assert.equal(second.view.fingerprint, first.view.fingerprint);
  assert.deepEqual(second.tls, first.tls);
});

test('it is made anew when less than thirty days are left, and not before', (t) => {
  const directory = scratch(t);
  const { fingerprint } = opened(own(directory)).view;
  assert.equal(opened(own(directory, { now: later(NOW, 794 * DAY_MS) })).view.fingerprint, fingerprint);
  const renewed = opened(own(directory, { now: later(NOW, 796 * DAY_MS) }));
  assert.match(renewed.made ?? '', /ends in less than 30 days/);
  assert.notEqual(renewed.view.fingerprint, fingerprint);
});

test('it is made anew when phones are told a name that it lacks', (t) => {
  const directory = scratch(t);
  opened(own(directory));
  const renewed = opened(own(directory, { names: ['pbx.example.com', 'sip.example.com', '203.0.113.5'] }));
  assert.match(renewed.made ?? '', /not for sip\.example\.com, 203\.0\.113\.5/);
  assert.equal(
    opened(own(directory, { names: ['sip.example.com'] })).made,
    undefined,
    'one name less is no reason',
  );
});

test('a name that no certificate can have is warned of once, and does not make a new one at every start', (t) => {
  const directory = scratch(t);
  const names = ['pbx.example.com', 'not a name'];
  const { view, warnings } = opened(own(directory, { names }));
  assert.match(warnings.join(), /not for not a name/);
  const again = opened(own(directory, { names }));
  assert.equal(again.made, undefined);
  assert.equal(again.view.fingerprint, view.fingerprint);
});

test('one that is damaged, or whose key others could read, is replaced', (t) => {
  const directory = scratch(t);
  const file = selfSignedFile(directory);
  opened(own(directory));
  for (const [spoil, why] of [
    [() => writeFileSync(file, 'garbage'), /damaged/],
    [() => writeFileSync(file, readFileSync(file, 'utf8').slice(0, -300)), /damaged|cannot be used/],
    [
      () =>
        writeFileSync(
          file,
          readFileSync(file, 'utf8').replace(/^-----BEGIN PRIVATE[^]*?PRIVATE KEY-----\n/, ''),
        ),
      /cannot be used/,
    ],
    [() => chmodSync(file, 0o644), /other users could read/],
  ] as const) {
    spoil();
    const renewed = opened(own(directory));
    assert.match(renewed.made ?? '', why);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(opened(own(directory)).made, undefined);
  }
});

test('what a crash left half written is in nobody’s way', (t) => {
  const directory = scratch(t);
  writeFileSync(`${selfSignedFile(directory)}.new`, 'half');
  opened(own(directory));
  assert.equal(existsSync(`${selfSignedFile(directory)}.new`), false);
});

test('where it cannot be written, that is said', (t) => {
  const error = refused(own(join(scratch(t), 'absent')));
  assert.equal(error.code, 'CERTIFICATE_UNUSABLE');
  assert.match(error.text, /cannot be written/);
});

test('the administrator’s own is taken, and looked at anew each time', (t) => {
  const directory = scratch(t);
  const first = makeSelfSigned(['pbx.example.com'], NOW, random);
  const files = given(directory, first.certificate, first.key);
  const taken = opened(own(directory, { files }));
  assert.deepEqual(taken.tls, first);
  assert.equal(taken.made, undefined);
  assert.deepEqual(taken.warnings, []);
  const second = makeSelfSigned(['pbx.example.com'], NOW, random);
  given(directory, second.certificate, second.key);
  assert.deepEqual(opened(own(directory, { files })).tls, second);
  assert.equal(existsSync(selfSignedFile(directory)), false);
});

test('each thing that can be wrong with it is a sentence that names the file and no line of the key', (t) => {
  const directory = scratch(t);
  const good = makeSelfSigned(['pbx.example.com'], NOW, random);
  const other = makeSelfSigned(['pbx.example.com'], NOW, random);
  const ended = makeSelfSigned(['pbx.example.com'], later(NOW, -900 * DAY_MS), random);
  const locked = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey;
  const broken = `${good.certificate}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`;
  const cases = [
    [good.certificate, other.key, 'CERTIFICATE_UNUSABLE', /belongs to another certificate/],
    [good.certificate, locked, 'CERTIFICATE_UNUSABLE', /passphrase/],
    [good.certificate, 'no key', 'CERTIFICATE_UNUSABLE', /key is not a PEM/],
    [good.key, good.key, 'CERTIFICATE_UNUSABLE', /not a PEM certificate/],
    ['', good.key, 'CERTIFICATE_UNUSABLE', /not a PEM certificate/],
    [broken, good.key, 'CERTIFICATE_UNUSABLE', /chain/],
    [ended.certificate, ended.key, 'CERTIFICATE_EXPIRED', /ended on \d{4}-\d\d-\d\d/],
  ] as const;
  for (const [certificate, key, code, text] of cases) {
    const error = refused(own(directory, { files: given(directory, certificate, key) }));
    assert.equal(error.code, code);
    assert.match(error.text, text);
    assert.match(error.text, /chain\.pem/);
    for (const line of good.key.split('\n').filter((each) => each.length > 20 && !each.startsWith('-----'))) {
      assert.ok(!error.text.includes(line));
    }
  }
});

test('a file that is not there, or has no end, is told with its name', (t) => {
  const directory = scratch(t);
  const { certificate, key } = makeSelfSigned(['x'], NOW, random);
  const files = given(directory, certificate, key);
  const absent = refused(own(directory, { files: { ...files, keyFile: join(directory, 'absent.pem') } }));
  assert.equal(absent.code, 'CERTIFICATE_MISSING');
  assert.match(absent.text, /absent\.pem.*no such file/);
  const endless = refused(own(directory, { files: { ...files, certificateFile: '/dev/zero' } }));
  assert.equal(endless.code, 'CERTIFICATE_MISSING');
  assert.match(endless.text, /more than 1048576 bytes/);
});

test('an RSA key that is too short is refused', (t) => {
  const directory = scratch(t);
  const { certificate } = makeSelfSigned(['x'], NOW, random);
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 1_024,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const error = refused(own(directory, { files: given(directory, certificate, privateKey) }));
  assert.equal(error.code, 'CERTIFICATE_UNUSABLE');
});

test('what the administrator should know is told: the end is near, another name, a key for all to read', (t) => {
  const directory = scratch(t);
  const soon = makeSelfSigned(['other.example.com'], later(NOW, -800 * DAY_MS), random);
  const files = given(directory, soon.certificate, soon.key);
  chmodSync(files.keyFile, 0o644);
  const { warnings } = opened(own(directory, { files }));
  assert.equal(warnings.length, 3);
  assert.match(warnings.join('\n'), /in 2[45] days/);
  assert.match(warnings.join('\n'), /not for pbx\.example\.com/);
  assert.match(warnings.join('\n'), /chmod o-rwx .*key\.pem/);
  const early = makeSelfSigned(['pbx.example.com'], later(NOW, 10 * DAY_MS), random);
  const told = opened(own(directory, { files: given(directory, early.certificate, early.key) })).warnings;
  assert.match(told.join('\n'), /begins on/);
});
