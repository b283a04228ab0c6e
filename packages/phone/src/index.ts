export type { PhoneBehaviour } from './behaviour.ts';
export { Phone, type PhoneEffect, type PhoneOptions } from './phone.ts';
export type { PhoneCall, PhoneCallState } from './phone-call.ts';
export { PHONE_FORMATS, PhoneMedia } from './phone-media.ts';
export { type Heard, PhoneSound } from './phone-sound.ts';
