import { type AdminError, adminError, type SettingsValues } from '@ringwall/contract';
import type { Dialling, TrunkName } from '@ringwall/pbx';
import {
  DEFAULT_LIMITS,
  emergencyNumber,
  emergencyNumbersOf,
  HIGH_RISK_RANGES,
  homeNumbering,
  indexRules,
  type LimitsPolicy,
  type OfficeHours,
  type OutboundRule,
  readWeek,
} from '@ringwall/policy';

/** All that calls to the outside are judged by, from the settings and the rules. */
export function buildDialling(
  { numbering, outside, hours }: Pick<SettingsValues, 'numbering' | 'outside' | 'hours'>,
  rules: readonly OutboundRule[],
): { readonly dialling: Dialling; readonly warnings: readonly AdminError[] } {
  const { country } = numbering;
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
    hours: officeHours(hours),
    emergencyTrunks: outside.emergencyTrunks as readonly TrunkName[],
    limits: limitsOf(outside),
    timeZone: hours.timeZone,
    nationalSeconds: outside.nationalSeconds,
    internationalSeconds: outside.internationalSeconds,
  };
  const nothingLeaves = rules.length > 0 && country === '';
  return {
    dialling,
    warnings: nothingLeaves ? [adminError('COUNTRY_MISSING', { count: rules.length })] : [],
  };
}

function limitsOf(outside: SettingsValues['outside']): LimitsPolicy | undefined {
  if (outside.limits === 'off') return undefined;
  const { callsAtOnce, internationalCallsAtOnce, internationalMinutes } = outside;
  const { extension, system } = DEFAULT_LIMITS.levels;
  const minutes = (critical: number) => ({ warning: critical / 2, most: undefined, critical });
  return {
    ...DEFAULT_LIMITS,
    levels: {
      extension: {
        ...extension,
        calls: { ...extension.calls, most: callsAtOnce },
        'international-calls': { ...extension['international-calls'], most: internationalCallsAtOnce },
        'international-minutes': minutes(internationalMinutes),
      },
      system: {
        ...system,
        'international-calls': { ...system['international-calls'], most: internationalCallsAtOnce * 2 },
        'international-minutes': minutes(internationalMinutes * 4),
      },
    },
  };
}

/** Is it dialled for help, with or without a prefix for an outside line? */
export function isForHelp({ numbering }: Pick<SettingsValues, 'numbering'>, number: string): boolean {
  return emergencyNumber(number, emergencyOf(numbering)) !== undefined;
}

function emergencyOf({ country, emergencyNumbers, outsidePrefixes }: SettingsValues['numbering']) {
  return { numbers: [...emergencyNumbersOf(country), ...emergencyNumbers], outsidePrefixes };
}

function officeHours({
  timeZone,
  week,
  breaks,
  holidays,
  forced,
}: SettingsValues['hours']): OfficeHours | undefined {
  const [open, paused] = [readWeek(week), readWeek(breaks)];
  const isEmpty = week.length === 0 && holidays.length === 0 && forced === 'no';
  if (isEmpty || !open.ok || !paused.ok) return undefined;
  const allDay = [{ from: 0, to: 1_440 }];
  return {
    timeZone,
    weekdays: week.length === 0 ? open.value.map(() => allDay) : open.value,
    breaks: paused.value,
    holidays: new Set(holidays),
    forced: forced === 'no' ? undefined : forced,
  };
}
