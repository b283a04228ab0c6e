import assert from 'node:assert/strict';
import { createSecretKey, randomBytes } from 'node:crypto';
import { inNetworks, type MonotonicMs, ok, type WallMs } from '@ringwall/base';
import type { Binding } from '@ringwall/pbx';
import { MemoryStore } from '@ringwall/store';
import { configuredLists } from '../../administration/configured-lists.ts';
import { aGuardSide } from '../../administration/guard-test-support.ts';
import { makeSelfSigned } from '../../certificate/self-signed.ts';
import { ExtensionSecrets } from '../../extensions/extension-secrets.ts';
import { Extensions } from '../../extensions/extensions.ts';
import { PinSecrets } from '../../pins/pin-secrets.ts';
import { Sealer } from '../../secrets/sealer.ts';
import { loadSettings } from '../../settings/load-settings.ts';
import { SealedSettings } from '../../settings/sealed-settings.ts';
import { StoredSettings } from '../../settings/stored-settings.ts';
import { codeSetting } from '../build-codes.ts';
import { emergencyInTheWay } from '../build-dialling.ts';
import { OutboundAdministration } from '../outbound-rules.ts';
import { ChangeTurns } from '../change-turns.ts';
import { CommandStore } from '../command-store.ts';
import { TrunkAdministration } from '../trunk-administration.ts';
import { TrunkSecrets } from '../trunk-secrets.ts';
import type { GivenSecret } from './resolve.ts';
import { WholeConfiguration } from './whole-configuration.ts';

const random = { bytes: (count: number) => new Uint8Array(randomBytes(count)) };
const clock = { wall: () => 1_800_000_000_000 as WallMs, monotonic: () => 5_000 as MonotonicMs };
export const { certificate: CA } = makeSelfSigned(['root.example'], clock.wall(), random);
export const { certificate: EXPIRED } = makeSelfSigned(['root.example'], 1_600_000_000_000 as WallMs, random);
export const PASSWORD = 'Secret-of-the-trunk-4711';
export const SECRETS: readonly GivenSecret[] = [{ from: 'env', name: 'ACME', secret: PASSWORD }];

function phoneAt(address: string): Binding {
  return {
    extension: '101',
    flow: { transport: 'tls', remote: { address, port: 40_000 } },
  } as unknown as Binding;
}

/**
 * The configuration of an office in memory, as text and by single commands.
 *
 * @param lanPhone where a phone is that may be used on the LAN alone.
 */
export function office(env: Readonly<Record<string, string>> = {}, lanPhone?: string) {
  const store = new MemoryStore();
  const sealer = new Sealer(createSecretKey(Buffer.alloc(32, 1)), random);
  const loaded = loadSettings({ config: undefined, env, cwd: '/nowhere' });
  assert.ok(loaded.ok);
  const state = { changes: 0 };
  const onChanged = () => void state.changes++;
  const trunkSecrets = new TrunkSecrets(sealer);
  const sealedSettings = new SealedSettings(store, sealer);
  const turns = new ChangeTurns();
  const commands: CommandStore = new CommandStore({
    store,
    sealedSettings,
    trunkSecrets,
    turns,
    settings: () => storedSettings,
    clock,
  });
  const storedSettings = new StoredSettings({ store: commands, loaded: loaded.value, onChanged, turns });
  const extensions = new Extensions({
    store: commands,
    secrets: new ExtensionSecrets(sealer),
    random,
    clock,
    realm: () => 'example',
    passwordLength: () => 20,
    isForHelp: (number) => emergencyInTheWay(storedSettings.inEffect, number) !== undefined,
    isRingGroup: () => Promise.resolve(false),
    pins: new PinSecrets(sealer, random),
    codeSetting: (number) => codeSetting(storedSettings.inEffect, number),
    onChanged,
  });
  const outbound = new OutboundAdministration({ store: commands, onChanged });
  const trunks = new TrunkAdministration({ store: commands, secrets: trunkSecrets, onChanged });
  // Of a program that runs, with a phone at 198.51.100.7.
  const running = {
    guard: aGuardSide(store).side,
    bindings: () => [phoneAt('198.51.100.7')],
    trunks: () => [],
  };
  const lists = configuredLists({
    store,
    clock,
    ownAddresses: () => ['198.51.100.1'],
    running,
    settingsShutOut: async ({ security }) => {
      const isOut = lanPhone !== undefined && !inNetworks(security.lanNetworks, lanPhone);
      return ok(isOut ? `${lanPhone} (a phone of 102)` : undefined);
    },
  });
  const whole = new WholeConfiguration({
    store,
    sealedSettings,
    storedSettings,
    trunkSecrets,
    extensions,
    lists,
    turns,
    clock,
  });
  const exported = async () => {
    const text = await whole.export();
    assert.ok(text.ok);
    return text.value.text;
  };
  const planned = async (text: string, secrets: readonly GivenSecret[] = []) => {
    const plan = await whole.plan(text, secrets);
    assert.ok(plan.ok, plan.ok ? '' : plan.error.text);
    assert.ok('value' in plan.value);
    return plan.value.value;
  };
  const apply = async (text: string, secrets: readonly GivenSecret[] = [], force = false) => {
    const applied = await whole.apply(text, secrets, { expected: await store.configurationVersion(), force });
    assert.ok(applied.ok, applied.ok ? '' : applied.error.text);
    assert.ok('value' in applied.value);
    return applied.value.value;
  };
  const refused = async (text: string) => {
    const plan = await whole.plan(text, SECRETS);
    return plan.ok ? '' : `${plan.error.code} ${plan.error.text}`;
  };
  const back = async (to: number) => {
    const done = await whole.rollBack(to, { expected: await store.configurationVersion(), force: true });
    assert.ok(done.ok, done.ok ? '' : done.error.text);
    return done.value;
  };
  return {
    store,
    storedSettings,
    extensions,
    outbound,
    trunks,
    trunkSecrets,
    whole,
    guard: running.guard,
    commands,
    exported,
    planned,
    apply,
    refused,
    back,
    state,
  };
}

export const OFFICE = `
settings:
  numbering: { country: GB }
extensions:
  101: { name: Anna }
  102:
trunks:
  acme: { host: sip.provider.example, user: 442079460000, password: { env: ACME } }
outbound-rules:
  - { name: national, prefixes: [0, 00], lengths: [7-15, 3], extensions: [100-199], routes: [{ trunk: acme, strip: 1 }] }
  - { name: no-premium, prefixes: [09], routes: [block: true] }
inbound-rules:
  - { name: main, called: [0100], open: { to: ring-group, extensions: [101, 102] } }
caller-blacklist:
  - { caller: 0044*, extension: 101 }
`;
