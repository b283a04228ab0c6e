import type { StoreFault } from '../faults.ts';
import type { Operation } from '../operations.ts';
import type { Outcome } from './engine.ts';

/** What the store tells the thread that owns the database. A batch is sent when the last one was answered. */
export type ToDatabase =
  | { readonly do: 'run'; readonly batch: readonly Operation[] }
  /** Write the log back into the file, let go of it, and end the thread. */
  | { readonly do: 'close' };

/** What the thread answers. */
export type FromDatabase =
  | { readonly kind: 'opened' }
  | { readonly kind: 'not-opened'; readonly fault: StoreFault }
  /** One outcome for each operation of the batch, in its order; the batch is on disk. */
  | { readonly kind: 'ran'; readonly outcomes: readonly Outcome[] };
