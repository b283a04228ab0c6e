import { type Clock, err, ok, type Result } from '@ringwall/base';
import {
  type AdminError,
  adminError,
  findSetting,
  type SettingsValues,
  type SettingView,
} from '@ringwall/contract';
import { type Binding, type Registered, shutOutBy, type Snapshot } from '@ringwall/pbx';
import type { OpenData } from '../program/open-data.ts';
import { readConfiguration } from '../program/configuration.ts';
import { storeAnswer } from '../configuration/store-answer.ts';
import { isLive, pbxSettings } from '../settings/pbx-settings.ts';
import { inWords, placeText } from './guard-places.ts';
import type { RunningGuard } from './guard-side.ts';

export interface RunningSettings {
  readonly guard: Pick<RunningGuard, 'guard' | 'now' | 'probation'>;
  /** What calls are made by now. */
  snapshot(): Snapshot;
  bindings(): Iterable<Binding>;
}

/** What decides who may register, and from where. */
const SECTIONS: ReadonlySet<string> = new Set(['guard', 'security', 'sip']);

export interface SettingChangesParts {
  readonly data: OpenData;
  readonly clock: Clock;
  readonly running: RunningSettings | undefined;
}

export interface ChangedSetting {
  readonly setting: SettingView;
  /** The seconds within which it has to be confirmed; null: it is kept. */
  readonly confirmWithin: number | null;
}

/**
 * Changes a setting. What would put registered phones out, or keep them from coming back, is refused unless it was
 * confirmed, and is on trial then.
 *
 * @param text undefined: taken out of the database.
 */
export async function changeSetting(
  parts: SettingChangesParts,
  name: string,
  text: string | undefined,
  confirmed: boolean,
): Promise<Result<ChangedSetting, AdminError>> {
  const { data, running } = parts;
  const { storedSettings } = data;
  const phones = running?.guard.probation.withPhonesOnTrial(running.bindings()) ?? [];
  const out = await placesShutOut(parts, name, text);
  if (!out.ok) return out;
  if (out.value !== undefined && !confirmed) {
    return err(adminError('GUARD_SHUTS_OUT', { places: out.value }));
  }
  if (out.value === undefined || running === undefined) {
    const saved = await (text === undefined ? storedSettings.unset(name) : storedSettings.set(name, text));
    return saved.ok ? ok({ setting: saved.value, confirmWithin: null }) : saved;
  }
  const tried = await storedSettings.tryOut(name, text);
  if (!tried.ok) return tried;
  const { setting, ...trial } = tried.value;
  const what = `another value of ${setting.key}, which shuts out ${out.value}`;
  const begun = running.guard.probation.begin({ what, phones, ...trial });
  return begun.ok ? ok({ setting, confirmWithin: begun.value }) : begun;
}

/** In words; undefined: nobody, or not before the next start. */
async function placesShutOut(
  parts: SettingChangesParts,
  name: string,
  text: string | undefined,
): Promise<Result<string | undefined, AdminError>> {
  const { data } = parts;
  const found = findSetting(name);
  if (!found.ok) return found;
  const { key, section } = found.value;
  if (!SECTIONS.has(section) || !isLive(key)) return ok(undefined);
  const after = await data.storedSettings.valuesAfter(name, text);
  return after.ok ? shutOutBySettings(parts, after.value.kept, after.value.inForce) : after;
}

/**
 * The phones that these settings would put out, or keep from coming back, in words; undefined: none. What is on trial may
 * stay or not: nobody may be put out either way, and whom it has put out already counts.
 *
 * @param kept what would be stored.
 * @param inForce the same with what is on trial over it.
 */
export async function shutOutBySettings(
  parts: SettingChangesParts,
  kept: SettingsValues,
  inForce = kept,
): Promise<Result<string | undefined, AdminError>> {
  const registered = await whoIsRegistered(parts);
  if (!registered.ok) return registered;
  if (registered.value === undefined) return ok(undefined);
  const { value: now } = registered;
  const before = parts.data.storedSettings.keptBesideTrials;
  const shutOut = [
    ...shutOutBy(pbxSettings(inForce), now),
    ...(before === undefined
      ? []
      : shutOutBy(pbxSettings(kept), {
          ...now,
          snapshot: { ...now.snapshot, settings: pbxSettings(before) },
        })),
  ];
  return ok(inWords(new Set(shutOut.map(placeText))));
}

/**
 * Of a stopped program, who was: their phones come back when it is started. Undefined: that cannot be read now, which must
 * keep nobody from setting right what is wrong.
 */
async function whoIsRegistered({
  data,
  clock,
  running,
}: SettingChangesParts): Promise<Result<Registered | undefined, AdminError>> {
  if (running !== undefined) {
    const { guard, now, probation } = running.guard;
    const bindings = probation.withPhonesOnTrial(running.bindings());
    return ok({ snapshot: running.snapshot(), bindings, guard, now: now() });
  }
  const read = await readConfiguration(data, []);
  if (!read.ok) return ok(undefined);
  return storeAnswer(async () => {
    const bindings = await data.store.bindings(clock.wall());
    return ok({ snapshot: read.value.snapshot, bindings, guard: undefined, now: clock.monotonic() });
  });
}
