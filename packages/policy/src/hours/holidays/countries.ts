import {
  easter,
  FRI,
  fixed,
  last,
  MON,
  nth,
  onOrAfter,
  SAT,
  SUN,
  THU,
  WED,
  weekdayOf,
  type YearDay,
} from './moving-days.ts';

/** A day on which offices are closed by law or custom of the whole country, or of parts of it. */
export interface HolidayRule {
  readonly name: string;
  readonly day: YearDay;
  /** Parts of the country, as ISO 3166-2 has them behind the hyphen; left out: all of it. */
  readonly in?: readonly string[];
  /** The first year of it; left out: for as long as it matters here. */
  readonly since?: number;
}

export interface CountryHolidays {
  readonly rules: readonly HolidayRule[];
  /** What becomes of a holiday that falls on a weekend; left out: nothing. */
  readonly madeUp?: 'next-working-day' | 'nearest-weekday' | 'monday-after-sunday';
}

const rule = (name: string, day: YearDay, ...inParts: readonly string[]): HolidayRule =>
  inParts.length === 0 ? { name, day } : { name, day, in: inParts };

const NEW_YEAR = rule("New Year's Day", fixed(1, 1));
const EPIPHANY = rule('Epiphany', fixed(1, 6));
const MAUNDY_THURSDAY = rule('Maundy Thursday', easter(-3));
const GOOD_FRIDAY = rule('Good Friday', easter(-2));
const EASTER_SUNDAY = rule('Easter Sunday', easter(0));
const EASTER_MONDAY = rule('Easter Monday', easter(1));
const LABOUR_DAY = rule('Labour Day', fixed(5, 1));
const ASCENSION = rule('Ascension Day', easter(39));
const WHIT_SUNDAY = rule('Whit Sunday', easter(49));
const WHIT_MONDAY = rule('Whit Monday', easter(50));
const CORPUS_CHRISTI = rule('Corpus Christi', easter(60));
const ASSUMPTION = rule('Assumption Day', fixed(8, 15));
const ALL_SAINTS = rule("All Saints' Day", fixed(11, 1));
const NORDIC_ALL_SAINTS = rule("All Saints' Day", onOrAfter(SAT, 10, 31));
const MIDSUMMER = rule('Midsummer Day', onOrAfter(SAT, 6, 20));
const IMMACULATE = rule('Immaculate Conception', fixed(12, 8));
const CHRISTMAS_EVE = rule('Christmas Eve', fixed(12, 24));
const CHRISTMAS = rule('Christmas Day', fixed(12, 25));
const SECOND_CHRISTMAS = rule('Second Day of Christmas', fixed(12, 26));

function partly(whole: HolidayRule, ...inParts: readonly string[]): HolidayRule {
  return { ...whole, in: inParts };
}

/**
 * By ISO 3166-1 alpha-2. Countries whose holidays are the same every year but for Easter and weekdays; where they are
 * proclaimed year by year, or differ by town, a calendar file says it better.
 */
