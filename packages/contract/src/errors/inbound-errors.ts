/** What can go wrong with inbound rules; a part of `ERRORS`. */
export const INBOUND_ERRORS = {
  INBOUND_UNKNOWN: {
    says: 'There is no inbound rule {name}.',
    advice: 'See those that there are with ringwall inbound list.',
    exit: 'failed',
  },
  INBOUND_EXISTS: {
    says: 'There is an inbound rule {name} already.',
    advice: 'Change it with ringwall inbound set, or take another name.',
    exit: 'failed',
  },
  INBOUND_FULL: {
    says: 'There are {limit} inbound rules, and there can be no more.',
    advice: 'Remove some, or put numbers with one destination into one rule.',
    exit: 'failed',
  },
  INBOUND_NOBODY: {
    says: 'There is no extension or ring group {numbers}, and calls cannot be sent there.',
    advice: 'Add it with ringwall extension add or ringwall ring-group add, or name another.',
    exit: 'failed',
  },
  INBOUND_OUTSIDE: {
    says: 'Calls that inbound rules would lead outside would be refused: {calls}.',
    advice:
      'Nothing was changed. Allow them first, such as with ringwall extension set --forward-outside allowed or ringwall outbound add, or insist with --force.',
    exit: 'failed',
  },
  INBOUND_TRUNK: {
    says: 'There is no trunk {names}, and no call can come from it.',
    advice: 'See those that there are with ringwall trunk list.',
    exit: 'failed',
  },
  INBOUND_HOURS: {
    says: 'The group {group} keeps no hours of its own, and an inbound rule cannot go by them.',
    advice: 'Give it some with ringwall hours set --group, or leave the rule to the hours of the house.',
    exit: 'failed',
  },
  INBOUND_UNREADABLE: {
    says: 'Inbound rules are stored in a way that cannot be read, and are left out: {names}.',
    advice: 'Remove them with ringwall inbound remove, and add them again.',
    exit: 'failed',
  },
  INBOUND_WITHOUT: {
    says: 'Inbound rules name extensions that do not exist, or ring groups, and do without them: {names}.',
    advice: 'See what is missing with ringwall inbound show, and change it with ringwall inbound set.',
    exit: 'failed',
  },
} as const;
