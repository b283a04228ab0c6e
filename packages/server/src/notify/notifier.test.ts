import assert from 'node:assert/strict';
import { test } from 'node:test';
import { err, ok, type WallMs } from '@ringwall/base';
import { defaultSettings, type SettingsValues } from '@ringwall/contract';
import type { SecurityEvent, TrunkName } from '@ringwall/pbx';
import type { Notification } from './notification.ts';
import { noNotices, Notifier } from './notifier.ts';

const AT = 1_800_000_000_000 as WallMs;
const MAIN = 'main' as TrunkName;
const TOKEN = 'T0K3N-4711';

function event(kind: SecurityEvent['kind'], isForgeable = false): SecurityEvent {
  return { at: AT, kind, source: '192.0.2.7', rule: 'canary', text: `a ${kind}`, isForgeable };
}

/** A notifier without a network: mail gathers until `pass`, and what goes to a webhook arrives at once. */
function rig(changed: Partial<SettingsValues['notify']>, isReachable = true) {
  const { values } = defaultSettings();
  const notify = {
    ...values.notify,
    webhooks: [`https://hook.example/${TOKEN}`],
    smtpHost: 'mail.example',
    mailTo: ['anna@example.com'],
    mailFrom: ['pbx@example.com'],
    ...changed,
  };
  const posted: Notification[] = [];
  const mails: string[] = [];
  const waits: (() => void)[] = [];
  const warned: string[] = [];
  const counts = noNotices();
  const notifier = new Notifier({
    counts,
    settings: () => ({ ...values, notify }),
    secrets: { get: (name) => (name === 'webhook-key' ? 'k' : 'mail-password') },
    wall: () => AT,
    later: (_, run) => void waits.push(run),
    log: { warn: (fields, text) => void warned.push(JSON.stringify(fields) + text) },
    out: {
      request: async ({ body }) => {
        if (!isReachable) return err('Nobody listens there');
        posted.push(JSON.parse(String(body)) as Notification);
        return ok({ status: 204, headers: {}, body: Buffer.alloc(0) });
      },
      mail: async (_, { text }) => {
        if (!isReachable) return err('The mail server cannot be reached');
        mails.push(text);
        return ok(undefined);
      },
    },
  });
  const pass = async (): Promise<void> => {
    for (const run of waits.splice(0)) run();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { notifier, posted, mails, warned, counts, pass };
}

test('what is told of is as much as was asked for', async () => {
  const told = async (events: SettingsValues['notify']['events']): Promise<string[]> => {
    const { notifier, posted, pass } = rig({ events });
    for (const kind of ['alarm', 'owner-told', 'ban'] as const) notifier.guardEvent(event(kind));
    for (const kind of ['udp-drop', 'throttle'] as const) notifier.guardEvent(event(kind, true));
    for (let i = 0; i < 5; i++) await pass(); // eslint-disable-line no-await-in-loop -- one after the other
    return posted.map(({ kind }) => kind);
  };
  const important = ['guard-alarm', 'guard-owner-told'];
  assert.deepEqual(await told('important'), important);
  assert.deepEqual(await told('bans'), [...important, 'guard-ban']);
  assert.deepEqual(await told('all'), [...important, 'guard-ban', 'guard-udp-drop', 'guard-throttle']);
});

test('a trunk that fails is told of, with what its provider said made harmless; one that is back only where all is', async () => {
  const { notifier, posted, mails, pass } = rig({});
  notifier.pbxEvent({ kind: 'trunk-changed', trunk: MAIN, state: 'down', text: 'no\r\nX: y' });
  notifier.pbxEvent({ kind: 'trunk-changed', trunk: MAIN, state: 'up', text: '' });
  await pass();
  await pass();
  assert.equal(posted.length, 1);
  assert.match(posted[0]?.text ?? '', /^Trunk main is down: no[^\r\n]*X: y$/);
  assert.equal(mails.length, 1);
});

test('a shared list that lost most of itself is told of as a warning', async () => {
  const { notifier, posted, pass } = rig({ events: 'important' });
  notifier.sharedListShrunken('The shared list was not taken');
  await pass();
  assert.deepEqual(
    posted.map(({ kind, severity }) => [kind, severity]),
    [['shared-list-shrunken', 'warning']],
  );
});

test('what is sent, what failed and what was left out is counted for each channel', async () => {
  const good = rig({});
  for (let i = 0; i < 130; i++) good.notifier.guardEvent(event('alarm'));
  for (let i = 0; i < 140; i++) await good.pass(); // eslint-disable-line no-await-in-loop -- one after the other
  assert.deepEqual(good.counts, {
    webhooks: { sent: 130, failed: 0, dropped: 0 },
    mail: { sent: 1, failed: 0, dropped: 30 },
  });
  const bad = rig({}, false);
  bad.notifier.guardEvent(event('alarm'));
  for (let i = 0; i < 12; i++) await bad.pass(); // eslint-disable-line no-await-in-loop -- one after the other
  assert.deepEqual([bad.counts.webhooks.failed, bad.counts.mail.failed], [1, 1]);
});

test('neither the log nor a trial shows more of a webhook than its scheme and host', async () => {
  const { notifier, warned, pass } = rig({}, false);
  notifier.guardEvent(event('alarm'));
  for (let i = 0; i < 12; i++) await pass(); // eslint-disable-line no-await-in-loop -- one after the other
  const tried = await notifier.test();
  const seen = JSON.stringify([warned, tried]);
  assert.match(seen, /by webhook: https:\/\/hook\.example: Nobody listens there/);
  assert.doesNotMatch(seen, new RegExp(`${TOKEN}|mail-password`));
});
