import { join } from 'node:path';
import { runPinned } from '../servers/server.ts';
import type { Row } from './row.ts';

const SCRIPT = join(import.meta.dirname, '..', 'media', 'srtp.ts');

interface SrtpFigures {
  readonly results: readonly {
    readonly suite: string;
    readonly protectMicros: { readonly median: number };
    readonly unprotectMicros: { readonly median: number };
  }[];
}

/** The suite that every phone speaks; the dearer of the two operations counts. */
const SUITE = 'AES_CM_128_HMAC_SHA1_80';

export const SRTP_ROWS: readonly Row[] = [
  {
    id: 'srtp',
    title: `CPU to protect or to unprotect a packet with ${SUITE}`,
    unit: 'µs',
    contestants: ['ringwall'],
    target: { of: 'figure', atMost: 8 },
    stage: { name: 'no server', userCount: 0, warmUp: () => Promise.resolve() },
    async measure() {
      const { results } = JSON.parse(await runPinned(SCRIPT, 60_000)) as SrtpFigures;
      const found = results.find((result) => result.suite === SUITE);
      return Math.max(found?.protectMicros.median ?? Number.NaN, found?.unprotectMicros.median ?? Number.NaN);
    },
  },
];
