import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeALaw, decodeMuLaw, readRtp, SrtpReceiver, toneStrength } from '@ringwall/media';
import type { Dialling, Snapshot, TrunkName } from '@ringwall/pbx';
import { PhoneSound } from '@ringwall/phone';
import { testTrunk, type TestExtension, World, type WorldOptions } from '@ringwall/testkit';
import { assertNothingLeft, EXTENSIONS, lastCall } from './office.ts';
import { london, route, rule, strangerAt } from './outside.ts';
import { Provider, type ProviderBehaviour } from './provider.ts';
import { RelayedBytes } from './relayed-bytes.ts';

/** Calls for help: who may make one, where it goes, and what cannot hold it up. */

const ADDRESS = { account: undefined, kind: 'address', callsAtOnce: 100, callsPerSecond: 100 } as const;
const ACME = testTrunk('acme', { ...ADDRESS });
const OTHER = testTrunk('other', { ...ADDRESS, host: '198.51.100.201' });
const OUTSIDE = '902079460958';
const RIGHTS = {
  isInternalOnly: false,
  mayForwardOutside: false,
  mayCallOutOfHours: false,
  isPinProtected: false,
  callerId: undefined,
  groups: [],
};

/** The extensions, the first of them changed. */
function withFirst(changes: Partial<TestExtension>): TestExtension[] {
  return EXTENSIONS.map((each) => (each.number === '101' ? { ...each, ...changes } : each));
}

function site({
  acme: ofAcme = {},
  other: ofOther = {},
  changes = {},
  ...options
}: Partial<WorldOptions> & {
  readonly acme?: ProviderBehaviour;
  readonly other?: ProviderBehaviour;
  readonly changes?: Partial<Dialling>;
} = {}) {
  const dialling = { ...london(rule(route('acme'), route('other'))), ...changes };
  const world = new World({ seed: 1, extensions: EXTENSIONS, trunks: [ACME, OTHER], dialling, ...options });
  const [acme, other] = [new Provider(world, ofAcme), new Provider(world, ofOther, OTHER.host)];
  world.perform(world.pbx.startTrunks());
  world.runFor(2_000);
  const anna = world.phone('101');
  const dial = (number: string, phone = anna): number => {
    const call = world.dial(phone, number);
    world.runUntil(() => call.state === 'talking' || call.state === 'ended', 100_000);
    return call.state === 'talking' ? 200 : (call.status ?? 0);
  };
  const change = (of: Partial<Snapshot>): void => {
    const { snapshot } = world.pbx;
    world.perform(world.pbx.replaceSnapshot({ ...snapshot, version: snapshot.version + 1, ...of }));
    world.runFor(1_000);
  };
  const enabled = (isEnabled: boolean): Snapshot['extensions'] =>
    new Map(
      [...world.pbx.snapshot.extensions].map(([number, each]) => [number, { ...each, enabled: isEnabled }]),
    );
  const cries = () => world.events.filter((event) => event.kind === 'emergency-called');
  return { world, acme, other, anna, dial, change, enabled, cries };
}

function called({ acme, other }: Pick<ReturnType<typeof site>, 'acme' | 'other'>): string[] {
  return [acme, other].flatMap((provider) =>
    provider.invitations().map(({ uri }) => (uri.scheme === 'sip' ? uri.user : '')),
  );
}

test('the phone of a disabled extension calls for help, and nobody else', () => {
  const made = site({ extensions: withFirst({ enabled: false }) });
  const { world, dial, anna } = made;
  world.registered('102', { answerAfterMs: 50 });
  for (const number of ['102', OUTSIDE]) assert.equal(dial(number), 403, number);
  for (const number of ['999', '9112']) {
    assert.equal(dial(number), 200, number);
    world.act(anna, () => lastCall(anna).hangUp());
    world.runFor(1_000);
  }
  assert.deepEqual(called(made), ['999', '112']);
  assertNothingLeft(world, 4);
});

test('a phone whose password was changed calls for help from where it was registered, and a stranger does not', () => {
  const made = site();
  const { world, dial, change } = made;
  const known = world.registered('101');
  const stranger = world.phone('102');
  const changed = [...world.pbx.snapshot.extensions].map(([number, each]) => {
    const extension = {
      ...each,
      authId: `new${number}`,
      ha1: { md5: 'a'.repeat(32), sha256: 'a'.repeat(64) },
    };
    return [number, extension] as const;
  });
  const byAuthId = new Map(changed.map(([, each]) => [each.authId, each]));
  change({ extensions: new Map(changed), byAuthId });
  assert.notEqual(dial('999', stranger), 200);
  assert.notEqual(dial('103', known), 200);
  assert.deepEqual(called(made), []);
  assert.equal(dial('999', known), 200);
  world.act(known, () => lastCall(known).hold());
  world.runFor(2_000);
  assert.equal(lastCall(known).state, 'talking');
});

