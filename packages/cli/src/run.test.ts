import assert from 'node:assert/strict';
import { test } from 'node:test';
import { err, ok } from '@ringwall/base';
import { adminError } from '@ringwall/contract';
import type { Command } from 'commander';
import { examplesOf } from './commands/command.ts';
import { buildProgram } from './program.ts';
import { runOn } from './test-support.ts';
import { VERSION } from './version.ts';

function commandsOf(command: Command): Command[] {
  return [command, ...command.commands.flatMap(commandsOf)];
}

async function everyCommand(): Promise<readonly Command[]> {
  const output = { write: () => {}, isTty: false, columns: undefined };
  const surroundings = { out: output, err: output, env: {}, connector: {} };
  return commandsOf(buildProgram({ surroundings: surroundings as never, exitCode: 0 }));
}

test('every command has a sentence, an example that begins with ringwall, and help on stdout', async () => {
  for (const command of await everyCommand()) {
    const path: string[] = [];
    for (let at: Command | null = command; at?.parent; at = at.parent) path.unshift(at.name());
    assert.notEqual(command.description(), '', path.join(' '));
    if (command.commands.length > 0 && path.length > 0) continue; // its sub-commands have them
    const examples = examplesOf(command);
    assert.ok(examples.length > 0 && examples.every((line) => line.startsWith('ringwall ')), path.join(' '));
    const ran = await runOn({}, ...path, '--help');
    assert.equal(ran.code, 0);
    assert.match(ran.out, /Usage: ringwall/);
    assert.ok(ran.out.includes(examples[0] ?? '?'), path.join(' '));
    assert.match(ran.out, /--json/);
    assert.equal(ran.err, '');
  }
});

test('the examples are command lines that are understood', async () => {
  for (const command of await everyCommand()) {
    for (const example of examplesOf(command)) {
      const words = [...example.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '');
      const ran = await runOn({ running: false }, ...words.slice(1));
      assert.notEqual(ran.code, 2, `${example}\n${ran.err}`);
    }
  }
});

test('--version and version tell the version; version also that of the running program', async () => {
  assert.equal((await runOn({}, '--version')).out, `ringwall ${VERSION}\n`);
  const answers = { version: async () => ok({ version: '0.0.1', node: 'v24.0.0' }) };
  const ran = await runOn({ answers }, 'version', '--json');
  assert.deepEqual(JSON.parse(ran.out), {
    command: { version: VERSION, node: process.version },
    running: { version: '0.0.1', node: 'v24.0.0' },
  });
  assert.match((await runOn({ answers }, 'version')).err, /restart the program/);
  const stopped = await runOn({ running: false }, 'version');
  assert.equal(stopped.code, 0);
  assert.match(stopped.out, /not running/);
});

test('help is a command too', async () => {
  const ran = await runOn({}, 'help', 'records');
  assert.equal(ran.code, 0);
  assert.match(ran.out, /Usage: ringwall records/);
});

test('the help of all puts every command under a heading, those that come first above', async () => {
  const { out } = await runOn({}, '--help');
  const headings = out.split('\n').filter((line) => /^\S.*:$/.test(line));
  assert.deepEqual(headings.slice(0, 3), ['Options:', 'The program:', 'Phones and their calls:']);
  assert.ok(!headings.includes('Commands:'), 'a command without a heading');
  for (const command of ['start', 'try', 'help']) {
    const at = out.search(new RegExp(`^  ${command} `, 'm'));
    assert.ok(at > out.indexOf('The program:') && at < out.indexOf('Phones and their calls:'), command);
  }
});

test('without a command, the help is shown and the exit code says usage', async () => {
  const ran = await runOn({});
  assert.equal(ran.code, 2);
  assert.match(ran.err, /Usage: ringwall/);
});

test('a usage error is one sentence with what to do, and a mistyped command gets a suggestion', async () => {
  const ran = await runOn({}, 'extention', 'list');
  assert.equal(ran.code, 2);
  assert.match(
    ran.err,
    /^ringwall: Unknown command 'extention' \(Did you mean extension\?\)\. Add --help .*\(USAGE\)\n$/,
  );
  const json = await runOn({}, 'records', '--json', '--before', 'yesterday');
  assert.match((JSON.parse(json.err) as { error: { text: string } }).error.text, /2026-11-22 14:03/);
});

test('what needs the running program says so with exit code 3', async () => {
  for (const args of [['bindings'], ['calls'], ['calls', '--follow'], ['stop'], ['certificate', 'reload']]) {
    const ran = await runOn({ running: false }, ...args);
    assert.equal(ran.code, 3, args.join(' '));
    assert.match(ran.err, /not running on \/srv\/data/);
  }
});

test('a mistake of ours is told as one, with exit code 70', async () => {
  const answers = {
    status: async () => {
      throw new Error('the moon fell');
    },
  };
  const ran = await runOn({ answers }, 'status');
  assert.equal(ran.code, 70);
  assert.match(ran.err, /The program made a mistake: the moon fell/);
});

test('start gives the exit code of the program, and all errors of the settings', async () => {
  assert.equal((await runOn({ start: async () => ok(0) }, 'start')).code, 0);
  const errors = [
    adminError('SETTINGS_FILE_MISSING', { file: '/x' }),
    adminError('SETTING_CONFLICT', { problem: 'A', remedy: 'B' }),
  ];
  const ran = await runOn({ start: async () => err(errors) }, 'start');
  assert.equal(ran.code, 4);
  assert.equal(ran.err.split('\n').length, 3);
});
