import type { WallMs } from '@ringwall/base';

/** How much there is to do: `alarm` at once, `warning` today, `notice` nothing. */
export type Severity = 'alarm' | 'warning' | 'notice';

/** Something that an administrator wants to hear of, wherever he is. */
export interface Notification {
  readonly at: WallMs;
  /** Stable, for scripts: `guard-ban`, `trunk-changed`. */
  readonly kind: string;
  readonly severity: Severity;
  /** One sentence on one line, made harmless: parts of it may come from the network. */
  readonly text: string;
  readonly fields: Readonly<Record<string, string>>;
}

const RANK: Readonly<Record<Severity, number>> = { alarm: 2, warning: 1, notice: 0 };

export function isAtLeast(severity: Severity, wanted: Severity): boolean {
  return RANK[severity] >= RANK[wanted];
}
