/** What the `ringwall` command ends with, so that a script need not read sentences. */
export const EXIT_CODES = {
  ok: { code: 0, says: 'Done.' },
  failed: { code: 1, says: 'Refused or failed; the sentence on stderr says why. Nothing was changed.' },
  usage: { code: 2, says: 'The command line is wrong; nothing was tried.' },
  'not-running': { code: 3, says: 'The command needs the running program, and it is not running.' },
  settings: { code: 4, says: 'A setting, the settings file or a certificate is wrong.' },
  busy: {
    code: 5,
    says: 'Somebody else holds what is needed: the data directory or a port.',
  },
  changes: {
    code: 6,
    says: 'There is something to change: ringwall plan, and a ringwall apply that was not confirmed.',
  },
  mistake: { code: 70, says: "The program's own mistake; please report it." },
} as const;

export type ExitClass = keyof typeof EXIT_CODES;
