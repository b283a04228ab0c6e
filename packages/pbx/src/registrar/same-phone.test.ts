import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WallMs } from '@ringwall/base';
import type { Binding } from './binding.ts';
import { NOON, flowFrom, register, applied, refused, contacts, registered } from '../testing/registers.ts';

test('RFC 3261 19.1.4: a phone without an instance is known by its Contact, however it is written', () => {
  const bindings = applied(register('Contact: <sip:a@Phone.Example.COM;ob>', 'Call-ID: x')).bindings;
  const moved = flowFrom('198.51.100.9', 40_000);
  const outcome = applied(register('Contact: <sip:%61@phone.example.com;ob>'), { bindings, flow: moved });
  assert.equal(outcome.bindings.length, 1);
  assert.deepEqual(outcome.bindings[0]?.flow, moved);
  assert.deepEqual(outcome.added, []);
  assert.deepEqual(outcome.removed, []);
});

test('RFC 5626 6: a phone with an instance is known by it, from wherever it comes', () => {
  const instance = '+sip.instance="<urn:uuid:00000000-0000-1000-8000-000a95a0e128>"';
  const first = register(`Contact: <sip:a@10.0.0.1:40001>;${instance}`, 'Call-ID: x');
  const bindings = applied(first).bindings;
  const moved = flowFrom('198.51.100.9', 40_000, 'tcp', 7);
  const second = register(`Contact: <sip:a@10.9.9.9:50123>;${instance}`, 'Call-ID: y');
  const outcome = applied(second, { bindings, flow: moved });
  assert.deepEqual(contacts(outcome.bindings), ['sip:a@10.9.9.9:50123']);
  assert.deepEqual(outcome.bindings[0]?.flow, moved);
  assert.deepEqual(contacts(outcome.refreshed), ['sip:a@10.9.9.9:50123']);
  assert.deepEqual(outcome.removed, []);
});

test('RFC 5626 6: the flows of one phone, told apart by reg-id, stand side by side', () => {
  const one = register('Contact: <sip:a@h>;+sip.instance="<urn:uuid:1>";reg-id=1', 'Call-ID: x');
  const two = register(
    'Contact: <sip:a@h>;+sip.instance="<urn:uuid:1>";reg-id=2',
    'Call-ID: x',
    'CSeq: 2 REGISTER',
  );
  const outcome = applied(two, { bindings: applied(one).bindings });
  assert.deepEqual(outcome.headers.all('contact'), [
    '<sip:a@h>;expires=600;+sip.instance="<urn:uuid:1>";reg-id=2',
    '<sip:a@h>;expires=600;+sip.instance="<urn:uuid:1>";reg-id=1',
  ]);
});

test('two phones that have the same address behind two NATs are two, if they name their instance', () => {
  const one = register('Contact: <sip:101@192.168.1.10>;+sip.instance="<urn:uuid:1>"', 'Call-ID: x');
  const two = register('Contact: <sip:101@192.168.1.10>;+sip.instance="<urn:uuid:2>"', 'Call-ID: y');
  assert.equal(applied(two, { bindings: applied(one).bindings }).bindings.length, 2);
});

test('an instance, by which a phone is known, is told to no other phone of the extension', () => {
  const own = 'Contact: <sip:101@192.168.1.10>;+sip.instance="<urn:uuid:secret>";reg-id=1';
  const { bindings, headers } = applied(register(own, 'Call-ID: x'));
  assert.match(headers.get('contact') ?? '', /urn:uuid:secret/);
  const others = [register('Call-ID: y'), register('Contact: <sip:thief@192.0.2.9>', 'Call-ID: y')];
  for (const request of others) {
    const told = applied(request, { bindings }).headers.all('contact').join();
    assert.match(told, /<sip:101@192\.168\.1\.10>/);
    assert.doesNotMatch(told, /secret|reg-id/);
  }
});

test('a phone whose address changed may take the old one back and bring the new one, in either order', () => {
  const instance = '+sip.instance="<urn:uuid:1>"';
  const bindings = applied(register(`Contact: <sip:a@old>;${instance}`)).bindings;
  const gone = `<sip:a@old>;${instance};expires=0`;
  const fresh = `<sip:a@new>;${instance}`;
  for (const contact of [`${gone}, ${fresh}`, `${fresh}, ${gone}`]) {
    const outcome = applied(register(`Contact: ${contact}`, 'CSeq: 2 REGISTER'), { bindings });
    assert.deepEqual(contacts(outcome.bindings), ['sip:a@new']);
    assert.deepEqual(outcome.removed, []);
  }
});

