import { setting } from '../declare.ts';

export const limitsSettings = {
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
