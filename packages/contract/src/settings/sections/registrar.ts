import { setting } from '../declare.ts';

export const registrarSettings = {
  bindingsPerExtension: setting({
    type: 'number',
    unit: 'bindings',
    default: 5,
    min: 1,
    max: 20,
    says: 'How many phones may be registered to one extension at a time.',
  }),
  minExpiresSeconds: setting({
    type: 'number',
    unit: 'seconds',
    default: 60,
    min: 30,
    max: 3_600,
    says: 'The shortest registration. A phone that asks for less is told this value (423).',
  }),
  maxExpiresSeconds: setting({
    type: 'number',
    unit: 'seconds',
    default: 3_600,
    min: 60,
    max: 86_400,
    says: 'The longest registration. A phone that asks for more, or for nothing in particular, gets this.',
  }),
  keepAliveSeconds: setting({
    type: 'number',
    unit: 'seconds',
    default: 25,
    min: 0,
    max: 600,
    says: 'How often a phone behind an address-translating router is asked for a sign of life, so that the router keeps the way to it open. 0: never.',
  }),
};
