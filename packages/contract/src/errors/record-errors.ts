/** What can go wrong with call records; a part of `ERRORS`. */
export const RECORD_ERRORS = {
  RECORD_UNKNOWN: {
    says: 'There is no call record {id}.',
    advice: 'See those that there are with ringwall records --json; old ones are removed after a while.',
    exit: 'failed',
  },
} as const;
