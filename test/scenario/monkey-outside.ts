import assert from 'node:assert/strict';
import type { ExtensionNumber } from '@ringwall/pbx';
import { DEFAULT_LIMITS, type LimitsPolicy } from '@ringwall/policy';
import { testTrunk, type TestExtension, type World, type WorldOptions } from '@ringwall/testkit';
import { london, route, rule } from './outside.ts';
import { Provider } from './provider.ts';

/** What is outside a monkey's office: two providers of all moods, and numbers that may be called or not. */

const SITE = { account: undefined, kind: 'address', transfersAllowed: true } as const;
const TRUNKS = [
  testTrunk('acme', { ...SITE, callsAtOnce: 3, callsPerSecond: 2 }),
  testTrunk('other', { ...SITE, host: '198.51.100.201', callsAtOnce: 5 }),
];
/** As they may leave. */
const ALLOWED = new Set(['+442079460958', '+442079460959', '+33142685300', '999', '112']);
const DIALLED = [
  '902079460958',
  '9020-7946-0958',
  '902079460959',
  '90033142685300',
  '90049301234567',
  '999',
  '+112',
];
const { levels } = DEFAULT_LIMITS;
/** Many levels, and none that freezes: a frozen office is a quiet one. */
const CALM: LimitsPolicy = {
  ...DEFAULT_LIMITS,
  levels: {
    system: levels.system,
    extension: {
      ...levels.extension,
      'calls-a-minute': levels.system['calls-a-minute'],
      'same-number': levels.system['same-number'],
      'distinct-numbers': levels.system['distinct-numbers'],
      probes: levels.system.probes,
    },
  },
};

export class OutsideOfMonkey {
  readonly #world: World;
  readonly #providers: readonly Provider[];

  constructor(world: World) {
    this.#world = world;
    this.#providers = TRUNKS.map(({ host }) => new Provider(world, {}, host));
  }

  static rights(seed: number): NonNullable<TestExtension['calling']> {
    return {
      isInternalOnly: false,
      mayForwardOutside: seed % 2 === 0,
      mayCallOutOfHours: false,
      isPinProtected: seed % 4 === 3,
      callerId: undefined,
      groups: [],
    };
  }

  static site(seed: number): Partial<WorldOptions> {
    const { policy, ...others } = london(rule(route('acme'), route('other')));
    const calls = { ...policy.calls, allowedCountries: ['GB', 'FR'] };
    const limits = seed % 5 === 0 ? DEFAULT_LIMITS : CALM;
    return { trunks: TRUNKS, dialling: { ...others, policy: { ...policy, calls }, limits } };
  }

  open(): void {
    this.#world.perform(this.#world.pbx.startTrunks());
  }

  close(): void {
    for (const { behaviour } of this.#providers) behaviour.answers = { INVITE: 486 };
    this.#world.perform(this.#world.pbx.stopTrunks());
  }

  number(): string {
    return DIALLED[this.#world.dice.between(0, DIALLED.length - 1)] ?? '';
  }

  /** One of the providers answers in another way from now on. */
  change(): void {
    const { dice } = this.#world;
    const provider = this.#providers[dice.between(0, this.#providers.length - 1)];
    const status = [200, 200, 200, 180, 183, 302, 403, 486, 503, 603, 0][dice.between(0, 10)] ?? 200;
    if (provider !== undefined) provider.behaviour.answers = { INVITE: status };
  }

  /** After everything that happens: the limits know of exactly those legs that are there. */
  assertCounted(): void {
    const { pbx } = this.#world;
    const there = new Map<string, Set<string>>();
    for (const { legs } of pbx.calls()) {
      for (const { limited, state } of legs) {
        if (limited === undefined || state === 'ended') continue;
        there.set(limited.extension, (there.get(limited.extension) ?? new Set()).add(limited.id));
      }
    }
    let all = 0;
    for (const number of pbx.snapshot.extensions.keys()) {
      const counted = this.#counted(number);
      assert.equal(counted, there.get(number)?.size ?? 0, `calls outside of ${number}`);
      all += counted;
    }
    assert.equal(pbx.counts().callTables['limited'], all, 'calls outside that are followed');
    for (const { asked } of this.#providers) {
      for (const { method, uri } of asked.splice(0)) {
        const user = uri.scheme === 'sip' ? uri.user : '';
        assert.ok(method !== 'INVITE' || user === '' || ALLOWED.has(user), `${user} was called`);
      }
    }
  }

  #counted(number: ExtensionNumber): number {
    const counters = this.#world.pbx.limits.explain(number)?.counters ?? [];
    const found = counters.find(
      (each) => each.counter === 'calls' && each.of === number && each.hours === 'all',
    );
    return found?.value ?? 0;
  }
}
