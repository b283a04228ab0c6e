/** What can go wrong with limits on calls to the outside, and with what these cost; a part of `ERRORS`. */
export const LIMIT_ERRORS = {
  LIMIT_LEVEL: {
    says: 'The limit "{level}" {problem}.',
    advice: 'Write it such as "calls-a-minute told 5 frozen 10", "calls most 2" or "probes off".',
    exit: 'usage',
  },
  LIMITS_UNKNOWN: {
    says: '{who} has no limits of its own.',
    advice: 'See those that there are with ringwall limits levels.',
    exit: 'failed',
  },
  LIMITS_FULL: {
    says: 'There are limits for {limit} extensions, groups and trunks, and no more can be.',
    advice:
      'Take some away with ringwall limits unset, or give limits to a group in place of its extensions.',
    exit: 'failed',
  },
  LIMITS_UNREADABLE: {
    says: 'The limits of {name} are stored in a way that cannot be read, and are left out.',
    advice: 'Take them away with ringwall limits unset, and set them again.',
    exit: 'failed',
  },
  GROUP_UNKNOWN: {
    says: 'No extension is in the group {name}.',
    advice: 'Put some there with ringwall extension set 101 --group, or correct the name.',
    exit: 'failed',
  },
  DEVICE_UNKNOWN: {
    says: 'Extension {extension} was not used with a device {device}.',
    advice: 'See those that it was used with by ringwall limits devices {extension}.',
    exit: 'failed',
  },

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
