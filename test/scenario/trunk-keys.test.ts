import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSdp, readRtp, readTelephoneEvent, SrtpReceiver, writeRtp } from '@ringwall/media';
import type { Trunk } from '@ringwall/pbx';
import { type Phone, type PhoneCall, PhoneSound } from '@ringwall/phone';
import type { SipRequest } from '@ringwall/sip';
import type { World } from '@ringwall/testkit';
import { EXTENSIONS, lastCall } from './office.ts';
import { headerLine, RawPhone, SDP, sdp } from './raw-phone.ts';
import { RelayedBytes, type SentPacket } from './relayed-bytes.ts';
import { CLEO, invite, offered, site } from './trunk-site.ts';

/** Pressed keys between a trunk that tells them as SIP INFO and phones that send events among the sound (RFC 4733). */

const PROVIDER = '198.51.100.200';
/** What a provider describes that takes key presses among the sound. */
const WITH_EVENTS = `${sdp(PROVIDER, 4_000).trim()} 101\r\na=rtpmap:101 telephone-event/8000\r\n`;
const RELAY: Partial<Trunk> = { dtmf: 'info' };

/** The keys that the provider was told, and in what. */
function told(asked: readonly SipRequest[]): string[] {
  return asked
    .filter(({ method }) => method === 'INFO')
    .map(({ headers, body }) => `${headers.get('content-type')} ${Buffer.from(body).toString()}`);
}

function infoOf(key: string, ms = 80): string {
  return `application/dtmf-relay Signal=${key}\r\nDuration=${ms}\r\n`;
}

/** A call from 101 to the outside, with sound both ways. */
function talking(trunk: Partial<Trunk> = {}, isSecure = false, description?: string) {
  const made = site({ ...RELAY, ...trunk }, description === undefined ? {} : { description });
  const { world, provider } = made;
  const bytes = new RelayedBytes(world);
  const phone = isSecure ? world.registered('102', {}, { transport: 'tls' }) : made.anna;
  const call = world.dial(phone, CLEO);
  assert.ok(world.runUntil(() => call.state === 'talking', 10_000));
  const sound = new PhoneSound(call.media, 440, world.dice);
  const target = call.media.target;
  const [invitation] = provider.invitations();
  assert.ok(target !== undefined && invitation !== undefined);
  const described = parseSdp(invitation.body);
  assert.ok(described.ok && described.value.audio !== undefined);
  const theirs = described.value.audio.port;
  let said = 0;
  /** So many frames of 20 ms go by, in which both sides speak. */
  const speak = (frames: number): void => {
    for (let i = 0; i < frames; i++) {
      const packet = sound.frame();
      assert.ok(packet !== undefined);
      bytes.receive(target.port, packet, phone.flow.local.address, 4_444);
      const fields = {
        payloadType: 0,
        marker: false,
        sequenceNumber: ++said,
        timestamp: said * 160,
        ssrc: 9,
      };
      bytes.receive(theirs, writeRtp(fields, new Uint8Array(160)), PROVIDER, 4_000);
      world.runFor(20);
    }
  };
  speak(5);
  /** What the phone heard, opened. */
  const receiver = call.media.srtp === undefined ? undefined : new SrtpReceiver(call.media.srtp.receive);
  const opened = new Map<SentPacket, Uint8Array>();
  const heard = () =>
    bytes.to(phone.flow.local.address, 4_444).map((packet) => {
      const plain = opened.get(packet) ?? receiver?.unprotectRtp(packet.bytes) ?? packet.bytes;
      assert.ok(typeof plain !== 'string');
      opened.set(packet, plain);
      const rtp = readRtp(plain);
      assert.ok(rtp !== undefined);
      return { ...rtp, at: packet.at };
    });
  return { ...made, bytes, phone, call, sound, speak, heard, infoFrom: infoFrom(world, provider.asked) };
}

