import type { ToneSequence } from '@ringwall/media';

/** What callers hear of us: no words, and so no language. */

/** Two rising notes: go ahead. */
export const INVITING: ToneSequence = [
  { hz: [], ms: 200 },
  { hz: [587], ms: 120 },
  { hz: [784], ms: 160 },
];

/** Three rising notes: done, and it is open. */
export const GOOD: ToneSequence = [
  { hz: [523], ms: 140 },
  { hz: [659], ms: 140 },
  { hz: [784], ms: 300 },
  { hz: [], ms: 100 },
];

/** The same falling: done, and it is closed. */
export const CLOSED: ToneSequence = [
  { hz: [], ms: 200 },
  { hz: [784], ms: 140 },
  { hz: [659], ms: 140 },
  { hz: [523], ms: 300 },
  { hz: [], ms: 100 },
];

/** Two short high notes into a call: it will be over soon. */
export const WARNING: ToneSequence = [
  { hz: [1_400], ms: 120 },
  { hz: [], ms: 80 },
  { hz: [1_400], ms: 120 },
];

/** Two notes in turn, loud and without an end: somebody calls for help. */
export const ALARM: ToneSequence = [
  { hz: [880], ms: 240 },
  { hz: [1_240], ms: 240 },
  { hz: [880], ms: 240 },
  { hz: [1_240], ms: 240 },
  { hz: [], ms: 300 },
];

/** A low double buzz: no. */
export const BAD: ToneSequence = [
  { hz: [180, 220], ms: 300 },
  { hz: [], ms: 100 },
  { hz: [180, 220], ms: 500 },
  { hz: [], ms: 100 },
];
