import type { WallMs } from '@ringwall/base';
import {
  type CalendarDay,
  type LocalTime,
  localTimeReader,
  type OfficeHours,
  type OfficeState,
  officeState,
} from '@ringwall/policy';

/** More zones than a house has groups that keep hours of their own. */
const MOST_ZONES = 128;
const MINUTE_MS = 60_000;

interface Zone {
  readonly read: (at: WallMs) => LocalTime;
  /** The minute since 1970 that was read last, and what it was there: all calls of a minute share it. */
  minute: number;
  local: LocalTime;
}

/**
 * Tells the day and the hours of the office. Keeps the reader of each time zone, which is costly to make. Clocks are
 * changed at whole minutes of UTC, so what was read holds for the minute and no longer.
 */
export class OfficeClock {
  readonly #zones = new Map<string, Zone>();

  /** @param hours undefined: it is never closed. */
  state(hours: OfficeHours | undefined, at: WallMs): OfficeState {
    return hours === undefined ? 'open' : officeState(hours, this.#local(hours.timeZone, at));
  }

  isOpen(hours: OfficeHours | undefined, at: WallMs): boolean {
    const state = this.state(hours, at);
    return state === 'open' || state === 'forced-open';
  }

  day(timeZone: string, at: WallMs): CalendarDay {
    return this.#local(timeZone, at).day;
  }

  #local(timeZone: string, at: WallMs): LocalTime {
    const minute = Math.floor(at / MINUTE_MS);
    const known = this.#zones.get(timeZone);
    if (known !== undefined) {
      if (known.minute !== minute) {
        known.local = known.read(at);
        known.minute = minute;
      }
      return known.local;
    }
    // Zones that nobody asks for any more go with the rest: to read them anew costs little.
    if (this.#zones.size >= MOST_ZONES) this.#zones.clear();
    const read = localTimeReader(timeZone);
    const zone = { read, minute, local: read(at) };
    this.#zones.set(timeZone, zone);
    return zone.local;
  }
}
