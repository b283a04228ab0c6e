// Proves the driver against itself: what fails here is the harness or the machine, not Ringwall.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Baresip, type BaresipOptions } from './harness/baresip.ts';

const ANNA = 440;
const BEN = 1_000;
const CARLA = 1_700;

async function phone(t: TestContext, options: BaresipOptions): Promise<Baresip> {
  const started = await Baresip.start(options);
  t.after(() => started.stop());
  return started;
}

async function call(caller: Baresip, callee: Baresip, transport: string): Promise<void> {
  await caller.dial(`sip:${callee.user}@127.0.0.1:${callee.sipPort};transport=${transport}`);
  await callee.waitFor('CALL_INCOMING');
  await callee.accept();
  await caller.waitFor('CALL_ESTABLISHED');
}

for (const transport of ['udp', 'tcp'] as const) {
  test(`the driver: over ${transport}, two phones hear the tone of each other and not their own`, async (t) => {
    const anna = await phone(t, { user: 'anna', hertz: ANNA, transport });
    const ben = await phone(t, { user: 'ben', hertz: BEN, transport });
    await call(anna, ben, transport);
    await anna.waitForTone(BEN, 1);
    await ben.waitForTone(ANNA, 1);
    assert.equal(anna.secondsHeard(ANNA), 0);
    assert.equal(ben.secondsHeard(BEN), 0);
    await ben.hangUp();
    await anna.waitFor('CALL_CLOSED');
  });
}

test('the driver: SRTP carries the tone, and a phone that insists on it refuses a call without', async (t) => {
  const anna = await phone(t, { user: 'anna', hertz: ANNA, transport: 'tcp', mediaEncryption: 'srtp-mand' });
  const ben = await phone(t, { user: 'ben', hertz: BEN, transport: 'tcp', mediaEncryption: 'srtp-mand' });
  const carla = await phone(t, { user: 'carla', hertz: CARLA, transport: 'tcp' });
  await call(anna, ben, 'tcp');
  await anna.waitForTone(BEN, 1);
  await ben.waitForTone(ANNA, 1);
  assert.match(anna.said, /SRTP is Enabled/);
  await ben.hangUp();
  await carla.dial(`sip:anna@127.0.0.1:${anna.sipPort};transport=tcp`);
  await carla.waitFor('CALL_CLOSED');
  assert.ok(!carla.events.includes('CALL_ESTABLISHED'));
});

test('the driver: hold silences the other side, resume brings the sound back', async (t) => {
  const anna = await phone(t, { user: 'anna', hertz: ANNA, transport: 'udp' });
  const ben = await phone(t, { user: 'ben', hertz: BEN, transport: 'udp' });
  await call(anna, ben, 'udp');
  await anna.waitForTone(BEN, 0.5);
  await anna.hold();
  await anna.waitForSound(false);
  await anna.resume();
  await anna.waitForSound(true);
});

test('the driver: a blind transfer leaves the other two in a call', async (t) => {
  const anna = await phone(t, { user: 'anna', hertz: ANNA, transport: 'udp' });
  const ben = await phone(t, { user: 'ben', hertz: BEN, transport: 'udp' });
  const carla = await phone(t, { user: 'carla', hertz: CARLA, transport: 'udp', answers: true });
  await call(anna, ben, 'udp');
  await anna.transfer(`sip:carla@127.0.0.1:${carla.sipPort}`);
  await carla.waitFor('CALL_ESTABLISHED');
  await ben.waitForTone(CARLA, 1);
  await carla.waitForTone(BEN, 1);
});
