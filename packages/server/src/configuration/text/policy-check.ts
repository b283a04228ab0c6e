import { isDeepStrictEqual } from 'node:util';
import type { WallMs } from '@ringwall/base';
import type { Extension, Snapshot, StoredExtension } from '@ringwall/pbx';
import { pbxSettings } from '../../settings/pbx-settings.ts';
import { buildPolicy, type PolicySource } from '../build-policy.ts';
import { type PolicyTestResult, readPolicyTests, runPolicyTests } from '../policy-tests.ts';
import type { TrunkSecrets } from '../trunk-secrets.ts';
import type { StoredConfiguration } from './describe.ts';
import type { StoreChange } from './store-change.ts';

/** What would be stored after a change. */
export function afterChange(
  { extensions, items }: Pick<StoredConfiguration, 'extensions' | 'items'>,
  change: Pick<StoreChange['change'], 'extensions' | 'items'>,
): Pick<PolicySource, 'extensions' | 'items'> {
  const byNumber = new Map(extensions.map((extension) => [extension.number, extension]));
  for (const number of change.extensions.remove) byNumber.delete(number);
  for (const [number, changes] of change.extensions.change) {
    const before = byNumber.get(number);
    if (before !== undefined) byNumber.set(number, { ...before, ...changes });
  }
  for (const extension of change.extensions.add) byNumber.set(extension.number, extension);
  const keyOf = ({ kind, name }: { readonly kind: string; readonly name: string }) => `${kind}\0${name}`;
  const byKey = new Map(items.map((item) => [keyOf(item), item]));
  for (const each of change.items) {
    if (each.do === 'remove-item') byKey.delete(keyOf(each));
    else byKey.set(keyOf(each), each);
  }
  return { extensions: [...byNumber.values()], items: [...byKey.values()] };
}

/** Runs the policy tests of a configuration on it. */
export function testPolicy(
  judged: PolicySource,
  trunkSecrets: TrunkSecrets,
  now: WallMs,
): readonly PolicyTestResult[] {
  const tests = readPolicyTests(judged.items);
  return tests.length === 0 ? [] : runPolicyTests(tests, snapshotOf(judged, trunkSecrets), now);
}

/** Those that fail after a change, but for those that failed before it in the same words. */
export function brokenBy(
  before: readonly PolicyTestResult[],
  after: readonly PolicyTestResult[],
): readonly PolicyTestResult[] {
  const failed = before.filter(({ passed }) => !passed);
  return after.filter(
    ({ name, test, passed }) =>
      !passed && !failed.some((each) => each.name === name && isDeepStrictEqual(each.test, test)),
  );
}

/** As calls are made by, but for the secrets: nobody logs in to it. */
export function snapshotOf(judged: PolicySource, trunkSecrets: TrunkSecrets): Snapshot {
  return {
    version: 0,
    extensions: new Map(judged.extensions.map((stored) => [stored.number, withoutSecret(stored)])),
    byAuthId: new Map(),
    settings: pbxSettings(judged.settings),
    ...buildPolicy(judged, trunkSecrets).policy,
  };
}

function withoutSecret({
  sealedHa1: _sealed,
  sealedPin: _pin,
  createdAt: _at,
  ...extension
}: StoredExtension): Extension {
  return { ...extension, ha1: { md5: '', sha256: '' } };
}
