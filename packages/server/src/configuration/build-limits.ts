import type { AdminError, OwnLevelsDocument, SettingsValues } from '@ringwall/contract';
import {
  DEFAULT_LIMITS,
  type LimitsPolicy,
  NO_LEVELS,
  NO_RATES,
  type OwnLevels,
  type RateIndex,
  withLevels,
} from '@ringwall/policy';

/** What limits are made of beside the settings. */
export interface LimitItems {
  readonly rates: RateIndex;
  /** By `101`, `group:sales` or `trunk:acme`. */
  readonly own: ReadonlyMap<string, OwnLevelsDocument>;
  readonly warnings: readonly AdminError[];
}

export const NO_LIMIT_ITEMS: LimitItems = { rates: NO_RATES, own: new Map(), warnings: [] };

/** The limits of calls outside, from the settings and what extensions, groups and trunks have of their own. */
export function buildLimits(
  { outside, limits }: Pick<SettingsValues, 'outside' | 'limits'>,
  { rates, own }: Pick<LimitItems, 'rates' | 'own'>,
): LimitsPolicy {
  const { levels: open, closedLevels: shut } = DEFAULT_LIMITS;
  const levels = {
    extension: withLevels(withLevels(open.extension, ofExtension(outside)), limits.extension),
    system: withLevels(withLevels(open.system, ofSystem(outside)), limits.system),
  };
  const closedLevels = {
    extension: withLevels(shut.extension, limits.extensionClosed),
    system: withLevels(shut.system, limits.systemClosed),
  };
  const ownLevels = [...own].map(([of, { levels: all, closed }]) => {
    const isExtension = /^\d+$/.test(of);
    const usual: OwnLevels = isExtension
      ? { all: levels.extension, closed: closedLevels.extension }
      : { all: NO_LEVELS, closed: NO_LEVELS };
    return [of, { all: withLevels(usual.all, all), closed: withLevels(usual.closed, closed) }] as const;
  });
  return {
    isOn: outside.limits === 'on',
    levels,
    closedLevels,
    own: new Map(ownLevels),
    probeSeconds: limits.probeSeconds,
    newCountryCalls: limits.newCountryCalls,
    newCountrySeconds: limits.newCountrySeconds,
    newDevicesCallAbroad: limits.newDevices === 'allowed',
    newDeviceMs: limits.newDeviceHours * 3_600_000,
    frozenTogether: limits.frozenTogether,
    frozenTogetherMs: limits.frozenTogetherMinutes * 60_000,
    rates,
    currency: limits.currency,
  };
}

/** The three settings that there were before all levels could be set. */
function ofExtension(outside: SettingsValues['outside']): readonly string[] {
  const { callsAtOnce, internationalCallsAtOnce, internationalMinutes } = outside;
  return [
    `calls most ${callsAtOnce}`,
    `international-calls most ${internationalCallsAtOnce}`,
    `international-minutes told ${internationalMinutes / 2} frozen ${internationalMinutes}`,
  ];
}

function ofSystem({
  internationalCallsAtOnce,
  internationalMinutes,
}: SettingsValues['outside']): readonly string[] {
  return [
    `international-calls most ${internationalCallsAtOnce * 2}`,
    `international-minutes told ${internationalMinutes * 2} frozen ${internationalMinutes * 4}`,
  ];
}
