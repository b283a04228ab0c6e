/** What can go wrong with service codes and PINs; a part of `ERRORS`. */
export const CODE_ERRORS = {
  CODE_IS_EXTENSION: {
    says: 'The code {code} ({setting}) is the number of an extension or a ring group, which is called when it is dialled.',
    advice: 'Take another code with ringwall setting set, or remove what has that number.',
    exit: 'failed',
  },
  NUMBER_IS_CODE: {
    says: '{number} is a code that is dialled for a service ({setting}), and so no extension number.',
    advice: 'Take another number, or change the code with ringwall setting set.',
    exit: 'failed',
  },
  PIN_MISSING: {
    says: 'These extensions are protected by a PIN and have none that can be read, so that they cannot be unlocked: {numbers}.',
    advice: 'Make one with ringwall extension new-pin.',
    exit: 'failed',
  },
} as const;
