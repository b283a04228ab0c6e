import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_CALLING_RIGHTS, type ServiceCodes } from '@ringwall/pbx';
import type { Phone, PhoneCall } from '@ringwall/phone';
import { Headers } from '@ringwall/sip';
import { testTrunk, World, type WorldOptions } from '@ringwall/testkit';
import { logEvent } from '../../packages/server/src/log/event-log.ts';
import { Log } from '../../packages/server/src/log/log.ts';
import { assertNothingLeft, EXTENSIONS, lastCall, LOSSY } from './office.ts';
import { london, route, rule, strangerAt } from './outside.ts';
import { Provider } from './provider.ts';

/** Codes that extensions dial, and extensions that are protected by a PIN. */

const PIN = '481516';
const NUMBER = '902079460958';
const CODES: ServiceCodes = {
  services: new Map([
    ['777', 'pin-lock'],
    ['*43', 'echo'],
  ]),
  pinUnlockMs: 300_000,
};
const MINUTE_MS = 60_000;

/** 101 is protected by a PIN and may lead calls out; 102 is not protected. */
const PEOPLE = EXTENSIONS.map((each) =>
  each.number === '101'
    ? {
        ...each,
        pinHash: PIN,
        calling: { ...DEFAULT_CALLING_RIGHTS, isPinProtected: true, mayForwardOutside: true },
      }
    : each,
);

function house(seed = 1, more: Partial<WorldOptions> = {}) {
  const world = new World({
    seed,
    extensions: PEOPLE,
    trunks: [testTrunk('acme', { kind: 'address', account: undefined, transfersAllowed: false })],
    dialling: london(rule(route('acme'))),
    codes: CODES,
    ...more,
  });
  const provider = new Provider(world);
  world.perform(world.pbx.startTrunks());
  world.runFor(1_000);
  return { world, provider, phone: world.registered('101') };
}

/** Dials the code for the lock and enters this. @returns the call, when it is over. */
function enter(world: World, phone: Phone, keys: string): PhoneCall {
  const call = world.dial(phone, '777');
  assert.ok(world.runUntil(() => call.state !== 'calling', 10_000));
  if (call.state === 'ended') return call;
  world.runFor(1_500);
  if (keys !== '') world.press(call, keys);
  assert.ok(
    world.runUntil(() => call.state === 'ended', 60_000),
    'the house does not hang up',
  );
  return call;
}

/** The status of a call outside; 200 if it was answered. It is hung up again. */
function callOutside(world: World, phone: Phone, number = NUMBER): number | undefined {
  const call = world.dial(phone, number);
  assert.ok(world.runUntil(() => call.state !== 'calling', 10_000));
  if (call.state === 'talking') world.act(phone, () => call.hangUp());
  world.runFor(1_000);
  return call.status;
}

function lockStates(world: World): string[] {
  return world.events.flatMap((event) => (event.kind === 'pin-lock' ? [event.state] : []));
}

test('a locked extension calls nobody outside but for help; the PIN unlocks it, for five minutes', () => {
  const { world, provider, phone } = house();
  assert.equal(callOutside(world, phone), 403);
  assert.deepEqual(
    world.records
      .at(-1)
      ?.because.filter(({ verdict }) => verdict === 'deny')
      .map((each) => each.rule),
    ['pin-locked'],
  );
  assert.equal(callOutside(world, phone, '999'), 200);
  enter(world, phone, `${PIN}#`);
  const record = world.records.at(-1);
  assert.equal(record?.reason, 'The house answered 777: The extension was unlocked by its PIN');
  assert.deepEqual([record?.outcome, record?.endedBy, record?.dialled], ['answered', 'system', '777']);
  assert.equal(callOutside(world, phone), 200);
  world.runFor(4 * MINUTE_MS);
  assert.equal(callOutside(world, phone), 200);
  world.runFor(MINUTE_MS);
  assert.equal(callOutside(world, phone), 403);
  assert.equal(provider.invitations().length, 3);
  assert.deepEqual(lockStates(world), ['unlocked']);
  assert.ok(
    !JSON.stringify([world.events, world.records]).includes(PIN),
    'the PIN is in a record or an event',
  );
  assertNothingLeft(world, 6);
});

