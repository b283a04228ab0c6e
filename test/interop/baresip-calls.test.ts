import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Baresip } from './harness/baresip.ts';
import { baresipFor, ringwallFor, sippPhoneFor, sippUser } from './harness/office.ts';

const ANNA = 440;
const BEN = 1_000;
const CARLA = 1_700;

/** Seconds of the other's tone that make a call heard. */
const HEARD = 1;

async function call(caller: Baresip, callee: Baresip): Promise<void> {
  await caller.dial(callee.user);
  await callee.waitFor('CALL_INCOMING');
  await callee.accept();
  await caller.waitFor('CALL_ESTABLISHED');
}

async function hearEachOther(a: Baresip, aHertz: number, b: Baresip, bHertz: number): Promise<void> {
  await a.waitForTone(bHertz, HEARD);
  await b.waitForTone(aHertz, HEARD);
}

for (const transport of ['udp', 'tcp'] as const) {
  test(`two phones on ${transport} register, call, and hear each other`, async (t) => {
    const ringwall = await ringwallFor(t);
    const anna = await baresipFor(ringwall, await ringwall.addExtension('101'), {
      hertz: ANNA,
      transport,
    });
    const ben = await baresipFor(ringwall, await ringwall.addExtension('102'), { hertz: BEN, transport });
    await call(anna, ben);
    await hearEachOther(anna, ANNA, ben, BEN);
    assert.equal(anna.secondsHeard(ANNA), 0);
    assert.equal(ben.secondsHeard(BEN), 0);
    await ben.hangUp();
    await anna.waitFor('CALL_CLOSED');
  });
}

test('two phones on TLS check the certificate, speak SRTP alone, and hear each other', async (t) => {
  const ringwall = await ringwallFor(t);
  const secure = {
    transport: 'tls',
    mediaEncryption: 'srtp-mand',
    caFile: ringwall.certificateFile,
  } as const;
  const anna = await baresipFor(ringwall, await ringwall.addExtension('101'), { hertz: ANNA, ...secure });
  const ben = await baresipFor(ringwall, await ringwall.addExtension('102'), { hertz: BEN, ...secure });
  await call(anna, ben);
  await hearEachOther(anna, ANNA, ben, BEN);
  assert.match(anna.said, /SRTP is Enabled/);
  assert.match(ben.said, /SRTP is Enabled/);
  await anna.hangUp();
  await ben.waitFor('CALL_CLOSED');
});

test('a phone on TLS with SRTP and a phone on UDP without hear each other', async (t) => {
  const ringwall = await ringwallFor(t);
  const anna = await baresipFor(ringwall, await ringwall.addExtension('101'), {
    hertz: ANNA,
    transport: 'tls',
    mediaEncryption: 'srtp-mand',
    caFile: ringwall.certificateFile,
  });
  const ben = await baresipFor(ringwall, await ringwall.addExtension('102'), {
    hertz: BEN,
    transport: 'udp',
  });
  await call(anna, ben);
  await hearEachOther(anna, ANNA, ben, BEN);
  await ben.hangUp();
  await anna.waitFor('CALL_CLOSED');
});

test('hold silences the other side, and resume brings the sound back', async (t) => {
  const ringwall = await ringwallFor(t);
  const transport = 'udp';
  const anna = await baresipFor(ringwall, await ringwall.addExtension('101'), { hertz: ANNA, transport });
  const ben = await baresipFor(ringwall, await ringwall.addExtension('102'), { hertz: BEN, transport });
  await call(anna, ben);
  await hearEachOther(anna, ANNA, ben, BEN);
  await anna.hold();
  await anna.waitForSound(false);
  await anna.resume();
  await anna.waitForSound(true);
  await anna.hangUp();
  await ben.waitFor('CALL_CLOSED');
});

test('a blind transfer leaves the other two in a call', async (t) => {
  const ringwall = await ringwallFor(t);
  const transport = 'udp';
  const [a, b, c] = [
    await ringwall.addExtension('101'),
    await ringwall.addExtension('102'),
    await ringwall.addExtension('103'),
  ];
  const anna = await baresipFor(ringwall, a, { hertz: ANNA, transport });
  const ben = await baresipFor(ringwall, b, { hertz: BEN, transport });
  const carla = await baresipFor(ringwall, c, { hertz: CARLA, transport, answers: true });
  await call(anna, ben);
  await hearEachOther(anna, ANNA, ben, BEN);
  await anna.transfer(`sip:103@${ringwall.address}:${ringwall.port}`);
  await carla.waitFor('CALL_ESTABLISHED');
  await carla.waitForTone(BEN, HEARD);
  await ben.waitForSound(true);
});

// baresip 1.0 cannot transfer that way, so the phone that transfers is SIPp; who is transferred need not know how.
test('an attended transfer by REFER with Replaces leaves the other two in a call, and they hear each other', async (t) => {
  const ringwall = await ringwallFor(t);
  const transport = 'udp';
  const [a, b, c] = [
    await ringwall.addExtension('101'),
    await ringwall.addExtension('102'),
    await ringwall.addExtension('103'),
  ];
  const ben = await baresipFor(ringwall, b, { hertz: BEN, transport });
  const carla = await baresipFor(ringwall, c, { hertz: CARLA, transport, answers: true });
  const anna = await sippPhoneFor(ringwall, a, {
    scenario: 'uas-transfers-attended',
    remotePort: ringwall.port,
    users: [sippUser(a, '103')],
  });
  await ben.dial('101');
  await anna.succeed();
  await hearEachOther(ben, BEN, carla, CARLA);
  await ben.hangUp();
  await carla.waitFor('CALL_CLOSED');
});
