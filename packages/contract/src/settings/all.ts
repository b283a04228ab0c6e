import { callsSettings } from './sections/calls.ts';
import { codesSettings } from './sections/codes.ts';
import { hoursSettings } from './sections/hours.ts';
import { emergencySettings } from './sections/emergency.ts';
import { numberingSettings } from './sections/numbering.ts';
import { outsideSettings } from './sections/outside.ts';
import { guardSettings } from './sections/guard.ts';
import { limitsSettings } from './sections/limits.ts';
import { logSettings } from './sections/log.ts';
import { notifySettings } from './sections/notify.ts';
import { mediaSettings } from './sections/media.ts';
import { metricsSettings } from './sections/metrics.ts';
import { registrarSettings } from './sections/registrar.ts';
import { securitySettings } from './sections/security.ts';
import { sipSettings } from './sections/sip.ts';
import { storageSettings } from './sections/storage.ts';
import type { Setting, ValueOf } from './setting.ts';

/** Every setting there is, by section. The order is that of the reference page. */
export const SETTING_SECTIONS = {
  sip: sipSettings,
  registrar: registrarSettings,
  calls: callsSettings,
  numbering: numberingSettings,
  outside: outsideSettings,
  emergency: emergencySettings,
  limits: limitsSettings,
  hours: hoursSettings,
  codes: codesSettings,
  media: mediaSettings,
  security: securitySettings,
  guard: guardSettings,
  notify: notifySettings,
  storage: storageSettings,
  log: logSettings,
  metrics: metricsSettings,
};

type Sections = typeof SETTING_SECTIONS;
export type SectionName = keyof Sections;

/** What the sections are about, for the reference page and the console. */
export const SECTION_SAYS: Readonly<Record<SectionName, string>> = {
  sip: 'Where the PBX listens, and what it calls itself.',
  registrar: 'How phones register.',
  calls: 'How long calls ring and last, and how many there may be.',
  numbering: 'How numbers are read.',
  outside: 'Where calls may go outside. See docs/admin/outbound-calls.md.',
  emergency: 'Who is told of calls for help, and where to look. See docs/admin/emergency-calls.md.',
  limits:
    'How much may be called outside before calls are frozen, and what that costs. See docs/admin/outbound-calls.md.',
  hours: 'When the office is open.',
  codes: 'What is dialled to have the phone system itself do something. See docs/admin/pin-protection.md.',
  media: 'How sound is carried.',
  security: 'What counts as near, and how much a stranger may take up.',
  guard: 'Who is ignored, and who is shut out. How the numbers were chosen is in docs/admin/guard.md.',
  notify: 'Who is told when something happens, and how. See docs/admin/being-told.md.',
  storage: 'What is kept, where, and for how long.',
  log: 'What is written to the log.',
  metrics: 'What is measured, and who may read it.',
};

/** The settings as the program reads them, made from the declarations: `values.calls.ringTimeoutSeconds`. */
export type SettingsValues = {
  readonly [Section in SectionName]: {
    readonly [Name in keyof Sections[Section]]: ValueOf<Sections[Section][Name]>;
  };
};

/** `calls.ringTimeoutSeconds` and so on. */
export type SettingKey = {
  [Section in SectionName]: `${Section}.${keyof Sections[Section] & string}`;
}[SectionName];

export interface SettingEntry {
  readonly key: SettingKey;
  readonly section: SectionName;
  /** Without the section. */
  readonly name: string;
  /** `RINGWALL_CALLS_RING_TIMEOUT_SECONDS`. */
  readonly environmentName: string;
  readonly setting: Setting<unknown>;
}

export const ENVIRONMENT_PREFIX = 'RINGWALL_';

/** Environment variables with our prefix that are no settings. */
export const OTHER_ENVIRONMENT_NAMES: readonly string[] = ['RINGWALL_CONFIG', 'RINGWALL_WELCOME'];

/** Every setting in one list, in the order of the reference page. */
export const SETTING_ENTRIES: readonly SettingEntry[] = Object.entries(SETTING_SECTIONS).flatMap(
  ([section, settings]) =>
    Object.entries(settings).map(([name, declared]) => ({
      key: `${section}.${name}` as SettingKey,
      section: section as SectionName,
      name,
      environmentName: environmentName(section, name),
      setting: declared as Setting<unknown>,
    })),
);

function environmentName(section: string, name: string): string {
  const words = `${section}_${name.replace(/[A-Z]/g, (letter) => `_${letter}`)}`;
  return ENVIRONMENT_PREFIX + words.toUpperCase();
}

const BY_KEY = new Map<string, SettingEntry>(SETTING_ENTRIES.map((entry) => [entry.key, entry]));

export function settingEntry(key: string): SettingEntry | undefined {
  return BY_KEY.get(key);
}
