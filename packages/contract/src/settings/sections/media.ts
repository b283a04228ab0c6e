import { setting } from '../declare.ts';

export const mediaSettings = {
  ports: setting({
    type: 'ports',
    default: '16384-20479',
    says: 'The UDP ports for sound. Each phone in a call takes a pair, the even one for RTP and the odd one for RTCP, and after the call the pair rests for 30 seconds. The default is 2,048 pairs, enough for 34 calls a second; 200 pairs would do for three. Open them in the firewall towards the phones.',
  }),
  networks: setting({
    type: 'networks',
    default: [],
    maxItems: 64,
    says: 'Networks that sound may come from beside the address that the phone named and the one that it signals from.',
  }),
  workers: setting({
    type: 'number',
    unit: 'threads',
    default: 0,
    min: 0,
    max: 64,
    says: 'Threads that carry sound. 0: one fewer than the machine has processors, and at least one.',
  }),
  silenceSeconds: setting({
    type: 'number',
    unit: 'seconds',
    default: 60,
    min: 10,
    max: 3_600,
    says: 'A call is ended when no sound comes from a phone that should send some for this long.',
  }),
  allowShortSrtpTag: setting({
    type: 'boolean',
    default: false,
    says: 'Whether SRTP with the 32-bit tag (AES_CM_128_HMAC_SHA1_32) may be used. Only for phones that know nothing better.',
  }),
};
