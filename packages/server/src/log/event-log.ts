import type { Clock, MonotonicMs } from '@ringwall/base';
import type { PbxEvent } from '@ringwall/pbx';
import type { Logger } from 'pino';
import { describeEvent, type EventLine } from './event-text.ts';

/** Lines that strangers caused: this many at once, and this many each second after. */
const BURST = 50;
const PER_SECOND = 10;

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
  readonly #clock: Clock;
  #budget = BURST;
  #refilledAt: MonotonicMs;
  #suppressed = 0;

  constructor(logger: Logger, clock: Clock) {
    this.#logger = logger;
    this.#clock = clock;
    this.#refilledAt = clock.monotonic();
  }

  report(event: PbxEvent): void {
    const line = describeEvent(event);
    if (line.strangersCan && this.#logger.isLevelEnabled(line.level) && !this.#spend()) return;
    writeLine(this.#logger, line);
  }

  #spend(): boolean {
    const now = this.#clock.monotonic();
    this.#budget = Math.min(BURST, this.#budget + ((now - this.#refilledAt) / 1_000) * PER_SECOND);
    this.#refilledAt = now;
    if (this.#budget < 1) {
      this.#suppressed++;
      return false;
    }
    this.#budget--;
    if (this.#suppressed > 0) {
      this.#logger.warn(
        { event: 'suppressed', lines: this.#suppressed },
        `Left out ${this.#suppressed} lines like the next one; the metrics count them all`,
      );
      this.#suppressed = 0;
    }
    return true;
  }
}

function writeLine(logger: Logger, line: EventLine): void {
  logger[line.level](line.fields, line.text);
}
