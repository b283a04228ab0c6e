import type { LegId } from '@ringwall/media';
import type { RingGroup, ServiceCodes } from '@ringwall/pbx';
import type { Phone, PhoneBehaviour, PhoneCall } from '@ringwall/phone';
import { Headers } from '@ringwall/sip';
import { type TestExtension, World, type WorldOptions } from '@ringwall/testkit';
import { assertNothingAtAll, assertPhonesAgree, watchInvariants, watchVersions } from './invariants.ts';
import { OutsideOfMonkey } from './monkey-outside.ts';

const PIN = '1234';
const CODES: ServiceCodes = {
  services: new Map([
    ['777', 'pin-lock'],
    ['*43', 'echo'],
  ]),
  pinUnlockMs: 20_000,
};

/**
 * A monkey in an office: phones of all kinds on a bad network, and keys pressed without sense. A seed that fails is
 * the bug report.
 */
export class Monkey {
  readonly world: World;
  readonly passwords: readonly string[];
  readonly #outside: OutsideOfMonkey;
  readonly #dead = new Set<Phone>();
  /** Phones that cannot know all that the PBX said: they lost their power or a connection. */
  readonly #unlucky = new Set<Phone>();

  constructor(seed: number) {
    const extensions = numbers(seed).map(
      (number): TestExtension => ({
        number,
        authId: `auth${number}xyz`,
        password: `Secret-of-${number}-4711`,
        pinHash: PIN,
        calling: OutsideOfMonkey.rights(seed),
      }),
    );
    this.passwords = extensions.map(({ password }) => password);
    this.world = new World({
      ...network(seed),
      ...OutsideOfMonkey.site(seed),
      seed,
      extensions,
      ringGroups: RING_GROUPS,
      codes: CODES,
    });
    this.#outside = new OutsideOfMonkey(this.world);
    watchInvariants(this.world, () => this.#outside.assertCounted());
    watchVersions(this.world);
  }

  /** Sets the office up, presses keys for `seconds`, sends everybody home, and looks whether anything is left. */
  run(seconds: number): void {
    const { world } = this;
    for (const number of world.pbx.snapshot.extensions.keys()) {
      for (let phones = this.#upTo(3) + 1; phones > 0; phones--) this.#newPhone(number);
    }
    this.#outside.open();
    world.runFor(3_000);
    const end = world.monotonic() + seconds * 1_000;
    while (world.monotonic() < end) {
      this.#pressSomething();
      world.runFor(this.#oneOf([0, 0, 3, 20, 100, 300, 1_000, 3_000]));
    }
    // Nobody touches anything: what is under way comes to its end, and what is left must work.
    for (const phone of world.phones) phone.behaviour = { ...phone.behaviour, answerAfterMs: undefined };
    world.runFor(100_000);
    assertPhonesAgree(world, this.#unlucky);
    this.#everybodyGoesHome();
    assertNothingAtAll(world);
  }

  #upTo(below: number): number {
    return this.world.dice.between(0, below - 1);
  }

  #oneOf<Choice>(choices: readonly Choice[]): Choice {
    return choices[this.#upTo(choices.length)] as Choice;
  }

  #chance(share: number): boolean {
    return this.world.dice.fraction() < share;
  }

  #behaviour(): PhoneBehaviour {
    return {
      ringAfterMs: this.#oneOf([undefined, 5, 50, 300]),
      answerAfterMs: this.#oneOf([undefined, undefined, 1, 60, 500, 3_000]),
      ...(this.#chance(0.1) && { refuseWith: this.#oneOf([486, 603, 480, 404, 302, 401, 407, 422, 500]) }),
      ...(this.#chance(0.1) && { forwardsTo: [`sip:${this.#number()}@pbx.example.com`] }),
      hidesItself: this.#chance(0.1),
      earlyMedia: this.#chance(0.3),
      reliable: this.#chance(0.3),
      delayedOffer: this.#chance(0.15),
      ...(this.#chance(0.2) && { sessionExpiresSeconds: this.#oneOf([30, 90, 120]) }),
      neverAcknowledges: this.#chance(0.03),
      holdsByUpdate: this.#chance(0.3),
      holdsByZeroAddress: this.#chance(0.2),
      hangsUpOnAccepted: this.#chance(0.4),
    };
  }

  #newPhone(number: string): void {
    const transport = this.#oneOf(['udp', 'udp', 'tcp', 'tls'] as const);
    const outside = this.#chance(0.3);
    const phone = this.world.phone(number, this.#behaviour(), { transport, outside });
    this.world.say(phone, phone.register());
  }

  #pressSomething(): void {
    const { world } = this;
    const phone = this.#oneOf(world.phones);
    if (this.#dead.has(phone)) {
      if (this.#chance(0.3)) this.#bringBack(phone);
      return;
    }
    const call = phone.calls.findLast(({ state }) => state !== 'ended');
    const act = (run: () => void): void => world.act(phone, run);
    const action = this.#upTo(100);
    if (action < 22 || (call === undefined && action > 35)) return this.#dial(phone);
    if (action < 26) return world.say(phone, phone.register(this.#oneOf([3_600, 3_600, 60, 0])));
    if (action < 29) return world.say(phone, phone.text(this.#number(), 'Lunch?'));
    if (action < 31) phone.behaviour = this.#behaviour();
    if (action === 31) return this.#die(phone);
    if (action === 32 && phone.flow.transport !== 'udp') return this.#reconnect(phone);
    if (action === 33) return this.#switchExtension(phone.options.number);
    if (action === 34) return this.#loseMedia();
    if (action === 35) return this.#silence();
    if (action === 36) return this.#outside.change();
    if (call === undefined) return;
    if (action < 47) return act(() => (this.#chance(0.5) ? call.hangUp() : this.#answer(call)));
    if (call.state === 'incoming') return act(() => call.answer());
    if (call.state !== 'talking') return;
    if (this.#chance(0.2)) this.#pressKeys(call);
    if (action < 70 && !call.renegotiating) return act(() => (call.held ? call.resume() : call.hold()));
    if (action < 75 && !call.renegotiating) return act(() => call.askForOffer());
    if (action < 85) return act(() => call.transfer(phone.uriOf(this.#number())));
    if (action < 95) return this.#transferTo(phone, call);
    this.#takeOver(phone);
  }

  #number(): string {
    if (this.#chance(0.06)) return this.#oneOf([...CODES.services.keys()]);
    if (this.#chance(0.25)) return this.#outside.number();
    if (this.#chance(0.15)) return this.#oneOf(RING_GROUPS).number;
    return this.#chance(0.05) ? '998' : this.#oneOf([...this.world.pbx.snapshot.extensions.keys()]);
  }

  #dial(phone: Phone): void {
    const open = phone.calls.filter(({ state }) => state !== 'ended');
    if (open.length >= 3) return;
    const number = this.#number();
    const call = this.world.dial(phone, number);
    if (CODES.services.has(number)) this.world.after(this.#oneOf([500, 2_000]), () => this.#pressKeys(call));
  }

  #pressKeys(call: PhoneCall): void {
    const isRelayed = this.world.media.byPort(call.media.remote?.port ?? 0) !== undefined;
    if (isRelayed) this.world.press(call, this.#oneOf([`${PIN}#`, '77#', '*#', '#', '0000']));
  }

  #answer(call: PhoneCall): void {
    if (call.state === 'incoming') call.answer();
  }

  #transferTo(phone: Phone, call: PhoneCall): void {
    const others = phone.calls.filter((each) => each !== call && each.state !== 'ended' && each.dialog);
    const [other] = others;
    if (other === undefined) return;
    this.world.act(phone, () => call.transferTo(other, phone.uriOf(this.#number())));
  }

  /** INVITE with Replaces for any call of any phone: its own extension's, or somebody else's. */
  #takeOver(phone: Phone): void {
    const { dialog } = this.#oneOf(this.#oneOf(this.world.phones).calls) ?? {};
    if (dialog === undefined) return;
    const replaces = `${dialog.callId};to-tag=${dialog.remoteTag};from-tag=${dialog.localTag}`;
    const headers = new Headers().append('replaces', replaces + (this.#chance(0.1) ? ';early-only' : ''));
    this.world.say(phone, phone.dial(this.#number(), headers));
  }

  #die(phone: Phone): void {
    this.world.cutPower(phone);
    this.#dead.add(phone);
    this.#unlucky.add(phone);
  }

  #bringBack(phone: Phone): void {
    this.#dead.delete(phone);
    if (phone.flow.transport !== 'udp') this.world.perform(this.world.pbx.flowClosed(pbxSide(phone)));
    const fresh = this.world.restorePower(phone);
    this.world.say(fresh, fresh.register());
  }

  #reconnect(phone: Phone): void {
    this.world.breakConnection(phone);
    this.#unlucky.add(phone);
    if (this.#chance(0.7)) this.world.say(phone, phone.register());
  }

  #switchExtension(number: string): void {
    const { snapshot } = this.world.pbx;
    const extensions = new Map(snapshot.extensions);
    for (const [key, extension] of extensions) {
      if (extension.number === number) extensions.set(key, { ...extension, enabled: !extension.enabled });
    }
    const byAuthId = new Map([...extensions.values()].map((extension) => [extension.authId, extension]));
    const version = snapshot.version + 1;
    this.world.perform(this.world.pbx.replaceSnapshot({ ...snapshot, version, extensions, byAuthId }));
  }

  #anyLeg(): LegId | undefined {
    return this.#oneOf([...this.world.media.legs.keys()]);
  }

  #loseMedia(): void {
    const leg = this.#anyLeg();
    if (leg !== undefined) this.world.media.fail(leg);
  }

  #silence(): void {
    const leg = this.#anyLeg();
    const other = leg === undefined ? undefined : this.world.media.legs.get(leg)?.joined;
    for (const each of [leg, other]) {
      if (each !== undefined)
        this.world.perform(this.world.pbx.mediaEvent({ kind: 'leg-silent', leg: each }));
    }
    if (leg !== undefined && this.#chance(0.5))
      this.world.perform(this.world.pbx.mediaEvent({ kind: 'leg-heard', leg }));
  }

  #everybodyGoesHome(): void {
    const { world } = this;
    for (const phone of [...this.#dead]) this.#bringBack(phone);
    for (const extension of [...world.pbx.snapshot.extensions.values()]) {
      if (!extension.enabled) this.#switchExtension(extension.number);
    }
    // What they were at before, such as registering, comes to its end.
    world.runFor(40_000);
    for (let rounds = 0; rounds < 12; rounds++) {
      for (const phone of world.phones) {
        phone.behaviour = { refuseWith: 486 };
        for (const call of phone.calls) if (call.state !== 'ended') world.act(phone, () => call.hangUp());
        if (!(phone.registration === 200 && phone.registeredSeconds === 0)) {
          world.say(phone, phone.register(0));
        }
      }
      world.runFor(15_000);
    }
    this.#outside.close();
    world.runFor(70_000);
  }
}

/** One follows the other, and names somebody who is in some offices alone. */
const RING_GROUPS: readonly RingGroup[] = [
  {
    number: '600',
    name: 'All',
    members: ['101', '102', '105'],
    strategy: 'all',
    ringSeconds: 8,
    next: '601',
  },
  { number: '601', name: 'Hunt', members: ['103', '101'], strategy: 'hunt', ringSeconds: 5, next: '102' },
];

function numbers(seed: number): string[] {
  return ['101', '102', '103', '104', '105'].slice(0, 3 + (seed % 3));
}

function network(seed: number): Partial<WorldOptions> {
  const settings = {
    sessionExpiresSeconds: 90,
    maxCallSeconds: 300,
    ringTimeoutSeconds: 20,
    callsPerExtension: 4,
    answerToAddresses: seed % 2 === 0,
  };
  const mediaPairs = seed % 7 === 0 ? 4 : 100;
  if (seed % 4 === 0) return { settings, mediaPairs };
  return { settings, mediaPairs, loss: (seed % 5) / 20, delayMs: [1, 80], duplication: 0.1 };
}

function pbxSide(phone: Phone) {
  const { flow } = phone;
  return { ...flow, local: flow.remote, remote: flow.local };
}
