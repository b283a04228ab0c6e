/** What can go wrong with ring groups; a part of `ERRORS`. */
export const RING_GROUP_ERRORS = {
  RING_GROUP_UNKNOWN: {
    says: 'There is no ring group {number}.',
    advice: 'See those that there are with ringwall ring-group list.',
    exit: 'failed',
  },
  RING_GROUP_EXISTS: {
    says: 'There is a ring group {number} already.',
    advice: 'Change it with ringwall ring-group set, or take another number.',
    exit: 'failed',
  },
  RING_GROUP_FULL: {
    says: 'There are {limit} ring groups, and there can be no more.',
    advice: 'Remove some with ringwall ring-group remove.',
    exit: 'failed',
  },
  RING_GROUP_FOR_HELP: {
    says: '{number} is dialled for help, here or elsewhere, and can be no ring group.',
    advice: 'Take another number.',
    exit: 'usage',
  },
  RING_GROUP_TAKEN: {
    says: '{number} is an extension, and can be no ring group.',
    advice: 'Take another number, or remove the extension with ringwall extension remove.',
    exit: 'failed',
  },
  EXTENSION_IS_RING_GROUP: {
    says: '{number} is a ring group, and can be no extension.',
    advice: 'Take another number, or remove the group with ringwall ring-group remove.',
    exit: 'failed',
  },
  RING_GROUP_NOBODY: {
    says: 'There is no extension {numbers}, and no call of a ring group can go there.',
    advice: 'Add it with ringwall extension add, or name another.',
    exit: 'failed',
  },
  RING_GROUP_MEMBER: {
    says: '{numbers} is a ring group, and the members of one are extensions.',
    advice: 'Name its members, or let the call go there when nobody takes it, with --then.',
    exit: 'usage',
  },
  RING_GROUP_LOOP: {
    says: 'A call that nobody takes would come back to where it was: {way}.',
    advice: 'Let it end somewhere, with --then hang-up or an extension.',
    exit: 'usage',
  },
  RING_GROUP_CHAIN: {
    says: 'More than {limit} ring groups would follow each other: {way}.',
    advice: 'Nobody waits so long: put their members together.',
    exit: 'usage',
  },
  RING_GROUP_UNREADABLE: {
    says: 'Ring groups are stored in a way that cannot be read, and are left out: {names}.',
    advice: 'Remove them with ringwall ring-group remove, and add them again.',
    exit: 'failed',
  },
  RING_GROUP_SHADOWED: {
    says: 'Ring groups have the number of an extension, which is called instead: {names}.',
    advice: 'Remove the groups, and add them again with other numbers.',
    exit: 'failed',
  },
  RING_GROUP_WITHOUT: {
    says: 'Ring groups name extensions or ring groups that do not exist, and do without them: {names}.',
    advice: 'See what is missing with ringwall ring-group show, and change it with ringwall ring-group set.',
    exit: 'failed',
  },
} as const;