/** INFO of the provider within the call that we made. */
function infoFrom(world: World, asked: readonly SipRequest[]) {
  const raw = new RawPhone(world, PROVIDER);
  let cseq = 0;
  return (body: string, type = 'application/dtmf-relay'): number => {
    const invitation = asked.find(({ method }) => method === 'INVITE');
    assert.ok(invitation !== undefined);
    const line = (name: string): string => invitation.headers.get(name) ?? '';
    return raw.ask('INFO', {
      uri: /<(.*?)>/.exec(line('contact'))?.[1] ?? '',
      from: `${line('to')};tag=provider`,
      to: line('from'),
      callId: line('call-id'),
      cseq: ++cseq,
      more: [`Content-Type: ${type}`],
      body,
    });
  };
}

test('both sides agree on what each of them takes: events with the phone, none with the trunk', () => {
  const { call, provider } = talking();
  assert.deepEqual(
    call.media.formats.map(({ codec }) => codec.name),
    ['PCMU', 'TELEPHONE-EVENT'],
  );
  const [invitation] = provider.invitations();
  assert.ok(invitation !== undefined);
  assert.equal(offered(invitation), '0 8');
});

for (const isSecure of [false, true]) {
  const how = isSecure ? 'over SRTP' : 'over RTP';

  test(`keys of a phone reach such a provider as INFO, each once and in order, and no event does, ${how}`, () => {
    // Also where it says of itself that it takes events: it was set not to be sent them.
    for (const description of [undefined, WITH_EVENTS]) {
      const { sound, speak, provider, bytes } = talking({}, isSecure, description);
      sound.press('159*0#');
      speak(120);
      assert.deepEqual(
        told(provider.asked),
        '159*0#'.split('').map((key) => infoOf(key)),
      );
      const passed = bytes.to(PROVIDER, 4_000).map(({ bytes: packet }) => readRtp(packet)?.payloadType);
      assert.ok(passed.length > 50 && passed.every((payloadType) => payloadType === 0));
    }
  });

  test(`INFO of such a provider is heard by the phone as events: timing, marker, duration, and the end three times, ${how}`, () => {
    const { speak, heard, infoFrom: info } = talking({}, isSecure);
    const before = heard().length;
    assert.equal(info('Signal=5\r\nDuration=200\r\n'), 200);
    assert.equal(info('Signal= 11\r\nDuration= 100'), 200);
    assert.equal(info('7', 'application/dtmf'), 200);
    speak(60);
    const since = heard().slice(before);
    const events = since.filter(({ payloadType }) => payloadType === 101);
    const read = events.map(({ payload }) => readTelephoneEvent(payload));
    assert.deepEqual(
      [5, 11, 7].map((key) => read.filter((each) => each?.event === key).map((each) => each?.durationTicks)),
      [
        [160, 320, 480, 640, 800, 960, 1_120, 1_280, 1_440, 1_600, 1_600, 1_600],
        [160, 320, 480, 640, 800, 800, 800],
        [160, 320, 480, 640, 800, 960, 1_120, 1_280, 1_280, 1_280],
      ],
    );
    assert.equal(read.filter((each) => each?.end).length, 9);
    assert.equal(events.filter(({ marker }) => marker).length, 3);
    const starts = events.filter(({ marker }) => marker).map(({ at }) => at);
    assert.ok(
      starts.every((at, i) => i === 0 || at - (starts[i - 1] ?? 0) >= 200),
      starts.join(),
    );
    for (const [i, packet] of since.entries()) {
      assert.equal(packet.sequenceNumber, ((since[0]?.sequenceNumber ?? 0) + i) & 0xffff);
      assert.equal(packet.ssrc, since[0]?.ssrc);
      assert.ok(packet.timestamp >= (since[i - 1]?.timestamp ?? 0));
    }
  });
}

test('such a provider is told how long each key was down, also of one that was held for long', () => {
  const { sound, speak, provider } = talking();
  sound.press('1', 40);
  sound.press('2', 200);
  sound.press('*', 2_400);
  speak(300);
  assert.deepEqual(told(provider.asked), [infoOf('1', 40), infoOf('2', 200), infoOf('*', 2_400)]);
});

