import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Headers } from '@ringwall/sip';
import { request, SETTINGS } from '../testing/parts.ts';
import { answerSessionTimer, isTooBrief, requires, supports, writeSessionTimer } from './session-timer.ts';

const invite = (...more: readonly string[]) => request('INVITE', more);

test('RFC 4028 9: a phone that asks to refresh does so, in time but not more seldom than we want', () => {
  for (const [asked, seconds] of [
    ['600', 600],
    ['7200', 1_800],
    ['90', 90],
  ] as const) {
    const timer = answerSessionTimer(invite('Supported: timer', `Session-Expires: ${asked}`), SETTINGS);
    assert.deepEqual(timer, { seconds, refresher: 'them' }, asked);
  }
});

test('RFC 4028 9: we refresh if the phone wants us to, if it did not ask, and if it cannot', () => {
  for (const headers of [
    ['Supported: timer', 'Session-Expires: 600;refresher=uas'],
    ['Supported: timer'],
    ['Session-Expires: 600'],
    [],
  ]) {
    assert.equal(answerSessionTimer(invite(...headers), SETTINGS).refresher, 'us', headers.join());
  }
});

test('RFC 4028 9: an interval below ours is too brief, but only from a phone that knows what 422 means', () => {
  assert.ok(isTooBrief(invite('Supported: 100rel, timer', 'Session-Expires: 89'), SETTINGS));
  assert.ok(!isTooBrief(invite('Supported: timer', 'Session-Expires: 90'), SETTINGS));
  assert.ok(!isTooBrief(invite('Session-Expires: 10'), SETTINGS));
  assert.ok(!isTooBrief(invite('Supported: timer'), SETTINGS));
});

test('RFC 4028 9: the 2xx says who refreshes, requires it of the phone, and says nothing to one that cannot', () => {
  const written = (refresher: 'us' | 'them', ...more: readonly string[]): string[] => {
    const headers = new Headers();
    writeSessionTimer(headers, invite(...more), { seconds: 600, refresher });
    return [...headers].map(([name, value]) => `${name}: ${value}`);
  };
  assert.deepEqual(written('us', 'Supported: timer'), ['session-expires: 600;refresher=uas']);
  assert.deepEqual(written('them', 'Supported: timer'), [
    'session-expires: 600;refresher=uac',
    'require: timer',
  ]);
  assert.deepEqual(written('us'), []);
});

test('options are compared whole and wherever they stand in the list', () => {
  const message = invite('Supported: replaces, timer2', 'Supported: 100rel', 'Require: timer');
  assert.ok(supports(message, '100rel') && supports(message, 'replaces') && !supports(message, 'timer'));
  assert.ok(requires(message, 'timer') && !requires(message, '100rel'));
});
