import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Random } from '@ringwall/base';
import { openSealingKey, sealingKeyFile } from './sealing-key.ts';

const systemRandom: Random = { bytes: (count) => randomBytes(count) };

const root = mkdtempSync(join(tmpdir(), 'ringwall-secrets-'));
after(() => rmSync(root, { recursive: true, force: true }));

let made = 0;
function newDirectory(): string {
  const directory = join(root, `${++made}`);
  mkdirSync(directory);
  return directory;
}

const open = (directory: string, extensionsExist = false) =>
  openSealingKey({ directory, extensionsExist, random: systemRandom });

test('the first start makes a key of 32 bytes that its owner alone may read, and nothing else', () => {
  const directory = newDirectory();
  const key = open(directory);
  assert.ok(key.ok);
  assert.equal(key.value.symmetricKeySize, 32);
  const file = sealingKeyFile(directory);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(readFileSync(file), key.value.export());
  assert.deepEqual(readdirSync(directory), ['sealing.key']);
});

test('the next start finds the same key, whether there are extensions or not', () => {
  const directory = newDirectory();
  const first = open(directory);
  assert.ok(first.ok);
  for (const extensionsExist of [false, true]) {
    const again = open(directory, extensionsExist);
    assert.ok(again.ok);
    assert.ok(again.value.equals(first.value));
  }
});

test('a key that is missing while there are extensions is never replaced', () => {
  const directory = newDirectory();
  const key = open(directory, true);
  assert.ok(!key.ok);
  assert.equal(key.error.code, 'SEALING_KEY_MISSING');
  assert.ok(key.error.text.includes(sealingKeyFile(directory)));
  assert.deepEqual(readdirSync(directory), []);
});

test('a key that others may read is refused, with the command that closes it', () => {
  const directory = newDirectory();
  open(directory);
  const file = sealingKeyFile(directory);
  for (const mode of [0o640, 0o604, 0o660, 0o644, 0o610]) {
    chmodSync(file, mode);
    const key = open(directory);
    assert.ok(!key.ok);
    assert.equal(key.error.code, 'SEALING_KEY_NOT_PRIVATE');
    assert.ok(key.error.text.includes(`chmod 600 ${file}`), key.error.text);
  }
  for (const mode of [0o600, 0o400]) {
    chmodSync(file, mode);
    assert.ok(open(directory).ok);
  }
});

test('a file of another length is no key, and is left as it is', () => {
  for (const length of [0, 31, 33, 4_096]) {
    const directory = newDirectory();
    const file = sealingKeyFile(directory);
    writeFileSync(file, Buffer.alloc(length, 7), { mode: 0o600 });
    const key = open(directory);
    assert.ok(!key.ok);
    assert.equal(key.error.code, 'SEALING_KEY_UNREADABLE');
    assert.equal(readFileSync(file).length, length);
  }
});

test('what a crash left half-made does not stop the next start', () => {
  const directory = newDirectory();
  writeFileSync(`${sealingKeyFile(directory)}.new`, 'half', { mode: 0o600 });
  assert.ok(open(directory).ok);
  assert.deepEqual(readdirSync(directory), ['sealing.key']);
});

test('a directory that is not there, or a key that is a directory, is a sentence and not a crash', () => {
  const directory = newDirectory();
  mkdirSync(sealingKeyFile(directory), { mode: 0o700 });
  for (const place of [join(directory, 'nowhere'), directory]) {
    const key = open(place);
    assert.ok(!key.ok);
    assert.equal(key.error.code, 'SEALING_KEY_UNREADABLE');
  }
});

test('no sentence holds the key', () => {
  const directory = newDirectory();
  const key = open(directory);
  assert.ok(key.ok);
  chmodSync(sealingKeyFile(directory), 0o644);
  const refused = open(directory);
  assert.ok(!refused.ok);
  assert.ok(!refused.error.text.includes(key.value.export().toString('hex')));
});
