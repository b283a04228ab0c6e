import { setting } from '../declare.ts';

export const logSettings = {
  level: setting({
    type: 'choice',
    options: ['error', 'warn', 'info', 'debug'],
    default: 'info',
    says: 'What is logged: this level and everything more severe. No level logs a secret.',
  }),
  format: setting({
    type: 'choice',
    options: ['auto', 'json', 'text'],
    default: 'auto',
    says: 'One JSON object a line, or text for people. auto: text when a terminal reads it, JSON otherwise.',
  }),
};