test('777 while it is unlocked locks it again, and the call that is under way goes on', () => {
  const { world, phone } = house();
  enter(world, phone, `${PIN}#`);
  const outside = world.dial(phone, NUMBER);
  assert.ok(world.runUntil(() => outside.state === 'talking', 5_000));
  enter(world, phone, '');
  assert.deepEqual(lockStates(world), ['unlocked', 'locked']);
  assert.equal(callOutside(world, phone), 403);
  world.runFor(MINUTE_MS);
  assert.equal(outside.state, 'talking');
  world.act(phone, () => outside.hangUp());
  assertNothingLeft(world, 4);
});

test('a call under way goes on also when the time is over', () => {
  const { world, phone } = house();
  enter(world, phone, `${PIN}#`);
  const outside = world.dial(phone, NUMBER);
  world.runFor(6 * MINUTE_MS);
  assert.equal(outside.state, 'talking');
});

test('three wrong PINs and none is taken for half an hour, also after a restart', () => {
  const { world, phone } = house();
  for (const wrong of ['000000#', '12345678901234567890#', '1*481517#']) enter(world, phone, wrong);
  assert.deepEqual(lockStates(world), ['barred']);
  const refused = enter(world, phone, `${PIN}#`);
  assert.equal(refused.status, 403);
  assert.match(world.records.at(-1)?.reason ?? '', /cannot be unlocked for 30 minutes more/);
  assert.equal(world.pinAttempts.get('101')?.wrong, 3);

  const again = house(2);
  again.world.pbx.restorePinAttempts([...world.pinAttempts.values()]);
  assert.equal(enter(again.world, again.phone, `${PIN}#`).status, 403);
  again.world.runFor(31 * MINUTE_MS);
  enter(again.world, again.phone, `${PIN}#`);
  assert.deepEqual(lockStates(again.world), ['unlocked']);
  assert.equal(callOutside(again.world, again.phone), 200);
});

test('PINs tried side by side are no more tries, and a right one forgives the wrong ones', () => {
  const { world, phone } = house();
  const calls = Array.from({ length: 6 }, () => world.dial(phone, '777'));
  assert.ok(world.runUntil(() => calls.every(({ state }) => state === 'talking'), 10_000));
  for (const call of calls) world.press(call, '111111#');
  world.runFor(20_000);
  assert.equal(world.pinAttempts.get('101')?.wrong, 3);
  assert.deepEqual(lockStates(world), ['barred']);
  assert.ok(calls.every(({ state }) => state === 'ended'));

  const forgiven = house(3);
  for (const keys of ['1111#', '2222#', `${PIN}#`, '', '3333#', '4444#', `${PIN}#`])
    enter(forgiven.world, forgiven.phone, keys);
  assert.deepEqual(lockStates(forgiven.world), ['unlocked', 'locked', 'unlocked']);
});

test('a new PIN locks the extension, and lets it be tried anew', () => {
  const { world, phone } = house();
  const { snapshot } = world.pbx;
  const changed = (pinHash: string) => {
    const extensions = new Map(snapshot.extensions);
    for (const [number, each] of extensions)
      if (number === '101') extensions.set(number, { ...each, pinHash });
    world.perform(world.pbx.replaceSnapshot({ ...snapshot, extensions }));
  };
  enter(world, phone, `${PIN}#`);
  changed('9753');
  assert.equal(callOutside(world, phone), 403);
  for (const wrong of ['1111#', '2222#', '3333#']) enter(world, phone, wrong);
  changed('8642');
  enter(world, phone, '8642#');
  assert.equal(callOutside(world, phone), 200);
});

test('what a locked extension would lead outside is locked as well: transfers, and forwards of its phone', () => {
  const { world, provider, phone } = house();
  const bob = world.registered('102', { answerAfterMs: 100 });
  const call = world.dial(phone, '102');
  assert.ok(world.runUntil(() => call.state === 'talking', 5_000));
  world.act(phone, () => call.transfer(phone.uriOf(NUMBER)));
  world.runFor(5_000);
  assert.equal(provider.invitations().length, 0);
  world.act(phone, () => call.hangUp());
  world.runFor(2_000);
  phone.behaviour = { forwardsTo: [phone.uriOf(NUMBER)] };
  const forwarded = world.dial(bob, '101');
  assert.ok(world.runUntil(() => forwarded.state === 'ended', 10_000));
  assert.equal(provider.invitations().length, 0);
  assert.equal(world.records.at(-1)?.because[0]?.rule, 'pin-locked');
});

