import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok } from '@ringwall/base';
import { runOn } from '../test-support.ts';

test('a test tells for each channel what came of it, and fails if one did not work', async () => {
  const channels = [
    { channel: 'webhook https://hooks.example', ok: true, text: 'It took the notice.' },
    { channel: 'mail to anna@example.com', ok: false, text: 'The mail server cannot be reached.' },
  ];
  const ran = await runOn({ answers: { 'notify.test': async () => ok({ channels }) } }, 'notify', 'test');
  assert.equal(ran.code, 1);
  assert.match(
    ran.out,
    /hooks\.example: It took the notice\.\nmail to anna@example\.com: The mail server cannot/,
  );
});

test('where nobody is told anything, the settings for it are named', async () => {
  const ran = await runOn({ answers: { 'notify.test': async () => ok({ channels: [] }) } }, 'notify', 'test');
  assert.match(ran.out, /notify\.webhooks and notify\.mailTo/);
});

test('the password of the mail server is read from a file and not printed', async () => {
  const ran = await runOn(
    { answers: { 'notify.smtp-password': async () => ok({}) }, files: { secret: 'Secret-4711\n' } },
    ...['notify', 'smtp-password', '--password-file', 'secret'],
  );
  assert.deepEqual(ran.asked, [{ name: 'notify.smtp-password', request: { password: 'Secret-4711' } }]);
  assert.ok(!ran.out.includes('Secret'));
});
