import { setting } from '../declare.ts';

export const emergencySettings = {
  location: setting({
    type: 'text',
    default: '',
    minLength: 0,
    maxLength: 100,
    says: 'Where the house is, in words that help who looks for somebody: street, town, building. Told in every notice of a call for help, unless the extension has a location of its own.',
  }),
  sendLocation: setting({
    type: 'choice',
    default: 'none',
    options: ['none', 'display-name'],
    says: 'Does the provider get the location, behind the name of the caller? Ask yours: most take the address that they have on file, and some refuse long names.',
  }),
  callExtensions: setting({
    type: 'digits',
    default: [],
    maxItems: 8,
    says: 'Extensions whose phones ring when somebody calls for help, and show who it is, so that somebody of the house can run there.',
  }),
};
