import { type AdminError, adminError, type SettingsValues } from '@ringwall/contract';
import type { Dialling, StoredItem, TrunkName } from '@ringwall/pbx';
import {
  collidesWithEmergency,
  emergencyNumbersOf,
  HIGH_RISK_RANGES,
  homeNumbering,
  indexRules,
  type OutboundRule,
} from '@ringwall/policy';
import { buildHours } from './build-hours.ts';
import { buildLimits, type LimitItems, NO_LIMIT_ITEMS } from './build-limits.ts';

/**
 * All that calls to the outside are judged by, from the settings and the rules.
 *
 * @param trunks those that there are. A name that is none of them does not lead to the emergency services: if no
 *   other is left, every trunk does, since a mistyped name must not keep a call for help in the house.
 * @param items in which the hours of groups are looked for.
 */
export function buildDialling(
  {
    numbering,
    outside,
    emergency,
    hours,
    limits,
  }: Pick<SettingsValues, 'numbering' | 'outside' | 'emergency' | 'hours' | 'limits'>,
  rules: readonly OutboundRule[],
  trunks: ReadonlyMap<TrunkName, unknown>,
  limitItems: LimitItems = NO_LIMIT_ITEMS,
  items: readonly StoredItem[] = [],
): { readonly dialling: Dialling; readonly warnings: readonly AdminError[] } {
  const { country } = numbering;
  const { warnings: ofHours, ...houseHours } = buildHours(hours, items);
  const named = outside.emergencyTrunks as readonly TrunkName[];
  const missing = named.filter((name) => !trunks.has(name));
  const dialling: Dialling = {
    policy: {
      home: homeNumbering(numbering),
      emergency: emergencyOf(numbering),
      rules: indexRules(rules),
      calls: {
        allowedCountries: outside.countries.map((each) => (each === 'home' ? country : each)),
        allowedClasses: outside.classes as Dialling['policy']['calls']['allowedClasses'],
        highRiskRanges: outside.highRisk === 'refused' ? HIGH_RISK_RANGES : [],
        deniedRanges: outside.deniedPrefixes.map((prefix) => ({ prefix, why: 'an administrator denied it' })),
        outOfHours: outside.outOfHours,
        allowsRemoteCalling: false,
      },
    },
    ...houseHours,
    emergencyTrunks: named.filter((name) => trunks.has(name)),
    emergencyCare: {
      location: emergency.location,
      showsLocation: emergency.sendLocation === 'display-name',
      callExtensions: emergency.callExtensions,
    },
    limits: buildLimits({ outside, limits }, limitItems),
    timeZone: hours.timeZone,
    nationalSeconds: outside.nationalSeconds,
    internationalSeconds: outside.internationalSeconds,
  };
  const nothingLeaves = rules.length > 0 && country === '';
  return {
    dialling,
    warnings: [
      ...limitItems.warnings,
      ...ofHours,
      ...(nothingLeaves ? [adminError('COUNTRY_MISSING', { count: rules.length })] : []),
      ...(missing.length > 0 ? [adminError('EMERGENCY_TRUNK_UNKNOWN', { names: missing.join(', ') })] : []),
    ],
  };
}

/** The emergency number that an extension or a group of this number would stand in the way of. */
export function emergencyInTheWay(
  { numbering }: Pick<SettingsValues, 'numbering'>,
  number: string,
): string | undefined {
  return collidesWithEmergency(number, emergencyOf(numbering));
}

/** Extensions that nobody can call, since their numbers have become those of the emergency services. */
export function extensionsInTheWay(
  settings: Pick<SettingsValues, 'numbering'>,
  extensions: readonly string[],
): readonly AdminError[] {
  const numbers = extensions.filter((number) => emergencyInTheWay(settings, number) !== undefined);
  if (numbers.length === 0) return [];
  return [adminError('EXTENSION_FOR_HELP', { numbers: numbers.slice(0, 20).join(', ') })];
}

function emergencyOf({ country, emergencyNumbers, outsidePrefixes }: SettingsValues['numbering']) {
  return { numbers: [...emergencyNumbersOf(country), ...emergencyNumbers], outsidePrefixes };
}
