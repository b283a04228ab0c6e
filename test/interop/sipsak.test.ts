import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ringwallFor } from './harness/office.ts';
import { Program } from './harness/process.ts';

async function sipsak(...args: readonly string[]): Promise<{ readonly code: number; readonly said: string }> {
  const program = new Program('sipsak', [...args]);
  const code = await program.exitCode(10_000);
  return { code, said: program.said };
}

test('sipsak that asks with OPTIONS is challenged, and learns nothing about who answers', async (t) => {
  const ringwall = await ringwallFor(t);
  const { said } = await sipsak('-vvv', '-s', `sip:${ringwall.address}:${ringwall.port}`);
  assert.match(said, /SIP\/2\.0 401 Unauthorized/);
  assert.doesNotMatch(said, /ringwall|^Server:/im);
});

test('sipsak that proves a password, but says in From that it is somebody else, is refused', async (t) => {
  const ringwall = await ringwallFor(t);
  const { authId, password } = await ringwall.addExtension('101');
  const uri = `sip:${ringwall.address}:${ringwall.port}`;
  const { said } = await sipsak('-vvv', '-u', authId, '-a', password, '-s', uri);
  assert.match(said, /^From: sip:sipsak@/m);
  assert.match(said, /SIP\/2\.0 403 Forbidden/);
});

test('sipsak registers with its password, and is listed', async (t) => {
  const ringwall = await ringwallFor(t);
  const { number, authId, password } = await ringwall.addByCommand('101');
  const uri = `sip:${number}@${ringwall.address}:${ringwall.port}`;
  const contact = `sip:${number}@127.0.0.1:5062`;
  const { code, said } = await sipsak(
    '-U',
    '-C',
    contact,
    '-x',
    '120',
    '-u',
    authId,
    '-a',
    password,
    '-s',
    uri,
  );
  assert.equal(code, 0, said);
  const { bindings } = (await ringwall.command('bindings')) as { bindings: readonly { extension: string }[] };
  assert.deepEqual(
    bindings.map((binding) => binding.extension),
    ['101'],
  );
});

test('sipsak with a wrong password is not registered', async (t) => {
  const ringwall = await ringwallFor(t);
  const { number, authId } = await ringwall.addExtension('101');
  const uri = `sip:${number}@${ringwall.address}:${ringwall.port}`;
  const { code, said } = await sipsak('-U', '-x', '120', '-u', authId, '-a', 'wrong', '-s', uri);
  assert.notEqual(code, 0, said);
});
