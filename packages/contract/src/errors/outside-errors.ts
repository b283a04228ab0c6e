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
  TRUNK_HOST: {
    says: 'The trunk {name} has no host, and its template has none for everybody.',
    advice: 'Give --host with the domain that the provider made for you, such as {example}.',
    exit: 'usage',
  },
  TRUNK_TEMPLATE: {
    says: 'There is no template {name}.',
    advice: 'Take one of {names}, or give --host without a template.',
    exit: 'usage',
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
  TRUNK_CA: {
    says: 'The CA for the trunk {name} cannot be used: {reason}.',
    advice:
      'Give the PEM file that the provider publishes for its CA: with --ca-file, or as ca in a configuration.',
    exit: 'usage',
  },
  TRUNK_CA_TRANSPORT: {
    says: 'The trunk {name} has a CA of its own, and does not use TLS, so that nothing would be checked.',
    advice: 'Give --transport tls as well, or --ca-file none.',
    exit: 'usage',
  },
  TRUNK_UNREADABLE: {
    says: 'The trunk {name} is stored in a way that cannot be read, and is left out.',
    advice: 'Remove it with ringwall trunk remove, and add it again.',
    exit: 'failed',
  },

  TRUNK_IN_USE: {
    says: 'The trunk {name} is used by outbound rules: {rules}.',
    advice: 'Change or remove these first, with ringwall outbound set and remove.',
    exit: 'failed',
  },

  // Outbound rules
  OUTBOUND_UNKNOWN: {
    says: 'There is no outbound rule {name}.',
    advice: 'See those that there are with ringwall outbound list.',
    exit: 'failed',
  },
  OUTBOUND_EXISTS: {
    says: 'There is an outbound rule {name} already.',
    advice: 'Change it with ringwall outbound set, or take another name.',
    exit: 'failed',
  },
  OUTBOUND_ROUTES: {
    says: 'The outbound rule {name} leads nowhere.',
    advice: 'Give a trunk with --route, or --block.',
    exit: 'usage',
  },
  OUTBOUND_FULL: {
    says: 'There are {limit} outbound rules, and no more can be.',
    advice: 'Remove some, or put many prefixes into one.',
    exit: 'failed',
  },
  OUTBOUND_UNREADABLE: {
    says: 'The outbound rule {name} is stored in a way that cannot be read, and is left out.',
    advice: 'Add it again with ringwall outbound add, which replaces it.',
    exit: 'failed',
  },
  EMERGENCY_TRUNK_UNKNOWN: {
    says: 'The setting outside.emergencyTrunks names what is no trunk: {names}. Calls for help go through the others that it names, or through any trunk.',
    advice: 'Correct it with ringwall setting set outside.emergencyTrunks.',
    exit: 'settings',
  },
  COUNTRY_MISSING: {
    says: 'There are outbound rules ({count}), but no country is set, so that no number can be read and nothing but emergency calls leaves.',
    advice: 'Set it with ringwall setting set numbering.country GB, or as it is.',
    exit: 'failed',
  },
  NUMBER_FOR_HELP: {
    says: '{number} is dialled for help, and can be no extension.',
    advice: 'Take another number.',
    exit: 'usage',
  },
  EMERGENCY_TEST_NUMBER: {
    says: '{number} is dialled for help, and is never called for a test.',
    advice: 'Give your own mobile number, or the one that your provider has for tests.',
    exit: 'usage',
  },
  EMERGENCY_TEST_NOBODY: {
    says: 'There is no extension yet that could call for help.',
    advice: 'Add one with ringwall extension add.',
    exit: 'failed',
  },
  EXTENSION_FOR_HELP: {
    says: 'Extensions have numbers that are dialled for help: {numbers}. Who dials one reaches the emergency services, and never the extension.',
    advice: 'Add them again with other numbers: see ringwall extension add.',
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
