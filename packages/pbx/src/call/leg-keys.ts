export interface KeyPress {
  /** `0` to `9`, `*`, `#`, `A` to `D`. */
  readonly key: string;
  /** How long it was down. */
  readonly ms: number;
}

/** What a leg needs to know of keys: of those that its party pressed, and of those that are on their way to it. */
export interface LegKeys {
  /** How its party's keys come: by the first way that one came, since some phones send each of them twice. */
  readonly comeBy: 'rtp' | 'info' | undefined;
  /** Keys that wait for the answer to the INFO before them: over UDP a later one might overtake it. */
  readonly waiting: readonly KeyPress[];
  /** The one that was sent in it; undefined: none is out. */
  readonly out: KeyPress | undefined;
  /** When all that are being pressed on it are over. On the monotonic clock. */
  readonly busyUntil: number;
}

export const NO_KEYS: LegKeys = { comeBy: undefined, waiting: [], out: undefined, busyUntil: 0 };
