import { setting } from '../declare.ts';
import { levelsSetting } from '../kinds/levels.ts';

export const limitsSettings = {
  extension: levelsSetting(
    'Limits of each extension that differ from the usual ones, such as calls-a-minute told 10 frozen 20. What is not named stays; a counter that is named has these levels alone. See all with ringwall limits levels. They go before those of outside.',
  ),
  extensionClosed: levelsSetting(
    'The same, for what begins while the office is closed. Those of limits.extension hold as well.',
  ),
  system: levelsSetting('Limits of all extensions together that differ from the usual ones.'),
  systemClosed: levelsSetting('The same, for what begins while the office is closed.'),
  probeSeconds: setting({
    type: 'number',
    unit: 'seconds',
    default: 15,
    min: 1,
    max: 300,
    says: 'An international call that is shorter counts as a probe, as one that failed does.',
  }),
  newCountryCalls: setting({
    type: 'number',
    unit: 'calls',
    default: 3,
    min: 0,
    max: 100,
    says: 'So many calls of an extension to a country that is new to it are cut short; 0: none are.',
  }),
  newCountrySeconds: setting({
    type: 'number',
    unit: 'seconds',
    default: 300,
    min: 10,
    max: 86_400,
    says: 'How long the first calls to a new country may last.',
  }),
  newDevices: setting({
    type: 'choice',
    default: 'refused',
    options: ['refused', 'allowed'],
    says: 'May a phone call abroad that an extension was not used with before? The first phone of an extension may, and one that ringwall limits accept names.',
  }),
  newDeviceHours: setting({
    type: 'number',
    unit: 'hours',
    default: 24,
    min: 1,
    max: 720,
    says: 'For so long after it registered for the first time a phone is a new one.',
  }),
  frozenTogether: setting({
    type: 'number',
    unit: 'extensions',
    default: 2,
    min: 1,
    max: 1_000,
    says: 'So many extensions that are frozen one soon after the other have the whole house frozen.',
  }),
  frozenTogetherMinutes: setting({
    type: 'number',
    unit: 'minutes',
    default: 60,
    min: 1,
    max: 1_440,
    says: 'Within how long they are frozen, for limits.frozenTogether.',
  }),
  currency: setting({
    type: 'text',
    default: '',
    minLength: 0,
    maxLength: 3,
    pattern: /^([A-Z]{3})?$/,
    allowed: 'three capital letters such as EUR, or nothing',
    says: 'What the rates of ringwall rates are in, and limits on cost with them. It is shown, and nothing is converted.',
  }),
};