test('a key whose end is lost is told all the same, with the length that was heard of', () => {
  const { world, bytes, sound, speak, provider, phone, call } = talking();
  sound.press('7', 200);
  speak(6);
  // Nothing more comes from the phone: no end, no sound.
  world.runFor(1_000);
  assert.deepEqual(told(provider.asked), [infoOf('7', 120)]);
  const { target } = call.media;
  assert.ok(target !== undefined);
  for (let i = 0; i < 20; i++) {
    const packet = sound.frame();
    assert.ok(packet !== undefined);
    bytes.receive(target.port, packet, phone.flow.local.address, 4_444);
    world.runFor(20);
  }
  assert.deepEqual(told(provider.asked), [infoOf('7', 120)], 'its late end is no key of its own');
});

test('a key that a phone sends both ways is told once', () => {
  const { world, sound, speak, provider, phone, call } = talking();
  sound.press('1');
  speak(15);
  const raw = rawWithin(world, phone, call);
  assert.equal(raw('Signal=1\r\nDuration=160\r\n'), 200);
  sound.press('2');
  speak(15);
  assert.deepEqual(told(provider.asked), [infoOf('1'), infoOf('2')]);
});

/** INFO of a phone within its call, beside what it sends itself. */
function rawWithin(world: World, phone: Phone, call: PhoneCall) {
  const raw = new RawPhone(world, phone.flow.local.address);
  const { dialog } = call;
  assert.ok(dialog !== undefined);
  let { localSeq } = dialog;
  return (body: string): number => {
    const status = raw.ask('INFO', {
      uri: dialog.remoteTarget,
      from: `${dialog.localAddr};tag=${dialog.localTag}`,
      to: `${dialog.remoteAddr};tag=${dialog.remoteTag}`,
      callId: dialog.callId,
      cseq: ++localSeq,
      more: ['Content-Type: application/dtmf-relay'],
      body,
    });
    return status;
  };
}

test('a provider that answers INFO late gets the next one only then, and more than wait are left out and counted', () => {
  const { world, sound, speak, provider } = talking();
  provider.behaviour.answers = { INFO: 0 };
  sound.press('1234567890'.repeat(3));
  speak(450);
  const distinct = new Set(
    provider.asked.filter(({ method }) => method === 'INFO').map(({ cseq }) => cseq.number),
  );
  assert.equal(distinct.size, 1, 'one question is out');
  assert.equal(world.events.filter(({ kind }) => kind === 'key-dropped').length, 30 - 1 - 16);
  provider.behaviour.answers = {};
  speak(300);
  const keys = told(provider.asked.slice(-16)).map((each) => /Signal=(.)/.exec(each)?.[1]);
  assert.deepEqual(keys.join(''), '2345678901234567');
});

test('a provider that wants its password with INFO is told the key once more with it, and the next in their order', () => {
  const account = { user: 'u', password: 'Secret-of-the-trunk-4711', realm: 'provider.example' };
  const { sound, speak, provider } = talking({ account });
  provider.behaviour.password = account.password;
  sound.press('12');
  speak(60);
  const asked = provider.asked.filter(({ method }) => method === 'INFO');
  assert.deepEqual(
    asked.map(({ headers }) => headers.has('authorization')),
    [false, true, true],
  );
  assert.deepEqual(told(asked), [infoOf('1'), infoOf('1'), infoOf('2')]);
});

test('INFO that come faster than keys can be pressed are refused and counted, and the phone hears a bounded number', () => {
  const { world, speak, heard, infoFrom: info } = talking();
  const statuses = Array.from({ length: 60 }, () => info('Signal=1\r\nDuration=500\r\n'));
  assert.ok(statuses.includes(415));
  const taken = statuses.filter((status) => status === 200).length;
  assert.ok(taken >= 7 && taken <= 14, `${taken} taken`);
  assert.equal(world.events.filter(({ kind }) => kind === 'key-dropped').length, 60 - taken);
  speak(700);
  const starts = heard().filter(({ payloadType, marker }) => payloadType === 101 && marker);
  assert.equal(starts.length, taken);
});

