import { setting } from '../declare.ts';

export const callsSettings = {
  ringTimeoutSeconds: setting({
    type: 'number',
    unit: 'seconds',
    default: 60,
    min: 5,
    max: 300,
    says: 'How long phones ring before the caller is told that nobody answers.',
  }),
  maxCallSeconds: setting({
    type: 'number',
    unit: 'seconds',
    default: 14_400,
    min: 60,
    max: 86_400,
    says: 'The longest call. A call is ended after this time, whatever its phones say.',
  }),
  sessionExpiresSeconds: setting({
    type: 'number',
    unit: 'seconds',
    default: 1_800,
    min: 90,
    max: 7_200,
    says: 'The session timer (RFC 4028): a phone that gives no sign of life in a call for this long has its call ended.',
  }),
  minSessionExpiresSeconds: setting({
    type: 'number',
    unit: 'seconds',
    default: 90,
    min: 90,
    max: 1_800,
    says: 'The shortest session timer that a phone may ask for. A phone that asks for less is told this value (422).',
  }),
  atOnce: setting({
    type: 'number',
    unit: 'calls',
    default: 100,
    min: 1,
    max: 10_000,
    says: 'How many calls may be up at a time. A call takes two pairs of media ports, and more while it rings at several phones.',
  }),
  perExtension: setting({
    type: 'number',
    unit: 'calls',
    default: 4,
    min: 1,
    max: 100,
    says: 'How many calls one extension may have at a time, made and received together.',
  }),
};
