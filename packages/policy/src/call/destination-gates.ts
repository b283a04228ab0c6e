import { allow, deny, type Gate } from '../decision.ts';
import { destinationKey, type NumberRefusal } from '../numbering/read-final-number.ts';
import type { CallPolicy } from './call-policy.ts';
import type { ExternalCallFacts } from './external-call.ts';
import type { HighRiskRange } from './high-risk-ranges.ts';

export type CallGate = Gate<ExternalCallFacts, CallPolicy>;

const UNREADABLE: Readonly<Record<NumberRefusal, string>> = {
  empty: 'Nothing is left of the dialled number',
  'too-long': 'The dialled number is longer than any telephone number',
  'service-code': 'The dialled number contains a service code (* or #), and these do not leave the house',
  parameters: 'The dialled number carries parameters, and these do not leave the house',
  'not-a-number': 'What was dialled is not a telephone number',
  'unknown-home': 'The home country is not set, so that no number can be read: set numbering.country',
  unassigned: 'No country has a number that begins like this',
};

const numberIsRead: CallGate = ({ destination }) =>
  destination.ok ? undefined : deny('number-unreadable', UNREADABLE[destination.error]);

const countryIsAllowed: CallGate = ({ destination }, { allowedCountries, homeCountry }) => {
  if (!destination.ok) return undefined;
  const { number } = destination.value;
  const key = destinationKey(destination.value);
  if (key === undefined) return deny('country-unknown', `${number} belongs to no country that is known`);
  const isAllowed = allowedCountries === 'home' ? key === homeCountry : allowedCountries.includes(key);
  return isAllowed
    ? allow('country-allowed', `${number} belongs to ${key}, which is allowed`)
    : deny('country-not-allowed', `${number} belongs to ${key}, which is not among the allowed countries`);
};

const classIsAllowed: CallGate = ({ destination }, { allowedClasses }) => {
  if (!destination.ok) return undefined;
  const { number, numberClass } = destination.value;
  return allowedClasses.includes(numberClass)
    ? allow('class-allowed', `${number} is of the class ${numberClass}, which is allowed`)
    : deny('class-not-allowed', `${number} is of the class ${numberClass}, which is not allowed`);
};

const isNoHighRisk: CallGate = ({ destination }, { highRiskRanges, deniedRanges, homeCountry }) => {
  if (!destination.ok) return undefined;
  const { number, country } = destination.value;
  const isIn = ({ prefix }: HighRiskRange): boolean => number.startsWith(prefix);
  const range = deniedRanges.find(isIn) ?? (country === homeCountry ? undefined : highRiskRanges.find(isIn));
  if (range === undefined) return undefined;
  return deny('high-risk-range', `${number} is in a high-risk range (${range.prefix}): ${range.why}`);
};

/** What is asked of the number, whoever calls it. */
export const DESTINATION_GATES: readonly CallGate[] = [
  numberIsRead,
  countryIsAllowed,
  classIsAllowed,
  isNoHighRisk,
];