export const HOLIDAY_COUNTRIES: Readonly<Record<string, CountryHolidays>> = {
  AT: {
    rules: [
      ...[NEW_YEAR, EPIPHANY, EASTER_MONDAY, LABOUR_DAY, ASCENSION, WHIT_MONDAY, CORPUS_CHRISTI, ASSUMPTION],
      rule('National Day', fixed(10, 26)),
      ...[ALL_SAINTS, IMMACULATE, CHRISTMAS, SECOND_CHRISTMAS],
    ],
  },
  BE: {
    rules: [
      ...[NEW_YEAR, EASTER_MONDAY, LABOUR_DAY, ASCENSION, WHIT_MONDAY],
      rule('National Day', fixed(7, 21)),
      ...[ASSUMPTION, ALL_SAINTS],
      rule('Armistice Day', fixed(11, 11)),
      CHRISTMAS,
    ],
  },
  CZ: {
    rules: [
      ...[NEW_YEAR, GOOD_FRIDAY, EASTER_MONDAY, LABOUR_DAY],
      rule('Liberation Day', fixed(5, 8)),
      rule('Saints Cyril and Methodius Day', fixed(7, 5)),
      rule('Jan Hus Day', fixed(7, 6)),
      rule('Statehood Day', fixed(9, 28)),
      rule('Independence Day', fixed(10, 28)),
      rule('Freedom and Democracy Day', fixed(11, 17)),
      ...[CHRISTMAS_EVE, CHRISTMAS, SECOND_CHRISTMAS],
    ],
  },
  DE: {
    rules: [
      ...[NEW_YEAR, GOOD_FRIDAY, EASTER_MONDAY, LABOUR_DAY, ASCENSION, WHIT_MONDAY],
      rule('Day of German Unity', fixed(10, 3)),
      ...[CHRISTMAS, SECOND_CHRISTMAS],
      partly(EPIPHANY, 'BW', 'BY', 'ST'),
      rule("Women's Day", fixed(3, 8), 'BE', 'MV'),
      partly(EASTER_SUNDAY, 'BB'),
      partly(WHIT_SUNDAY, 'BB'),
      partly(CORPUS_CHRISTI, 'BW', 'BY', 'HE', 'NW', 'RP', 'SL'),
      partly(ASSUMPTION, 'SL'),
      rule('Assumption Day (in most towns)', fixed(8, 15), 'BY'),
      rule("Children's Day", fixed(9, 20), 'TH'),
      rule('Reformation Day', fixed(10, 31), 'BB', 'HB', 'HH', 'MV', 'NI', 'SH', 'SN', 'ST', 'TH'),
      partly(ALL_SAINTS, 'BW', 'BY', 'NW', 'RP', 'SL'),
      rule('Day of Repentance', onOrAfter(WED, 11, 16), 'SN'),
    ],
  },
  DK: {
    rules: [
      ...[NEW_YEAR, MAUNDY_THURSDAY, GOOD_FRIDAY, EASTER_SUNDAY, EASTER_MONDAY, ASCENSION],
      ...[WHIT_SUNDAY, WHIT_MONDAY, CHRISTMAS, SECOND_CHRISTMAS],
    ],
  },
  FI: {
    rules: [
      ...[NEW_YEAR, EPIPHANY, GOOD_FRIDAY, EASTER_SUNDAY, EASTER_MONDAY, LABOUR_DAY, ASCENSION],
      ...[WHIT_SUNDAY, MIDSUMMER, NORDIC_ALL_SAINTS],
      rule('Independence Day', fixed(12, 6)),
      ...[CHRISTMAS, SECOND_CHRISTMAS],
    ],
  },
  FR: {
    rules: [
      ...[NEW_YEAR, EASTER_MONDAY, LABOUR_DAY],
      rule('Victory Day', fixed(5, 8)),
      ...[ASCENSION, WHIT_MONDAY],
      rule('National Day', fixed(7, 14)),
      ...[ASSUMPTION, ALL_SAINTS],
      rule('Armistice Day', fixed(11, 11)),
      CHRISTMAS,
      partly(GOOD_FRIDAY, '57', '67', '68'),
      partly(SECOND_CHRISTMAS, '57', '67', '68'),
    ],
  },
  GB: {
    madeUp: 'next-working-day',
    rules: [
      ...[NEW_YEAR, GOOD_FRIDAY],
      rule('2nd January', fixed(1, 2), 'SCT'),
      rule("St Patrick's Day", fixed(3, 17), 'NIR'),
      partly(EASTER_MONDAY, 'ENG', 'NIR', 'WLS'),
      rule('Early May bank holiday', nth(1, MON, 5)),
      rule('Spring bank holiday', last(MON, 5, 31)),
      rule('Battle of the Boyne', fixed(7, 12), 'NIR'),
      rule('Summer bank holiday', nth(1, MON, 8), 'SCT'),
      rule('Summer bank holiday', last(MON, 8, 31), 'ENG', 'NIR', 'WLS'),
      rule("St Andrew's Day", fixed(11, 30), 'SCT'),
      CHRISTMAS,
      rule('Boxing Day', fixed(12, 26)),
    ],
  },
  IE: {
    rules: [
      NEW_YEAR,
      // The first Monday of February, unless the 1st itself is a Friday.
      rule("St Brigid's Day", (year) => {
        const first = fixed(2, 1)(year);
        return weekdayOf(first) === FRI ? first : nth(1, MON, 2)(year);
      }),
      rule("St Patrick's Day", fixed(3, 17)),
      EASTER_MONDAY,
      rule('May Day', nth(1, MON, 5)),
      rule('June Holiday', nth(1, MON, 6)),
      rule('August Holiday', nth(1, MON, 8)),
      rule('October Holiday', last(MON, 10, 31)),
      CHRISTMAS,
      rule("St Stephen's Day", fixed(12, 26)),
    ],
  },
  IT: {
    rules: [
      ...[NEW_YEAR, EPIPHANY, EASTER_SUNDAY, EASTER_MONDAY],
      rule('Liberation Day', fixed(4, 25)),
      LABOUR_DAY,
      rule('Republic Day', fixed(6, 2)),
      ASSUMPTION,
      { ...rule('Saint Francis', fixed(10, 4)), since: 2026 },
      ...[ALL_SAINTS, IMMACULATE, CHRISTMAS],
      rule("St Stephen's Day", fixed(12, 26)),
    ],
  },
  LU: {
    rules: [
      ...[NEW_YEAR, EASTER_MONDAY, LABOUR_DAY],
      rule('Europe Day', fixed(5, 9)),
      ...[ASCENSION, WHIT_MONDAY],
      rule('National Day', fixed(6, 23)),
      ...[ASSUMPTION, ALL_SAINTS, CHRISTMAS, SECOND_CHRISTMAS],
    ],
  },
  NL: {
    rules: [
      ...[NEW_YEAR, EASTER_SUNDAY, EASTER_MONDAY],
      // A day earlier if that is a Sunday.
      rule("King's Day", (year) => {
        const day = fixed(4, 27)(year);
        return weekdayOf(day) === SUN ? fixed(4, 26)(year) : day;
      }),
      ...[ASCENSION, WHIT_SUNDAY, WHIT_MONDAY, CHRISTMAS, SECOND_CHRISTMAS],
    ],
  },
  NO: {
    rules: [
      ...[NEW_YEAR, MAUNDY_THURSDAY, GOOD_FRIDAY, EASTER_SUNDAY, EASTER_MONDAY, LABOUR_DAY],
      rule('Constitution Day', fixed(5, 17)),
      ...[ASCENSION, WHIT_SUNDAY, WHIT_MONDAY, CHRISTMAS, SECOND_CHRISTMAS],
    ],
  },
  PL: {
    rules: [
      ...[NEW_YEAR, EPIPHANY, EASTER_SUNDAY, EASTER_MONDAY, LABOUR_DAY],
      rule('Constitution Day', fixed(5, 3)),
      ...[WHIT_SUNDAY, CORPUS_CHRISTI, ASSUMPTION, ALL_SAINTS],
      rule('Independence Day', fixed(11, 11)),
      ...[{ ...CHRISTMAS_EVE, since: 2025 }, CHRISTMAS, SECOND_CHRISTMAS],
    ],
  },
  PT: {
    rules: [
      ...[NEW_YEAR, GOOD_FRIDAY, EASTER_SUNDAY],
      rule('Freedom Day', fixed(4, 25)),
      LABOUR_DAY,
      rule('Portugal Day', fixed(6, 10)),
      ...[CORPUS_CHRISTI, ASSUMPTION],
      rule('Republic Day', fixed(10, 5)),
      ALL_SAINTS,
      rule('Restoration of Independence', fixed(12, 1)),
      ...[IMMACULATE, CHRISTMAS],
    ],
  },
  SE: {
    rules: [
      ...[NEW_YEAR, EPIPHANY, GOOD_FRIDAY, EASTER_SUNDAY, EASTER_MONDAY, LABOUR_DAY, ASCENSION, WHIT_SUNDAY],
      rule('National Day', fixed(6, 6)),
      ...[MIDSUMMER, NORDIC_ALL_SAINTS, CHRISTMAS, SECOND_CHRISTMAS],
    ],
  },
  US: {
    madeUp: 'nearest-weekday',
    rules: [
      NEW_YEAR,
      rule('Martin Luther King Jr. Day', nth(3, MON, 1)),
      rule("Washington's Birthday", nth(3, MON, 2)),
      rule('Memorial Day', last(MON, 5, 31)),
      rule('Juneteenth', fixed(6, 19)),
      rule('Independence Day', fixed(7, 4)),
      rule('Labor Day', nth(1, MON, 9)),
      rule('Columbus Day', nth(2, MON, 10)),
      rule('Veterans Day', fixed(11, 11)),
      rule('Thanksgiving Day', nth(4, THU, 11)),
      CHRISTMAS,
    ],
  },
  ZA: {
    madeUp: 'monday-after-sunday',
    rules: [
      NEW_YEAR,
      rule('Human Rights Day', fixed(3, 21)),
      GOOD_FRIDAY,
      rule('Family Day', easter(1)),
      rule('Freedom Day', fixed(4, 27)),
      rule("Workers' Day", fixed(5, 1)),
      rule('Youth Day', fixed(6, 16)),
      rule("National Women's Day", fixed(8, 9)),
      rule('Heritage Day', fixed(9, 24)),
      rule('Day of Reconciliation', fixed(12, 16)),
      CHRISTMAS,
      rule('Day of Goodwill', fixed(12, 26)),
    ],
  },
};