test('a Contact that stands twice in one request makes one binding, and the later one counts', () => {
  const outcome = applied(register('Contact: <sip:a@h>;expires=100, <sip:%61@H>;expires=200'));
  assert.deepEqual(outcome.headers.all('contact'), ['<sip:%61@H>;expires=200']);
  assert.equal(outcome.added.length, 1);
});

test('a reg-id that is no number from 1 on, or comes without an instance, is none', () => {
  for (const contact of [
    '<sip:a@h>;reg-id=1',
    '<sip:a@h>;+sip.instance="<urn:x:1>";reg-id=0',
    '<sip:a@h>;+sip.instance="<urn:x:1>";reg-id=4294967296',
    '<sip:a@h>;+sip.instance="<urn:x:1>";reg-id=one',
  ]) {
    assert.equal(applied(register(`Contact: ${contact}`)).bindings[0]?.regId, undefined);
  }
});

/** Bindings over TCP, from before a restart: their connections are gone. */
function waiting(...users: string[]): readonly Binding[] {
  return registered(...users).map((binding, i) => ({
    ...binding,
    flow: flowFrom('192.0.2.7', 50_000 + i, 'tcp'),
    registeredAt: (NOON - 1_000 + i) as WallMs,
  }));
}

test('a phone that is away has its binding replaced when its Call-ID comes with another Contact', () => {
  const request = register('Contact: <sip:a@192.0.2.7:50123>', 'Call-ID: a', 'CSeq: 6 REGISTER');
  const bindings = waiting('a', 'b');
  const { removed, added, ...outcome } = applied(request, { bindings });
  assert.deepEqual(contacts(outcome.bindings), ['sip:b@192.0.2.7', 'sip:a@192.0.2.7:50123']);
  assert.deepEqual(contacts(removed), ['sip:a@192.0.2.7']);
  assert.deepEqual(contacts(added), ['sip:a@192.0.2.7:50123']);
  // One that is here may have two Contacts.
  assert.equal(applied(request, { bindings: registered('a', 'b') }).bindings.length, 3);
  // Who only asks what there is brings nothing in their place.
  assert.deepEqual(applied(register('Call-ID: a', 'CSeq: 6 REGISTER'), { bindings }).bindings, bindings);
});

test('phones that are away take no place from one that registers: the oldest of them gives way', () => {
  const away = waiting('a', 'b', 'c');
  const here = registered('d', 'e');
  const request = register('Contact: <sip:f@192.0.2.7>', 'Call-ID: f');
  const { bindings, removed } = applied(request, { bindings: [...here, ...away] });
  assert.deepEqual(contacts(bindings), [
    'sip:d@192.0.2.7',
    'sip:e@192.0.2.7',
    'sip:b@192.0.2.7',
    'sip:c@192.0.2.7',
    'sip:f@192.0.2.7',
  ]);
  assert.deepEqual(contacts(removed), ['sip:a@192.0.2.7']);
  const full = registered('a', 'b', 'c', 'd', 'e');
  assert.deepEqual(refused(request, { bindings: full }), { code: 'TOO_MANY_BINDINGS', status: 403 });
});

test('a phone that was away and names its instance comes back to its own binding', () => {
  const contact = (port: number): string =>
    `Contact: <sip:a@192.0.2.7:${port}>;+sip.instance="<urn:uuid:1>";reg-id=1`;
  const { bindings } = applied(register(contact(40_000)));
  const away = bindings.map((binding) => ({ ...binding, flow: flowFrom('192.0.2.7', 40_000, 'tls') }));
  const flow = flowFrom('192.0.2.7', 40_001, 'tls', 3);
  const back = applied(register(contact(40_001), 'Call-ID: another'), { bindings: away, flow });
  assert.equal(back.bindings.length, 1);
  assert.deepEqual(back.refreshed[0]?.flow, flow);
  assert.deepEqual([back.added, back.removed], [[], []]);
});