test('a call for help is led to nobody outside, least of all by a phone that cannot log in any more', () => {
  const made = site({ extensions: withFirst({ calling: { ...RIGHTS, mayForwardOutside: true } }) });
  const { world, dial, change } = made;
  const known = world.registered('101');
  const ben = world.registered('102', { answerAfterMs: 50 });
  const changed = [...world.pbx.snapshot.extensions].map(([number, each]) => {
    const ha1 = { md5: 'a'.repeat(32), sha256: 'a'.repeat(64) };
    return [number, number === '101' ? { ...each, ha1 } : each] as const;
  });
  change({ extensions: new Map(changed), byAuthId: new Map(changed.map(([, each]) => [each.authId, each])) });
  assert.equal(dial('999', known), 200);
  world.act(known, () => lastCall(known).transfer(known.uriOf(OUTSIDE)));
  world.runFor(3_000);
  assert.deepEqual(called(made), ['999']);
  assert.match(lastCall(known).transferProgress.at(-1) ?? '', /403/);
  assert.equal(lastCall(known).state, 'talking', 'and they talk on');
  world.act(known, () => lastCall(known).transfer(known.uriOf('102')));
  world.runFor(3_000);
  assert.equal(lastCall(ben).state, 'talking', 'a colleague may go on with it');
});

test('one extension calls for help several times at once, and not without end', () => {
  const made = site();
  const { world, anna } = made;
  for (let calls = 0; calls < 20; calls++) world.dial(anna, '999');
  world.runFor(5_000);
  assert.equal(called(made).length, 8);
  const ben = world.phone('102');
  assert.equal(made.dial('999', ben), 200, 'and nobody else is kept from it');
  assert.equal(made.dial('999', world.phone('101')), 200, 'nor the owner of a password that was stolen');
});

test('who is disabled or removed while he calls for help goes on', () => {
  const { world, anna, dial, change, enabled } = site();
  assert.equal(dial('999'), 200);
  change({ extensions: enabled(false), trunks: new Map() });
  world.act(anna, () => lastCall(anna).hold());
  world.runFor(2_000);
  change({ extensions: new Map(), byAuthId: new Map() });
  assert.equal(lastCall(anna).state, 'talking');
  world.act(anna, () => lastCall(anna).hangUp());
  assertNothingLeft(world, 1);
});

test('a transfer to an emergency number passes every gate, for a colleague and for somebody from outside', () => {
  for (const who of ['colleague', 'stranger'] as const) {
    const extensions = withFirst({ calling: { ...RIGHTS, isInternalOnly: true } });
    const made = site({ extensions, acme: { answers: { INVITE: who === 'colleague' ? 503 : 200 } } });
    const { world, anna, cries } = made;
    const registered = world.registered('101');
    const ben = world.registered('102');
    if (who === 'stranger') strangerAt(world, registered);
    else {
      world.dial(ben, '101');
      world.runFor(1_000);
      world.act(registered, () => lastCall(registered).answer());
      world.runFor(1_000);
    }
    world.act(registered, () => lastCall(registered).transfer(anna.uriOf('999')));
    world.runFor(5_000);
    assert.equal(called(made).at(-1), '999', who);
    assert.deepEqual(
      cries().map(({ extension, number }) => [extension, number]),
      [[who === 'colleague' ? '102' : '101', '999']],
      'of who talks there',
    );
    const [call] = [...world.pbx.currentCalls()];
    assert.ok(
      call?.legs.some(({ isForHelp, state }) => isForHelp && state === 'talking'),
      who,
    );
  }
});

test('a transfer to an emergency number has a call ended that holds the last channel', () => {
  const trunks = [testTrunk('acme', { ...ADDRESS, callsAtOnce: 1 })];
  const made = site({ trunks });
  const { world, anna, dial } = made;
  const ben = world.registered('102', { answerAfterMs: 50 });
  const cleo = world.registered('103');
  const talk = world.dial(cleo, OUTSIDE);
  assert.ok(world.runUntil(() => talk.state === 'talking', 5_000));
  assert.equal(dial('102'), 200);
  world.act(anna, () => lastCall(anna).transfer(anna.uriOf('112')));
  world.runFor(5_000);
  assert.equal(talk.state, 'ended');
  assert.equal(lastCall(ben).state, 'talking');
  assert.equal(called(made).at(-1), '112');
});

