import { isHoliday, isTimeZone, readWeek } from '@ringwall/policy';
import { setting } from '../declare.ts';

const WEEK = {
  type: 'words',
  default: [],
  maxItems: 64,
  one: 'days and times, such as mon-fri 09:00-17:30',
  isOne: (text: string) => readWeek([text]).ok,
} as const;

export const hoursSettings = {
  timeZone: setting({
    type: 'text',
    default: 'UTC',
    minLength: 1,
    maxLength: 64,
    allowed: 'a time zone, such as Europe/Berlin',
    isOne: isTimeZone,
    says: 'Where the clocks are that the office hours are read from.',
  }),
  week: setting({ ...WEEK, says: 'When the office is open. Empty: always.' }),
  breaks: setting({ ...WEEK, says: 'When it is closed for a while within these hours.' }),
  holidays: setting({
    type: 'words',
    default: [],
    maxItems: 400,
    one: 'a day, such as 2027-04-02, or 12-25 for every year',
    isOne: isHoliday,
    says: 'Days on which the office is closed.',
  }),
  forced: setting({
    type: 'choice',
    default: 'no',
    options: ['no', 'open', 'closed'],
    says: 'Open or closed now, whatever the hours say, until this is set to no again.',
  }),
};