test('a code is for the extension that dials it: no transfer, no forward and no stranger leads to one', () => {
  const { world, phone } = house();
  const bob = world.registered('102', { answerAfterMs: 100 });
  const call = world.dial(bob, '101');
  world.runFor(500);
  world.act(phone, () => lastCall(phone).answer());
  assert.ok(world.runUntil(() => call.state === 'talking', 5_000));
  world.act(bob, () => call.transfer(bob.uriOf('*43')));
  world.runFor(5_000);
  assert.equal(world.media.played.length, 0);
  world.act(bob, () => call.hangUp());
  bob.behaviour = { forwardsTo: [bob.uriOf('*43')] };
  const forwarded = world.dial(phone, '102');
  assert.ok(world.runUntil(() => forwarded.state === 'ended', 10_000));
  assert.equal(world.media.played.length, 0);

  const fresh = house(2);
  const stranger = strangerAt(fresh.world, fresh.phone);
  fresh.world.act(fresh.phone, () => stranger.transfer(fresh.phone.uriOf('777')));
  fresh.world.runFor(5_000);
  assert.equal(fresh.world.media.played.length, 0);
});

test('a call of the house cannot be given to anybody, nor be taken over', () => {
  const { world, phone } = house();
  const bob = world.registered('102', { answerAfterMs: 100 });
  const house777 = world.dial(phone, '777');
  const call = world.dial(phone, '102');
  assert.ok(world.runUntil(() => house777.state === 'talking' && call.state === 'talking', 5_000));
  world.act(phone, () => call.transferTo(house777, phone.uriOf('777')));
  world.runFor(5_000);
  assert.equal(call.state, 'talking');
  assert.equal(lastCall(bob).state, 'talking');
  const other = world.registered('101');
  const { callId = '', remoteTag = '', localTag = '' } = house777.dialog ?? {};
  const replaces = `${callId};to-tag=${remoteTag};from-tag=${localTag}`;
  world.say(other, other.dial('101', new Headers().append('replaces', replaces)));
  world.runFor(2_000);
  assert.equal(lastCall(other).status, 481);
  assert.equal(house777.state, 'talking');
});

test('before the longest call is over, who is in the house hears a warning, and the other party goes on', () => {
  const { world, phone } = house(1, { settings: { maxCallSeconds: 120 } });
  enter(world, phone, `${PIN}#`);
  const bob = world.registered('102', { answerAfterMs: 100 });
  const tones = (): number => world.media.played.filter(({ tones }) => tones[0]?.hz[0] === 1_400).length;
  const inside = world.dial(phone, '102');
  assert.ok(world.runUntil(() => inside.state === 'talking', 5_000));
  world.runFor(85_000);
  assert.equal(tones(), 0);
  world.runFor(10_000);
  assert.equal(tones(), 2, 'both are in the house');
  assert.ok(world.hears(inside, lastCall(bob)));
  world.runFor(30_000);
  assert.equal(inside.state, 'ended');
  const outside = world.dial(phone, NUMBER);
  assert.ok(world.runUntil(() => outside.state === 'talking', 5_000));
  world.runFor(95_000);
  assert.equal(tones(), 3, 'the provider hears no tones of ours');
});

test('an extension without protection is told that there is nothing to unlock', () => {
  const { world } = house();
  const bob = world.registered('102');
  const call = enter(world, bob, '');
  assert.equal(call.status, 403);
  assert.match(world.records.at(-1)?.reason ?? '', /not protected by a PIN/);
});

test('the echo test sends back what is said, until # or for a minute', () => {
  const { world, phone } = house();
  const call = world.dial(phone, '*43');
  assert.ok(
    world.runUntil(() => world.hears(call, call), 5_000),
    'no echo',
  );
  world.press(call, '5#');
  assert.ok(world.runUntil(() => call.state === 'ended', 2_000));
  const long = world.dial(phone, '*43');
  world.runFor(50_000);
  assert.equal(long.state, 'talking');
  world.runFor(20_000);
  assert.equal(long.state, 'ended');
  assertNothingLeft(world, 2);
});

test('who hangs up, holds, enters nothing or has no codec for it leaves nothing behind', () => {
  const { world, phone } = house();
  const silent = enter(world, phone, '12');
  assert.equal(silent.status, 200);
  const left = world.dial(phone, '777');
  world.runFor(1_000);
  world.act(phone, () => left.hold());
  world.runFor(1_000);
  world.act(phone, () => left.resume());
  world.runFor(1_000);
  assert.equal(left.state, 'talking');
  world.act(phone, () => left.hangUp());
  const early = world.dial(phone, '777');
  world.act(phone, () => early.hangUp());
  assertNothingLeft(world, 3);
});

