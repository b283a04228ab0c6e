import { COUNTRIES, DEFAULT_CALL_POLICY, NUMBER_CLASSES } from '@ringwall/policy';
import { setting } from '../declare.ts';

export const outsideSettings = {
  countries: setting({
    type: 'words',
    default: ['home'],
    maxItems: 250,
    one: 'home, a country such as GB, or a code such as +881 of what belongs to no country',
    isOne: (text) => text === 'home' || COUNTRIES.includes(text) || /^\+8\d\d$|^\+979$/.test(text),
    says: 'Where calls may go: home stands for the country of numbering.country. What is not named is refused, whatever rule fits it.',
  }),
  classes: setting({
    type: 'words',
    default: DEFAULT_CALL_POLICY.allowedClasses,
    maxItems: NUMBER_CLASSES.length,
    one: NUMBER_CLASSES.join(', '),
    isOne: (text) => NUMBER_CLASSES.some((each) => each === text),
    says: 'The kinds of numbers that may be called. Premium, shared-cost, satellite, pager, personal and unknown numbers are not among them unless you name them here.',
  }),
  highRisk: setting({
    type: 'choice',
    default: 'refused',
    options: ['refused', 'allowed'],
    says: 'Ranges abroad that fraud is known to use, in countries that are allowed.',
  }),
  deniedPrefixes: setting({
    type: 'words',
    default: [],
    maxItems: 1_000,
    one: 'the beginning of a number with its plus, such as +4487',
    isOne: (text) => /^\+[1-9]\d{0,14}$/.test(text),
    says: 'Beginnings of numbers that nobody may call.',
  }),
  outOfHours: setting({
    type: 'choice',
    default: 'home',
    options: ['everywhere', 'home', 'nowhere'],
    says: 'Where calls may go while the office is closed, for extensions that may not call as always: everywhere, the home country alone, or nowhere.',
  }),
  nationalSeconds: setting({
    type: 'number',
    unit: 'seconds',
    default: 14_400,
    min: 60,
    max: 86_400,
    says: 'The longest call to the home country.',
  }),
  internationalSeconds: setting({
    type: 'number',
    unit: 'seconds',
    default: 3_600,
    min: 60,
    max: 86_400,
    says: 'The longest call to anywhere else.',
  }),
  emergencyTrunks: setting({
    type: 'words',
    default: [],
    maxItems: 16,
    one: 'the name of a trunk',
    isOne: (text) => /^[a-z0-9][a-z0-9-]{0,39}$/.test(text),
    says: 'The trunks that lead to the emergency services, in this order. Empty: all of them, in the order of their names.',
  }),
};
