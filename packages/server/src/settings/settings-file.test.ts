import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readSettingsFile } from './settings-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'ringwall-settings-'));
after(() => rmSync(directory, { recursive: true, force: true }));

function write(name: string, content: string | Uint8Array): string {
  const file = join(directory, name);
  writeFileSync(file, content);
  return file;
}

function problem(content: string | Uint8Array): string {
  const config = write('wrong.yaml', content);
  const read = readSettingsFile({ config, env: {}, cwd: directory });
  assert.equal(read.ok, false);
  return read.ok ? '' : read.error.text;
}

test('without a named file, ringwall.yaml of the working directory is read if it is there', () => {
  const cwd = mkdtempSync(join(directory, 'cwd-'));
  assert.deepEqual(readSettingsFile({ config: undefined, env: {}, cwd }), { ok: true, value: undefined });
  writeFileSync(join(cwd, 'ringwall.yaml'), 'sip:\n  realm: x\n');
  assert.deepEqual(readSettingsFile({ config: undefined, env: {}, cwd }), {
    ok: true,
    value: { file: join(cwd, 'ringwall.yaml'), yaml: { sip: { realm: 'x' } } },
  });
});

test('--config beats RINGWALL_CONFIG, and a named file must be there', () => {
  write('a.yaml', 'log: {level: warn}\n');
  write('b.yaml', 'log: {level: debug}\n');
  const env = { RINGWALL_CONFIG: 'b.yaml' };
  const both = readSettingsFile({ config: 'a.yaml', env, cwd: directory });
  assert.ok(both.ok && both.value?.file === join(directory, 'a.yaml'));
  const one = readSettingsFile({ config: undefined, env, cwd: directory });
  assert.ok(one.ok && one.value?.file === join(directory, 'b.yaml'));
  for (const place of [
    { config: 'c.yaml', env: {} },
    { config: undefined, env: { RINGWALL_CONFIG: 'c.yaml' } },
  ]) {
    const missing = readSettingsFile({ ...place, cwd: directory });
    assert.ok(!missing.ok && missing.error.code === 'SETTINGS_FILE_MISSING');
  }
});

test('addresses need no quotes, and words like off and yes stay words', () => {
  const config = write('plain.yaml', 'sip:\n  listeners:\n    - udp:[::]:5060\nmetrics:\n  address: off\n');
  const read = readSettingsFile({ config, env: {}, cwd: directory });
  assert.deepEqual(read.ok && read.value?.yaml, {
    sip: { listeners: ['udp:[::]:5060'] },
    metrics: { address: 'off' },
  });
});

test('a key that is written twice is refused with its line', () => {
  assert.match(
    problem('sip:\n  realm: a\n  realm: b\n'),
    /not valid YAML in line 3: Map keys must be unique/,
  );
});

test('aliases, tags, several documents and broken text are refused', () => {
  assert.match(problem('sip: &a {realm: x}\ncalls: *a\n'), /aliases/);
  assert.match(problem('sip: !!binary aGk=\n'), /line 1/);
  assert.match(problem('sip: {}\n---\ncalls: {}\n'), /not valid YAML in line/);
  assert.match(problem('sip:\n\trealm: x\n'), /line 2/);
  assert.match(problem('sip: [\n'), /not valid YAML/);
});

test('a few aliases that unfold to billions of nodes cost nothing', () => {
  let bomb = 'a0: &a0 [x]\n';
  for (let i = 1; i < 40; i++) bomb += `a${i}: &a${i} [*a${i - 1}, *a${i - 1}]\n`;
  assert.match(problem(bomb), /aliases/);
});

test('absurd nesting is an error, not a crash', () => {
  assert.match(problem('['.repeat(60_000)), /not valid YAML/);
  assert.match(problem('- '.repeat(30_000)), /not valid YAML|nested/);
});

test('a file that is too large, no text, no file or not there is refused with a sentence', () => {
  assert.match(problem(`#${'x'.repeat(70_000)}`), /larger than 64 KiB/);
  assert.match(problem(Uint8Array.of(0x73, 0xff, 0xfe)), /not UTF-8 text/);
  const aDirectory = readSettingsFile({ config: directory, env: {}, cwd: directory });
  assert.ok(!aDirectory.ok && /not a plain file/.test(aDirectory.error.text));
});

test('a named pipe does not hang the start', () => {
  execFileSync('sh', ['-c', 'mkfifo "$0"', join(directory, 'pipe')]);
  const read = readSettingsFile({ config: 'pipe', env: {}, cwd: directory });
  assert.ok(!read.ok && /not a plain file/.test(read.error.text));
});
