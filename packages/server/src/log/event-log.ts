import type { Clock } from '@ringwall/base';
import type { PbxEvent } from '@ringwall/pbx';
import type { Logger } from 'pino';
import { describeEvent, type EventLine } from './event-text.ts';
import { LineBudget } from './line-budget.ts';

/** Writes one event to the log. */
export function logEvent(logger: Logger, event: PbxEvent): void {
  writeLine(logger, describeEvent(event));
}

/**
 * Writes what the PBX reports to the log, and keeps a scanner from filling the disk with it: of the lines that
 * anybody on the network can cause, what is over the budget is counted and told in one line.
 */
export class EventLog {
  readonly #logger: Logger;
  readonly #budget: LineBudget;

  constructor(logger: Logger, clock: Clock) {
    this.#logger = logger;
    this.#budget = new LineBudget(clock);
  }

  report(event: PbxEvent): void {
    const line = describeEvent(event);
    if (line.strangersCan && this.#logger.isLevelEnabled(line.level) && !this.#spend()) return;
    writeLine(this.#logger, line);
  }

  #spend(): boolean {
    if (!this.#budget.spend()) return false;
    const suppressed = this.#budget.takeSuppressed();
    if (suppressed > 0) {
      this.#logger.warn(
        { event: 'suppressed', lines: suppressed },
        `Left out ${suppressed} lines like the next one; the metrics count them all`,
      );
    }
    return true;
  }
}

function writeLine(logger: Logger, line: EventLine): void {
  logger[line.level](line.fields, line.text);
}
