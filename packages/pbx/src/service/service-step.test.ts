import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ServiceEffect, ServiceInput } from './service.ts';
import { type Service, serviceStep } from './service-step.ts';

const LOCKED: Service = { name: 'pin-lock', state: { in: 'beginning', isUnlocked: false } };
const ANSWERED: ServiceInput = { kind: 'answered' };
const PLAYED: ServiceInput = { kind: 'played' };

function run(service: Service, ...inputs: readonly (ServiceInput | string)[]): ServiceEffect[] {
  const effects: ServiceEffect[] = [];
  let current = service;
  for (const input of inputs.flatMap((each) => (typeof each === 'string' ? keys(each) : [each]))) {
    const next = serviceStep(current, input);
    current = next.service;
    effects.push(...next.effects);
  }
  return effects;
}

function keys(text: string): ServiceInput[] {
  return text.split('').map((digit) => ({ kind: 'digit', digit }));
}

function done(effects: readonly ServiceEffect[]): string[] {
  return effects.flatMap((effect) => (effect.do === 'wait' ? [] : [effect.do]));
}

test('a PIN is taken digit by digit, also into the tone, and looked at when # comes', () => {
  const effects = run(LOCKED, ANSWERED, '48', PLAYED, '1516', '#');
  assert.deepEqual(done(effects), ['play', 'check-pin']);
  assert.deepEqual(effects.at(-1), { do: 'check-pin', pin: '481516' });
});

test('* begins anew, # alone and letters are nothing, and no PIN is longer than eleven', () => {
  assert.deepEqual(run(LOCKED, ANSWERED, '#12*A34B5#').at(-1), { do: 'check-pin', pin: '345' });
  const long = run(LOCKED, ANSWERED, `${'7'.repeat(30)}#`).at(-1);
  assert.deepEqual(long, { do: 'check-pin', pin: '7'.repeat(11) });
});

test('whatever the PIN was, a tone says so and then the call is over', () => {
  for (const verdict of ['right', 'wrong', 'barred', 'unchecked'] as const) {
    const effects = run(LOCKED, ANSWERED, '1234#', { kind: 'pin-checked', verdict }, '99#', PLAYED);
    assert.deepEqual(done(effects), ['play', 'check-pin', 'play', 'hang-up'], verdict);
  }
});

test('who enters nothing is hung up on', () => {
  assert.deepEqual(done(run(LOCKED, ANSWERED, '12', { kind: 'timeout' })), ['play', 'hang-up']);
});

test('while it is unlocked the same code locks it, and asks for nothing', () => {
  const unlocked: Service = { name: 'pin-lock', state: { in: 'beginning', isUnlocked: true } };
  assert.deepEqual(done(run(unlocked, ANSWERED, '1234#', PLAYED)), ['lock', 'play', 'hang-up']);
});

test('an echo begins behind the tone and ends with #, or by itself', () => {
  const echo: Service = { name: 'echo', state: { in: 'beginning' } };
  assert.deepEqual(done(run(echo, ANSWERED, PLAYED, '1#')), ['play', 'echo', 'hang-up']);
  assert.deepEqual(done(run(echo, ANSWERED, PLAYED, { kind: 'timeout' })), ['play', 'echo', 'hang-up']);
});

test('whatever comes in whatever order, a call has one PIN looked at, and nothing begins before the answer', () => {
  const input: fc.Arbitrary<ServiceInput> = fc.oneof(
    fc.constantFrom<ServiceInput>(
      PLAYED,
      { kind: 'timeout' },
      { kind: 'pin-checked', verdict: 'wrong' },
      { kind: 'pin-checked', verdict: 'right' },
    ),
    fc.constantFrom(...'0123456789*#'.split('')).map((digit): ServiceInput => ({ kind: 'digit', digit })),
  );
  fc.assert(
    fc.property(fc.array(input, { maxLength: 5 }), fc.array(input, { maxLength: 60 }), (before, after) => {
      assert.deepEqual(run(LOCKED, ...before), []);
      const effects = done(run(LOCKED, ...before, ANSWERED, ...after));
      assert.ok(effects.filter((each) => each === 'check-pin').length <= 1);
    }),
  );
});