test('over a bad network the PIN unlocks too, with an offer in the INVITE or in the ACK', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const { world, phone } = house(seed, LOSSY);
    phone.behaviour = { delayedOffer: seed % 2 === 0 };
    for (let times = 0; times < 5 && lockStates(world).length === 0; times++) {
      const call = world.dial(phone, '777');
      if (!world.runUntil(() => call.state === 'talking', 40_000)) continue;
      world.runFor(3_000);
      world.press(call, `${PIN}#`);
      assert.ok(
        world.runUntil(() => call.state === 'ended', 60_000),
        `seed ${seed}`,
      );
    }
    assert.deepEqual(lockStates(world), ['unlocked'], `seed ${seed}`);
  }
});

test('what an explanation says of a locked extension is what becomes of its call', () => {
  const { world, phone } = house();
  const explained = () => world.pbx.forecasts.call(phone.options.number as never, NUMBER, world.wall());
  assert.deepEqual(explained()?.explanation?.because[0]?.rule, 'pin-locked');
  assert.equal(world.pbx.forecasts.call(phone.options.number as never, '777', world.wall())?.plan.ok, true);
  enter(world, phone, `${PIN}#`);
  assert.equal(explained()?.explanation?.verdict, 'allow');
});

for (const dialled of [`777*${PIN}`, `777*${PIN}#`, `777${PIN}`, `777#${PIN}`, `777,${PIN}`, `*43${PIN}`]) {
  test(`what may be a PIN behind a code is in no record, event or log: ${dialled}`, () => {
    const { world, phone, provider } = house();
    const call = world.dial(phone, dialled);
    world.runFor(2_000);
    assert.equal(call.state, 'ended');
    assert.equal(call.status, 404);
    const [record] = world.records;
    const code = dialled.startsWith('*') ? '*43' : '777';
    assert.equal(record?.dialled, `${code}…`);
    assert.equal(
      record.reason,
      `A code is dialled alone (${code}): a PIN is entered when the phone system has answered`,
    );
    assertNowhere(world);
    assert.equal(provider.invitations().length, 0);
    assertNothingLeft(world, 1);
  });
}

test('what may be a PIN behind a code is not told of a call that is refused for another reason either', () => {
  const { world, phone } = house(1, { settings: { callsPerExtension: 1 } });
  world.registered('102', { answerAfterMs: 100 });
  const first = world.dial(phone, '102');
  world.runFor(1_000);
  assert.equal(first.state, 'talking');
  assert.equal(callOutside(world, phone, `777${PIN}`), 486);
  assert.equal(world.records[0]?.dialled, '777…');
  assertNowhere(world);
  world.act(phone, () => first.hangUp());
  assertNothingLeft(world, 2);
});

test('what may be a PIN behind a code is not told of a transfer or a forward either', () => {
  const { world, phone } = house();
  const ben = world.registered('102', { answerAfterMs: 100 });
  const call = world.dial(ben, '101');
  world.runFor(500);
  world.act(phone, () => lastCall(phone).answer());
  world.runFor(1_000);
  assert.equal(call.state, 'talking');
  world.act(phone, () => lastCall(phone).transfer(phone.uriOf(`777*${PIN}`)));
  world.runFor(2_000);
  world.act(ben, () => call.hangUp());
  world.runFor(2_000);
  phone.behaviour = { forwardsTo: [phone.uriOf(`777${PIN}`)] };
  world.dial(ben, '101');
  world.runFor(5_000);
  assert.equal(world.records[0]?.transfers[0]?.to, '777…');
  assert.equal(world.records[1]?.redirections[0]?.to, '777…');
  assertNowhere(world);
});

test('a number outside that begins like a code is a number, and so it stands in the record', () => {
  const { world } = house();
  const ben = world.registered('102');
  world.dial(ben, '777481516');
  world.runFor(2_000);
  assert.equal(world.records[0]?.dialled, '777481516', 'who is not protected has no PIN');
});

function assertNowhere(world: World): void {
  const lines: string[] = [];
  const log = new Log({ level: 'debug', format: 'json', write: (line) => void lines.push(line) });
  for (const event of world.events) logEvent(log.part('pbx'), event);
  const text = [...lines, JSON.stringify(world.events), JSON.stringify(world.records)].join('\n');
  assert.ok(lines.length > 0);
  assert.doesNotMatch(text, new RegExp(PIN));
}