test('a phone that forwards to an emergency number calls for help for the house, and for no stranger', () => {
  const made = site({ acme: { answers: { INVITE: 503 } } });
  const { world, dial, cries } = made;
  world.registered('102', { forwardsTo: ['sip:999@pbx.example.com'] });
  assert.equal(dial('102'), 200);
  assert.deepEqual(called(made), ['999', '999'], 'by the second trunk when the first refuses');
  assert.deepEqual(
    cries().map(({ extension }) => extension),
    ['101'],
    'who calls is who needs help',
  );
  const { world: again, ...strange } = site();
  const anna = again.registered('101', { forwardsTo: ['sip:999@pbx.example.com'] });
  strangerAt(again, anna);
  assert.deepEqual(called(strange), []);
});

test('a call for help that is given to a colleague keeps its protection', () => {
  const { world, anna, dial, change, enabled } = site({ trunks: [{ ...ACME, callsAtOnce: 1 }] });
  const ben = world.registered('102', { answerAfterMs: 50 });
  const cleo = world.registered('103');
  assert.equal(dial('999'), 200);
  const help = lastCall(anna);
  assert.equal(dial('102'), 200);
  const colleague = lastCall(anna);
  world.act(anna, () => help.transferTo(colleague, anna.uriOf('102')));
  world.runFor(3_000);
  assert.equal(lastCall(ben).state, 'talking');
  assert.equal(dial('999', cleo), 200, 'a second call for help');
  assert.equal(lastCall(ben).state, 'talking', 'is no reason to end the first');
  change({ extensions: enabled(false), trunks: new Map() });
  assert.equal(lastCall(ben).state, 'talking', 'nor is a change of the configuration');
});

test('a trunk that is known to be down is tried after all others, but it is tried', () => {
  for (const down of [{ OPTIONS: 503 }, { OPTIONS: 0 }]) {
    const changes = { emergencyTrunks: ['acme' as TrunkName] };
    const first = site({ acme: { answers: down }, changes });
    first.world.runFor(40_000);
    assert.equal(first.dial('999'), 200);
    assert.deepEqual([first.acme.invitations().length, first.other.invitations().length], [0, 1]);
    const both = site({ acme: { answers: down }, other: { answers: down }, changes });
    for (const ms of [40_000, 3_000, 7_000]) {
      both.world.runFor(ms);
      assert.equal(both.dial('999'), 200, `${ms}`);
      both.world.act(both.anna, () => lastCall(both.anna).hangUp());
    }
    assert.equal(called(both).length, 3);
  }
});

test('the right to lead calls out is that of now, not of when the call began', () => {
  const extensions = withFirst({ calling: { ...RIGHTS, mayForwardOutside: true } });
  const { world, dial, change } = site({ extensions });
  const anna = world.registered('101');
  const stranger = strangerAt(world, anna);
  assert.equal(dial(OUTSIDE, anna), 200);
  const consulted = lastCall(anna);
  const { snapshot } = world.pbx;
  change({
    extensions: new Map([...snapshot.extensions].map(([n, each]) => [n, { ...each, calling: RIGHTS }])),
  });
  world.act(anna, () => stranger.transferTo(consulted, anna.uriOf(OUTSIDE)));
  world.runFor(3_000);
  assert.ok(
    stranger.transferProgress.some((line) => line.includes('403')),
    `${stranger.transferProgress}`,
  );
});

