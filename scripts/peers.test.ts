import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { ROOT } from './run-step.ts';

const PEER = { command: 'a-peer-of-nobody', debian: 'a-package-of-nobody' };

/** A machine that has only what is put on its path. */
class Machine {
  readonly #path: string;
  readonly #log: string;

  constructor(t: TestContext) {
    const folder = mkdtempSync(join(tmpdir(), 'ringwall-peers-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    this.#path = join(folder, 'bin');
    this.#log = join(folder, 'log');
    mkdirSync(this.#path);
    for (const command of ['env', 'chmod', 'touch'])
      symlinkSync(`/usr/bin/${command}`, join(this.#path, command));
  }

  /** Puts a program there, which notes how it was called. */
  has(command: string, ...script: readonly string[]): this {
    const lines = ['#!/bin/sh', `echo ${command} "$@" >> ${this.#log}`, ...script];
    writeFileSync(join(this.#path, command), `${lines.join('\n')}\n`, { mode: 0o755 });
    return this;
  }

  get peerFile(): string {
    return join(this.#path, PEER.command);
  }

  /** Calls of the programs, a line each. */
  get called(): readonly string[] {
    return existsSync(this.#log) ? readFileSync(this.#log, 'utf8').trimEnd().split('\n') : [];
  }

  /** Runs a script of ours on it. */
  run(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): { code: number | null; out: string } {
    const ran = spawnSync(process.execPath, args, {
      cwd: ROOT,
      env: { PATH: this.#path, HOME: '/', ...env },
      encoding: 'utf8',
      timeout: 60_000,
    });
    return { code: ran.status, out: ran.stdout + ran.stderr };
  }

  /** What `installPeers` says there, to root or to somebody else: how many peers are missing, and why. */
  install(as: 'root' | 'user', allowed = true): string {
    const program = `process.getuid = () => ${as === 'root' ? 0 : 1_000};
      const { installPeers } = await import(${JSON.stringify(join(ROOT, 'scripts/peers.ts'))});
      const { missing, why } = installPeers([${JSON.stringify(PEER)}], ${allowed});
      console.log(missing.length + ' missing: ' + why);`;
    const { out } = this.run(['--input-type=module', '-e', program]);
    return out.trimEnd().split('\n').at(-1) ?? '';
  }
}

test('without apt-get nothing is installed, and it is said why', (t) => {
  assert.equal(new Machine(t).install('root'), '1 missing: this system has no apt-get');
});

test('without root, and without a sudo that lets in, nothing is tried', (t) => {
  const without = new Machine(t).has('apt-get');
  const why = '1 missing: installing needs root, or sudo without a password';
  assert.equal(without.install('user'), why);
  assert.deepEqual(without.called, []);
  const asks = new Machine(t).has('apt-get').has('sudo', 'exit 1');
  assert.equal(asks.install('user'), why);
  assert.deepEqual(asks.called, ['sudo -n true']);
});

test('who does not want programs installed gets none', (t) => {
  const machine = new Machine(t).has('apt-get');
  assert.equal(machine.install('root', false), '1 missing: installing was not wanted');
  assert.deepEqual(machine.called, []);
});

test('an apt-get that fails is asked once more with new lists, and then it is said', (t) => {
  const machine = new Machine(t).has('apt-get', 'case "$*" in *update*) exit 0;; *) exit 100;; esac');
  assert.equal(machine.install('root'), '1 missing: apt-get could not install it');
  assert.deepEqual(
    machine.called.map((line) => line.split(' ')[2]),
    ['install', 'update', 'install'],
  );
});

test('sudo without a password installs, with new lists if the old ones do not have it', (t) => {
  const machine = new Machine(t).has('sudo', 'shift', '[ "$1" = true ] || exec "$@"');
  const lists = `${machine.peerFile}.lists`;
  machine.has(
    'apt-get',
    `case "$*" in *update*) touch ${lists}; exit 0;; esac`,
    `[ -e ${lists} ] || exit 100`,
    `touch ${machine.peerFile} && chmod 755 ${machine.peerFile}`,
  );
  assert.equal(machine.install('user'), '0 missing:');
});

test('what is there already is not installed', (t) => {
  const machine = new Machine(t).has('apt-get').has(PEER.command);
  assert.equal(machine.install('root'), '0 missing:');
  assert.deepEqual(machine.called, []);
});

for (const [ci, code, mark] of [
  ['true', 1, '✖'],
  ['1', 1, '✖'],
  ['', 0, '﹣'],
] as const) {
  test(`a suite whose peers cannot be had is ${code === 0 ? 'skipped aloud' : 'a failure'} where CI is "${ci}"`, (t) => {
    const machine = new Machine(t).has('apt-get', 'exit 100').has('sudo', 'exit 1');
    const ran = machine.run(['scripts/test.ts', '--only', 'interop'], { CI: ci });
    assert.match(
      ran.out,
      new RegExp(`${mark} skipped suite interop: sipp \\(Debian: sip-tester\\), .* is missing, and \\w`),
    );
    assert.match(ran.out, new RegExp(`0 passed, ${code} failed`));
    assert.equal(ran.code, code);
  });
}
