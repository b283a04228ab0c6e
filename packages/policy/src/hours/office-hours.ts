/** Minutes since midnight, `[from, to)`; `to` is at most 1440. */
export interface MinuteSpan {
  readonly from: number;
  readonly to: number;
}

/** A calendar day in the system's time zone, `2027-03-06`. */
export type CalendarDay = string;

export interface OfficeHours {
  /** IANA name, `Europe/Berlin`. */
  readonly timeZone: string;
  /** Seven entries, Sunday first. */
  readonly weekdays: readonly (readonly MinuteSpan[])[];
  /** Out of the office hours of the same weekday. */
  readonly breaks: readonly (readonly MinuteSpan[])[];
  /** Days of one year, and `12-25` of every year. */
  readonly holidays: ReadonlySet<string>;
  /** What the administrator says goes before day, time and holiday. */
  readonly forced: 'open' | 'closed' | undefined;
}

export type OfficeState = 'forced-open' | 'forced-closed' | 'holiday' | 'open' | 'break' | 'closed';

/** Wall-clock time in one zone. */
export interface LocalTime {
  readonly day: CalendarDay;
  /** 0 is Sunday. */
  readonly weekday: number;
  readonly minute: number;
}

/** @param local as `localTimeReader` of `hours.timeZone` reads the instant. */
export function officeState(hours: OfficeHours, local: LocalTime): OfficeState {
  if (hours.forced === 'open') return 'forced-open';
  if (hours.forced === 'closed') return 'forced-closed';
  const { holidays } = hours;
  if (holidays.has(local.day) || holidays.has(local.day.slice(5))) return 'holiday';
  if (!isInside(hours.weekdays[local.weekday], local.minute)) return 'closed';
  return isInside(hours.breaks[local.weekday], local.minute) ? 'break' : 'open';
}

/** One formatter for each reader, since making one is slow: keep the reader. @throws RangeError for an unknown zone. */
export function localTimeReader(timeZone: string): (epochMs: number) => LocalTime {
  const format = new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (epochMs) => {
    const parts = new Map(format.formatToParts(epochMs).map(({ type, value }) => [type, value]));
    const day = `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`;
    return {
      day,
      weekday: new Date(`${day}T00:00:00Z`).getUTCDay(),
      minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')),
    };
  };
}

function isInside(spans: readonly MinuteSpan[] | undefined, minute: number): boolean {
  return spans?.some(({ from, to }) => from <= minute && minute < to) === true;
}
