/** What can go wrong with the configuration as text; a part of `ERRORS`. */
export const CONFIGURATION_ERRORS = {
  CONFIGURATION_CHANGED: {
    says: 'The configuration was changed meanwhile, and nothing of this was applied.',
    advice: 'See what it would change now with ringwall plan, and apply it again.',
    exit: 'failed',
  },
  CONFIGURATION_FILE: {
    says: 'The configuration cannot be read: {problems}',
    advice: 'How it is written is in docs/admin/configuration-as-text.md; ringwall export gives an example.',
    exit: 'failed',
  },
  CONFIGURATION_REFUSED: {
    says: 'The configuration cannot be as the file says: {problems}',
    advice: 'Nothing was changed.',
    exit: 'failed',
  },
  CONFIGURATION_TOO_LONG: {
    says: 'The configuration has more than {limit} characters as text.',
    advice: 'Check that it is the right file.',
    exit: 'failed',
  },
  CONFIGURATION_SECRET: {
    says: 'The {owner} takes its {what} from {where}, and {problem}.',
    advice: 'Put it there for this command; "password: kept" keeps the password that is stored.',
    exit: 'failed',
  },
  CONFIGURATION_SHUTS_OUT: {
    says: 'This would shut out {places}.',
    advice:
      "Nothing was changed. If it is meant, add --force; with the program running, the guard's lists are then taken back unless ringwall guard confirm is typed within a minute; the rest stays.",
    exit: 'failed',
  },
  CONFIGURATION_UNCONFIRMED: {
    says: 'Nothing was changed, since nobody confirmed it.',
    advice: 'Add --yes where nobody can be asked.',
    exit: 'changes',
  },
  EXTENSION_IN_USE: {
    says: 'The inbound rule {rule} sends calls to what would be no extension: {numbers}.',
    advice: 'Leave the extension in, or send these calls elsewhere.',
    exit: 'failed',
  },
  EXTENSIONS_AT_ONCE: {
    says: 'No more than {limit} extensions can be added at once.',
    advice: 'Apply a part of them first.',
    exit: 'failed',
  },
  TRUNKS_FULL: {
    says: 'There can be {limit} trunks, and no more.',
    advice: 'Leave some out.',
    exit: 'failed',
  },
  POLICY_TESTS_BROKEN: {
    says: 'Calls would no longer end as policy tests say that they must: {tests}',
    advice: 'Nothing was changed. Change the tests with it if that is meant, or insist with --force.',
    exit: 'failed',
  },
  POLICY_TESTS_FAIL: {
    says: 'Calls do not end as policy tests say that they must: {names}.',
    advice: 'See why with ringwall policy test.',
    exit: 'failed',
  },
  POLICY_TESTS_FULL: {
    says: 'There can be {limit} policy tests, and no more.',
    advice: 'Leave some out.',
    exit: 'failed',
  },
  VERSION_UNKNOWN: {
    says: 'No configuration of the number {version} is kept.',
    advice:
      'The newest are: see them with ringwall versions. What is older comes back from an export of yours alone.',
    exit: 'failed',
  },
} as const;
