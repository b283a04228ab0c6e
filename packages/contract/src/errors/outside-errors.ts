/** What can go wrong with trunks, and with those who call from outside; a part of `ERRORS`. */
export const OUTSIDE_ERRORS = {
  // Trunks
  TRUNK_UNKNOWN: {
    says: 'There is no trunk {name}.',
    advice: 'See those that there are with ringwall trunk list.',
    exit: 'failed',
  },
  TRUNK_EXISTS: {
    says: 'There is a trunk {name} already.',
    advice: 'Change it with ringwall trunk set, or take another name.',
    exit: 'failed',
  },
  TRUNK_PASSWORD: {
    says: 'The trunk {name} has a user and no password.',
    advice: 'Give the password with --password-file, or no user if the provider asks for none.',
    exit: 'usage',
  },
  TRUNK_USER: {
    says: 'The trunk {name} is to register, and has no user.',
    advice: 'Give --user and --password-file, or --by-address if the provider knows you by your address.',
    exit: 'usage',
  },
  TRUNK_UNREADABLE: {
    says: 'The trunk {name} is stored in a way that cannot be read, and is left out.',
    advice: 'Remove it with ringwall trunk remove, and add it again.',
    exit: 'failed',
  },

  // Blacklisted callers
  CALLER_PATTERN: {
    says: 'That is nobody who could call.',
    advice: 'Give a number or a name of at most 64 characters, with * for any characters but not alone.',
    exit: 'usage',
  },
  CALLER_UNKNOWN: {
    says: '{pattern} is not on the caller blacklist.',
    advice: 'See those that are with ringwall caller-blacklist list.',
    exit: 'failed',
  },
  CALLER_BLACKLIST_FULL: {
    says: 'The caller blacklist holds {limit} entries and takes no more.',
    advice: 'Remove some, or put many into one with *.',
    exit: 'failed',
  },
} as const;