test('where the phone stands is told in the notice, and to the provider if that is wanted', () => {
  for (const showsLocation of [false, true]) {
    const emergencyCare = { location: 'Mill Lane 3', showsLocation, callExtensions: [] };
    const calling = { ...RIGHTS, location: 'Building 2, floor 3', emergencyCallerId: '+442079460112' };
    const made = site({ changes: { emergencyCare }, extensions: withFirst({ calling }) });
    const ben = made.world.registered('102', { hidesItself: true });
    made.dial('999');
    made.dial('999', ben);
    assert.deepEqual(
      made.cries().map(({ location }) => location),
      ['Building 2, floor 3', 'Mill Lane 3'],
    );
    const [own, house] = made.acme.invitations().map(({ headers }) => headers.get('from') ?? '');
    assert.match(own ?? '', showsLocation ? /^"Phone 101, Building 2, floor 3" / : /^"Phone 101" /);
    assert.match(own ?? '', /sip:\+442079460112@/);
    assert.match(house ?? '', /^"Phone 102/, 'who hides himself is shown to those who come to help');
  }
});

test('phones that were named ring when somebody calls for help, and do not disturb the call', () => {
  const emergencyCare = { location: '', showsLocation: false, callExtensions: ['102', '103', '101', '999'] };
  const { world, anna, dial } = site({ changes: { emergencyCare } });
  const [one, two] = [world.registered('102', { answerAfterMs: 5_000 }), world.registered('102')];
  const other = world.registered('103');
  const from: string[] = [];
  world.taps.add((flow, bytes) => {
    const text = Buffer.from(bytes).toString('latin1');
    if (text.startsWith('INVITE') && flow.remote.address === other.flow.local.address)
      from.push(/^from: ("[^"]*")/im.exec(text)?.[1] ?? text);
  });
  assert.equal(dial('999'), 200);
  world.runFor(3_000);
  assert.deepEqual(from, ['"Emergency: 101 Phone 101"']);
  assert.deepEqual(
    [one, two, other].map((phone) => lastCall(phone).state),
    ['incoming', 'incoming', 'incoming'],
  );
  world.runFor(4_000);
  assert.equal(lastCall(two).state, 'ended', 'since the other phone of 102 has taken it');
  assert.equal(lastCall(other).state, 'incoming', 'and 103 has not seen it yet');
  world.runFor(10_000);
  assert.equal(lastCall(one).state, 'ended');
  assert.equal(lastCall(anna).state, 'talking');
  world.act(anna, () => lastCall(anna).hangUp());
  assert.equal(dial('999'), 200, 'again within the minute');
  world.act(anna, () => lastCall(anna).hangUp());
  world.runFor(60_000);
  assert.deepEqual(
    [one, two, other].map(({ calls }) => calls.length),
    [1, 1, 1],
  );
  assert.equal(world.pbx.counts().alerts, 0);
  assertNothingLeft(world, 2);
});

const WIDE = [{ payloadType: 9, codec: { name: 'G722', clockRate: 8_000, channels: 1 }, parameters: '' }];

/** Which of the two notes of the alarm this packet is; `''`: silence, or their beginning. */
function noteIn(packet: Uint8Array): '' | 'low' | 'high' {
  const rtp = readRtp(packet);
  assert.ok(rtp !== undefined);
  const samples = rtp.payloadType === 0 ? decodeMuLaw(rtp.payload) : decodeALaw(rtp.payload);
  if (toneStrength(samples, 880) > 0.9) return 'low';
  return toneStrength(samples, 1_240) > 0.9 ? 'high' : '';
}

test('who takes such a call hears an alarm for some seconds, in the clear and over SRTP, and is let go', () => {
  for (const transport of ['udp', 'tls'] as const) {
    const emergencyCare = { location: '', showsLocation: false, callExtensions: ['102'] };
    const { world, anna, dial } = site({ changes: { emergencyCare } });
    const bytes = new RelayedBytes(world);
    const listener = world.registered('102', { answerAfterMs: 2_000 }, { transport });
    assert.equal(dial('999'), 200);
    assert.ok(world.runUntil(() => listener.calls[0]?.media.target !== undefined, 5_000));
    const call = lastCall(listener);
    const ear = new PhoneSound(call.media, 440, world.dice);
    const { target } = call.media;
    assert.ok(target !== undefined);
    const begun = world.monotonic();
    while (lastCall(listener).state === 'talking' && world.monotonic() - begun < 30_000) {
      const said = ear.frame();
      if (said !== undefined && world.media.byPort(target.port) !== undefined)
        bytes.receive(target.port, said, listener.flow.local.address, 4_444);
      world.runFor(20);
    }
    const seconds = (world.monotonic() - begun) / 1_000;
    assert.ok(seconds > 8 && seconds < 11, `${transport}: ${seconds} s`);
    const { srtp } = call.media;
    assert.equal(srtp !== undefined, transport === 'tls');
    const receiver = srtp === undefined ? undefined : new SrtpReceiver(srtp.receive);
    const notes = bytes.to(listener.flow.local.address, 4_444).map(({ bytes: packet }) => {
      const plain = receiver?.unprotectRtp(packet) ?? packet;
      assert.ok(typeof plain !== 'string', String(plain));
      return noteIn(plain);
    });
    assert.ok(notes.length > 400, `${transport}: ${notes.length} packets`);
    for (const note of ['low', 'high'] as const) {
      const count = notes.filter((each) => each === note).length;
      assert.ok(count > notes.length / 4, `${transport}: ${count} of ${notes.length} packets are ${note}`);
    }
    assert.equal(lastCall(anna).state, 'talking', 'the call for help goes on');
    world.act(anna, () => lastCall(anna).hangUp());
    world.runFor(60_000);
    assert.deepEqual([world.pbx.counts().alerts, world.media.legs.size], [0, 0]);
    assertNothingLeft(world, 1);
  }
});

test('who hangs up the alarm has given its ports back at once; without ports, or G.711, it is shown without a sound', () => {
  const emergencyCare = { location: '', showsLocation: false, callExtensions: ['102'] };
  const { world, anna, dial } = site({ changes: { emergencyCare } });
  const listener = world.registered('102', { answerAfterMs: 2_000 });
  assert.equal(dial('999'), 200);
  assert.ok(world.runUntil(() => listener.calls[0]?.media.target !== undefined, 5_000));
  const open = world.media.legs.size;
  world.act(listener, () => lastCall(listener).hangUp());
  world.runFor(500);
  assert.deepEqual([world.pbx.counts().alerts, open - world.media.legs.size], [0, 1]);
  assert.equal(lastCall(anna).state, 'talking');

  for (const without of ['ports', 'G.711'] as const) {
    const other = site({ changes: { emergencyCare }, ...(without === 'ports' ? { mediaPairs: 2 } : {}) });
    const formats = without === 'G.711' ? WIDE : undefined;
    const phone = other.world.registered('102', { answerAfterMs: 2_000 }, formats && { formats });
    assert.equal(other.dial('999'), 200);
    assert.ok(
      other.world.runUntil(() => phone.calls[0]?.state === 'talking', 5_000),
      without,
    );
    assert.equal(lastCall(phone).media.remote?.port ?? 0, 0, without);
    assert.deepEqual(other.world.media.played, []);
    other.world.runFor(15_000);
    assert.equal(lastCall(phone).state, 'ended');
    assert.equal(lastCall(other.anna).state, 'talking');
    assert.equal(other.world.media.legs.size, 2);
  }
});

test('phones that were named and are away since a restart show who called for help when they come back soon', () => {
  const emergencyCare = { location: '', showsLocation: false, callExtensions: ['102', '103'] };
  const { world, anna, dial } = site({ changes: { emergencyCare } });
  const phones = [
    world.registered('102', {}, { transport: 'tcp' }),
    world.registered('103', {}, { transport: 'tls' }),
  ];
  world.pbx.restoreBindings([...world.pbx.bindings()]);
  assert.equal(dial('999'), 200);
  world.runFor(1_000);
  const shown = (): number[] => phones.map(({ calls }) => calls.length);
  assert.deepEqual(shown(), [1, 0], '102 was connected to');
  for (const phone of phones) world.say(phone, phone.register());
  world.runFor(1_000);
  assert.deepEqual(shown(), [1, 1], '103 came by itself, and 102 was not rung twice');
  world.act(anna, () => lastCall(anna).hangUp());
  assertNothingLeft(world, 1);
  world.runFor(60_000);
  assert.equal(world.pbx.counts().alerts, 0);
});

test('the way of emergency calls is tried with a number that an administrator names, once, and ends no call', () => {
  const extensions = withFirst({ calling: { ...RIGHTS, isInternalOnly: true } });
  const changes = { emergencyTrunks: ['other' as TrunkName] };
  const { world, acme, other, dial, cries } = site({
    extensions,
    changes,
    other: { answers: { INVITE: 503 } },
  });
  const ben = world.registered('102');
  const { emergencyTest } = world.pbx;
  const rehearsal = emergencyTest.rehearse('101' as never);
  assert.deepEqual(
    rehearsal?.trunks.map(({ name, stand }) => `${name} ${stand}`),
    ['other ready', 'acme ready'],
  );
  assert.ok(emergencyTest.isForHelp('9112'), 'which is never tried');
  emergencyTest.arm('101' as never, '+442079460123');
  assert.notEqual(dial('+442079460123', ben), 200, 'not by another');
  assert.equal(dial('+442079460123'), 200);
  assert.deepEqual([other.invitations().length, acme.invitations().length], [1, 1]);
  assert.equal(dial('+442079460123'), 404, 'not twice');
  emergencyTest.arm('101' as never, '+442079460123');
  world.runFor(301_000);
  assert.equal(dial('+442079460123'), 404, 'not later');
  assert.deepEqual(cries(), []);
});

test('providers are asked now for a test, and one that does not answer is known', () => {
  const { world, other } = site();
  world.perform(world.pbx.retryTrunk(undefined));
  world.runFor(1_000);
  assert.deepEqual(world.pbx.emergencyTest.unanswered, []);
  other.behaviour.silent = true;
  world.perform(world.pbx.retryTrunk(undefined));
  world.runFor(1_000);
  assert.deepEqual(world.pbx.emergencyTest.unanswered, ['other']);
});
