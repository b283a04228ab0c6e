import { COUNTRIES } from '@ringwall/policy';
import { setting } from '../declare.ts';

const PREFIX = {
  type: 'text',
  default: '',
  minLength: 0,
  maxLength: 8,
  pattern: /^[0-9]*$/,
  allowed: 'digits',
} as const;

export const numberingSettings = {
  country: setting({
    type: 'text',
    default: '',
    minLength: 0,
    maxLength: 2,
    isOne: (text) => text === '' || COUNTRIES.includes(text),
    allowed:
      'the two capital letters of a country (ISO 3166), such as DE, or GB for the United Kingdom, or empty',
    says: 'The country that the system is in. It tells how numbers are read, and what is an emergency number. Until it is set, nothing but emergency calls leaves the house.',
  }),
  areaCode: setting({
    ...PREFIX,
    says: 'The area code without the prefix before it, such as 20 for London, so that local numbers can be dialled without it. Empty: they are not.',
  }),
  internationalPrefix: setting({
    ...PREFIX,
    says: 'What is dialled before a country code, such as 00 or 011. Empty: as in the country.',
  }),
  nationalPrefix: setting({
    ...PREFIX,
    says: 'What is dialled before an area code, such as 0. Empty: as in the country.',
  }),
  emergencyNumbers: setting({
    type: 'digits',
    default: [],
    maxItems: 32,
    says: 'More numbers to call for help, beside 112, 911 and those of the country. A call to one passes every rule, gate and limit.',
  }),
  outsidePrefixes: setting({
    type: 'digits',
    default: [],
    maxItems: 8,
    says: 'What people dial for an outside line, such as 9 or 0: emergency numbers are recognised behind it too.',
  }),
};
