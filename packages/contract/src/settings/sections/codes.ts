import { setting } from '../declare.ts';

const CODE = {
  type: 'text',
  minLength: 0,
  maxLength: 10,
  isOne: (text: string) => text === '' || /^[0-9*]{2,10}$/.test(text),
  allowed: 'two or more digits and *, or empty for no such code',
} as const;

export const codesSettings = {
  pinLock: setting({
    ...CODE,
    default: '777',
    says: 'Dialled by an extension that is protected by a PIN to unlock its calls outside; while it is unlocked, to lock them again.',
  }),
  pinUnlockMinutes: setting({
    type: 'number',
    unit: 'minutes',
    default: 5,
    min: 1,
    max: 1_440,
    says: 'How long an extension stays unlocked. Calls that are under way then go on.',
  }),
  echo: setting({
    ...CODE,
    default: '*43',
    says: 'Dialled to hear oneself, for a minute at most: that sound goes both ways.',
  }),
};
