import type { WallMs } from '@ringwall/base';
import {
  type CalendarDay,
  type LocalTime,
  localTimeReader,
  type OfficeHours,
  type OfficeState,
  officeState,
} from '@ringwall/policy';

/** Tells the day and the hours of the office. Keeps the reader of its time zone, which is costly to make. */
export class OfficeClock {
  #reader: { readonly timeZone: string; readonly read: (at: WallMs) => LocalTime } | undefined;

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
    if (this.#reader?.timeZone !== timeZone) this.#reader = { timeZone, read: localTimeReader(timeZone) };
    return this.#reader.read(at);
  }
}
