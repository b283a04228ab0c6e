import '../../scripts/require-node.ts';
import { noStatistics } from '@ringwall/media';
import { Phone } from '@ringwall/phone';
import { Pbx } from '@ringwall/pbx';
import type { Clock, MonotonicMs, WallMs } from '@ringwall/base';
import { Dice, testSnapshot } from '@ringwall/testkit';

/**
 * What the phone system itself costs, without sockets: CPU microseconds of a REGISTER pair and of a whole call, in
 * this process. The phones' own work is done beforehand or taken off.
 *
 *     node bench/sip/pbx.ts [--rounds 5]
 */
const USERS = 1_000;
const ROUNDS = 20;

let nowMs = 1_000;
const clock: Clock = {
  monotonic: () => nowMs as MonotonicMs,
  wall: () => (1_800_000_000_000 + nowMs) as WallMs,
};
const dice = new Dice(1);
const extensions = Array.from({ length: USERS }, (_, i) => ({
  number: String(1_000 + i),
  authId: `auth${i}`,
  password: `password-${i}`,
}));
const pbx = new Pbx({ clock, random: dice, guardSeed: 1, snapshot: testSnapshot(extensions) });

function flowOf(i: number, reverse: boolean) {
  const phone = { address: `10.0.${Math.floor(i / 250)}.${(i % 250) + 1}`, port: 5_060 };
  const us = { address: '10.0.0.1', port: 5_060 };
  return {
    transport: 'udp' as const,
    connection: 0,
    local: reverse ? us : phone,
    remote: reverse ? phone : us,
  };
}

const phones = extensions.map(
  ({ number, authId, password }, i) =>
    new Phone({
      clock,
      random: dice,
      flow: flowOf(i, false),
      domain: 'pbx.example.com',
      number,
      authId,
      password,
      userAgent: 'SomeDeskPhone/1.2.3 (0011223344)',
      soundPort: () => ({ address: `10.0.0.${(i % 250) + 1}`, port: 4_000 }),
    }),
);

let spent = 0;
function timed<T>(run: () => T): T {
  // The thread's own time: what else the machine does is not counted.
  const before = process.threadCpuUsage();
  const result = run();
  const { user, system } = process.threadCpuUsage(before);
  spent += user + system;
  return result;
}

function register(): number {
  spent = 0;
  let pairs = 0;
  for (const [i, phone] of phones.entries()) {
    const flow = flowOf(i, true);
    let requests = phone.register();
    while (requests.length > 0) {
      const said = requests;
      requests = [];
      for (const { bytes } of said) {
        const effects = timed(() => pbx.receive(bytes, flow));
        for (const effect of effects) if (effect.do === 'send') requests.push(...phone.receive(effect.bytes));
      }
    }
    if (phone.registered) pairs++;
    nowMs += 1;
    timed(() => pbx.advance());
  }
  return spent / pairs;
}

/** Half of the phones call the other half: INVITE with digest, 100, 180, 200, ACK, BYE. */
function call(): number {
  spent = 0;
  let calls = 0;
  const half = USERS / 2;
  for (let i = 0; i < half; i++) {
    const [caller, callee] = [phones[i] as Phone, phones[i + half] as Phone];
    callee.behaviour = { ringAfterMs: 0, answerAfterMs: 0 };
    carry(caller, i, caller.dial(callee.options.number), callee);
    for (let turn = 0; turn < 6; turn++) {
      nowMs += 20;
      for (const [phone, at] of [
        [caller, i],
        [callee, i + half],
      ] as const) {
        carry(phone, at, phone.advance(), phone === caller ? callee : caller);
      }
    }
    const made = caller.calls.at(-1);
    if (made?.state === 'talking') calls++;
    carry(
      caller,
      i,
      caller.act(() => made?.hangUp()),
      callee,
    );
    for (const phone of [caller, callee]) phone.calls.length = 0;
    timed(() => pbx.advance());
  }
  return spent / calls;
}

/** Carries what a phone says to the PBX, and what comes of it to both phones, until nobody says anything. */
function carry(from: Phone, at: number, said: readonly { readonly bytes: Uint8Array }[], other: Phone): void {
  const half = USERS / 2;
  const otherAt = at < half ? at + half : at - half;
  const queue = said.map(({ bytes }) => ({ at, bytes }));
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { bytes, at: sender } = next;
    let effects = timed(() => pbx.receive(bytes, flowOf(sender, true)));
    while (effects.length > 0) {
      const done = effects;
      effects = [];
      for (const effect of done) {
        if (effect.do === 'send') {
          const isSelf = effect.flow.remote.address === flowOf(at, false).local.address;
          const phone = isSelf ? from : other;
          const answers = phone.receive(effect.bytes);
          queue.push(...answers.map((answer) => ({ at: isSelf ? at : otherAt, bytes: answer.bytes })));
        } else if (effect.do === 'media') {
          const { command } = effect;
          if (command.do === 'open-leg') {
            const opened = {
              kind: 'leg-opened',
              leg: command.leg,
              rtpPort: 20_000,
              rtcpPort: 20_001,
            } as const;
            effects = [...effects, ...timed(() => pbx.mediaEvent(opened))];
          } else if (command.do === 'close-leg') {
            const closed = { kind: 'leg-closed', leg: command.leg, statistics: noStatistics() } as const;
            effects = [...effects, ...timed(() => pbx.mediaEvent(closed))];
          }
        }
      }
    }
  }
}

for (let round = 1; round <= ROUNDS; round++) {
  const pair = register();
  const each = call();
  nowMs += 40_000;
  pbx.advance();
  for (const phone of phones) phone.advance();
  if (round % 5 === 0) console.log(`REGISTER pair: ${pair.toFixed(1)} µs   call: ${each.toFixed(1)} µs`);
}
