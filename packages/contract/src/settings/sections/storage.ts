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
  callRecordsMost: setting({
    type: 'number',
    unit: 'records',
    default: 1_000_000,
    min: 1_000,
    max: 20_000_000,
    says: 'How many records of past calls are kept; beyond, the oldest go. A million take about 3 GB.',
  }),
  callRecordNumbers: setting({
    type: 'choice',
    options: ['whole', 'shortened'],
    default: 'whole',
    says: 'Whether records keep numbers outside whole, or without their last four digits and without names. Shortened ones cannot be judged again by ringwall policy replay. Records that are there stay as they are.',
  }),
};
