/** What can go wrong with limits on calls to the outside, and with what these cost; a part of `ERRORS`. */
export const LIMIT_ERRORS = {
  RATE_UNKNOWN: {
    says: 'There is no rate for {prefix}.',
    advice: 'See those that there are with ringwall rates list.',
    exit: 'failed',
  },
  RATES_FULL: {
    says: 'There are {limit} rates, and no more can be.',
    advice: 'Remove some with ringwall rates remove, or give shorter prefixes.',
    exit: 'failed',
  },
  RATES_FILE: {
    says: 'The file of rates cannot be used, and nothing was changed. Line {line}: {problem}.',
    advice: 'The columns are prefix, minute, call and name; see docs/admin/outbound-calls.md.',
    exit: 'usage',
  },
  RATES_UNREADABLE: {
    says: 'The rates are stored in a way that cannot be read, so that costs are not counted.',
    advice: 'Import them again with ringwall rates import.',
    exit: 'failed',
  },
} as const;
