import { setting } from '../declare.ts';

export const storageSettings = {
  directory: setting({
    type: 'path',
    default: './data',
    inDatabase: false,
    says: 'The data directory: the database, the keys, and the socket that the command line talks to. Only its owner may enter it.',
  }),
  callRecordDays: setting({
    type: 'number',
    unit: 'days',
    default: 90,
    min: 1,
    max: 3_650,
    says: 'How long records of past calls are kept.',
  }),
};
