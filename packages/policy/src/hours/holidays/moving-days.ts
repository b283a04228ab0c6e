/** Days of a year, as milliseconds since 1970 at midnight UTC: nothing here knows a time zone. */
export type YearDay = (year: number) => number;

const DAY_MS = 86_400_000;

/** As `Date` counts them. */
export const [SUN, MON, WED, THU, FRI, SAT] = [0, 1, 3, 4, 5, 6];

export function fixed(month: number, day: number): YearDay {
  return (year) => Date.UTC(year, month - 1, day);
}

/** @param days after Easter Sunday; before it if negative. */
export function easter(days: number): YearDay {
  return (year) => easterSunday(year) + days * DAY_MS;
}

/** The first, second, … of that weekday in the month. */
export function nth(count: number, weekday: number, month: number): YearDay {
  return onOrAfter(weekday, month, 1 + (count - 1) * 7);
}

/** The last of that weekday in the month, which has at least `days` days. */
export function last(weekday: number, month: number, days: 30 | 31): YearDay {
  return onOrAfter(weekday, month, days - 6);
}

export function onOrAfter(weekday: number, month: number, day: number): YearDay {
  return (year) => {
    const from = Date.UTC(year, month - 1, day);
    return from + ((weekday - weekdayOf(from) + 7) % 7) * DAY_MS;
  };
}

export function weekdayOf(at: number): number {
  return new Date(at).getUTCDay();
}

export function daysLater(at: number, days: number): number {
  return at + days * DAY_MS;
}

/** Of the Gregorian calendar, by the method of Butcher and Meeus. */
function easterSunday(year: number): number {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const ofCentury = year % 100;
  const leaps = Math.floor(century / 4);
  const moonShift = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const epact = (19 * golden + century - leaps - moonShift + 15) % 30;
  const toSunday = (32 + 2 * (century % 4) + 2 * Math.floor(ofCentury / 4) - epact - (ofCentury % 4)) % 7;
  const late = Math.floor((golden + 11 * epact + 22 * toSunday) / 451);
  const days = epact + toSunday - 7 * late + 114;
  return Date.UTC(year, Math.floor(days / 31) - 1, (days % 31) + 1);
}
