/** What can go wrong with office hours; a part of `ERRORS`. */
export const HOURS_ERRORS = {
  HOURS_UNKNOWN: {
    says: 'The group {group} keeps no hours of its own.',
    advice: 'See those that do with ringwall hours list, or give it some with ringwall hours set --group.',
    exit: 'failed',
  },
  HOURS_FULL: {
    says: 'There are {limit} groups with hours of their own, and there can be no more.',
    advice: 'Let groups with the same hours be one, or take some away with ringwall hours remove.',
    exit: 'failed',
  },
  HOURS_IN_USE: {
    says: 'Inbound rules go by the hours of {group}: {rules}.',
    advice: 'Change these first, with ringwall inbound set --hours.',
    exit: 'failed',
  },
  HOURS_UNREADABLE: {
    says: 'Hours of groups are stored in a way that cannot be read, and the hours of the house hold for them: {groups}.',
    advice: 'Take them away with ringwall hours remove, and set them again.',
    exit: 'failed',
  },
} as const;