test('a provider that never takes the proof of a key is still told that the call is over, with a proof', () => {
  const account = { user: 'u', password: 'Secret-of-the-trunk-4711', realm: 'provider.example' };
  const { world, provider, phone, call, sound, speak } = talking({ account });
  provider.behaviour.password = account.password;
  provider.behaviour.neverProven = ['INFO'];
  sound.press('5');
  speak(50);
  assert.equal(told(provider.asked).length, 2, 'asked, and once more with the password');
  world.act(phone, () => call.hangUp());
  world.runFor(5_000);
  const byes = provider.asked.filter(({ method }) => method === 'BYE');
  assert.equal(byes.length, 2);
  const [first, second] = byes.map(({ headers }) => headers.get('authorization') ?? '');
  assert.notEqual(/nonce="(.*?)"/.exec(second ?? '')?.[1], /nonce="(.*?)"/.exec(first ?? '')?.[1]);
});

test('a phone that takes no events gets the INFO as it came, and what is no key passes as it is', () => {
  const { world, caller } = site({ ...RELAY, codecs: ['PCMU'] });
  const plain = new RawPhone(world, '10.0.0.77', EXTENSIONS[1]);
  plain.register('102');
  assert.equal(invite(caller, [], '102'), 100);
  plain.answer('INVITE', '200 OK', 'raw', [SDP], sdp('10.0.0.77', 4_000));
  world.runFor(500);
  const answer = caller.heard.find((text) => text.startsWith('SIP/2.0 200') && text.includes('INVITE')) ?? '';
  const line = (name: string): string => headerLine(answer, name).slice(name.length + 2);
  const dialog = {
    uri: /<(.*?)>/.exec(line('Contact'))?.[1] ?? '',
    from: line('From'),
    to: line('To'),
    callId: line('Call-ID'),
  };
  caller.ask('ACK', { ...dialog, cseq: 1 });
  const more = ['Content-Type: application/dtmf-relay'];
  assert.equal(caller.ask('INFO', { ...dialog, cseq: 2, more, body: 'Signal=5\r\nDuration=160\r\n' }), 200);
  assert.match(plain.newest('INFO'), /Signal=5\r\nDuration=160/);
  assert.deepEqual(world.media.pressed, []);
});

test('a call that the provider brings is the same: its INFO is pressed on the phone, whose keys become INFO', () => {
  const { world, anna, caller } = site(RELAY);
  const bytes = new RelayedBytes(world);
  assert.equal(invite(caller), 100);
  assert.ok(world.runUntil(() => anna.calls.length === 1, 5_000));
  world.act(anna, () => lastCall(anna).answer());
  world.runFor(500);
  const call = lastCall(anna);
  assert.ok(
    call.media.formats.some(({ codec }) => codec.name === 'TELEPHONE-EVENT'),
    'offered to the phone',
  );
  const sound = new PhoneSound(call.media, 440, world.dice);
  const target = call.media.target;
  assert.ok(target !== undefined);
  sound.press('4');
  for (let i = 0; i < 20; i++) {
    const packet = sound.frame();
    assert.ok(packet !== undefined);
    bytes.receive(target.port, packet, anna.flow.local.address, 4_444);
    world.runFor(20);
  }
  assert.match(caller.newest('INFO'), /Signal=4\r\nDuration=80/);
});

test('a key that a phone sends as INFO is pressed on a trunk that wants events, and refused where that has not agreed on them', () => {
  for (const [description, expected] of [
    [WITH_EVENTS, 200],
    [sdp(PROVIDER, 4_000), 415],
  ] as const) {
    const { world, phone, call, provider } = talking({ dtmf: 'rfc4733' }, false, description);
    assert.equal(rawWithin(world, phone, call)('Signal=9\r\nDuration=120\r\n'), expected);
    assert.deepEqual(told(provider.asked), []);
    const pressed = world.media.pressed.map(({ digit, ms }) => [digit, ms]);
    assert.deepEqual(pressed, expected === 200 ? [['9', 120]] : []);
  }
});
