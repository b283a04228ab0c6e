import type { ParseErrorCode } from '@ringwall/sip';

/** What becomes of one message of RFC 4475 when it comes in a datagram. */
export interface Outcome {
  /** What the RFC wants of us: `parse`, or the status of the answer, or `drop`. */
  readonly rfc: 'parse' | 'drop' | 400 | 505;
  /** What we do. A code with a status is answered with it, one without is dropped. */
  readonly ours: 'parse' | readonly [code: ParseErrorCode, status: 400 | 505 | undefined];
  /** Why that is not the same. */
  readonly because?: string;
}

const parsed: Outcome = { rfc: 'parse', ours: 'parse' };

const UNREADABLE =
  'We do not repeat a field that we cannot read, so there is no answer to compose; the log says which.';

export const OUTCOMES: Readonly<Record<string, Outcome>> = {
  wsinv: parsed,
  intmeth: {
    rfc: 'parse',
    ours: ['FORBIDDEN_BYTE', undefined],
    because:
      'A NUL, though a quoted pair may hold one, ends the text for many a program that sees it after us; no phone sends it.',
  },
  esc01: parsed,
  escnull: parsed,
  esc02: parsed,
  lwsdisp: parsed,
  longreq: parsed,
  dblreq: parsed,
  semiuri: parsed,
  transports: parsed,
  mpart01: parsed,
  unreason: parsed,
  noreason: parsed,

  badinv01: { rfc: 400, ours: ['LIST_SYNTAX', undefined], because: UNREADABLE },
  clerr: { rfc: 400, ours: ['CONTENT_LENGTH_MISMATCH', 400] },
  ncl: { rfc: 400, ours: ['CONTENT_LENGTH_SYNTAX', 400] },
  scalar02: { rfc: 400, ours: ['CSEQ_SYNTAX', 400] },
  scalarlg: { rfc: 'drop', ours: ['CSEQ_SYNTAX', undefined] },
  quotbal: { rfc: 400, ours: ['TO_SYNTAX', undefined], because: UNREADABLE },
  ltgtruri: { rfc: 400, ours: ['REQUEST_URI_SYNTAX', 400] },
  lwsruri: { rfc: 400, ours: ['REQUEST_URI_SYNTAX', 400] },
  lwsstart: { rfc: 400, ours: ['REQUEST_URI_SYNTAX', 400] },
  trws: { rfc: 400, ours: ['START_LINE_SYNTAX', 400] },
  escruri: { rfc: 400, ours: ['REQUEST_URI_SYNTAX', 400] },
  // The RFC lets either be done; nothing here reads Date.
  baddate: parsed,
  // For the registrar to refuse: the message is well formed but for the value of Contact.
  regbadct: parsed,
  badaspec: { rfc: 400, ours: ['TO_SYNTAX', undefined], because: UNREADABLE },
  baddn: { rfc: 400, ours: ['FROM_SYNTAX', undefined], because: UNREADABLE },
  badvers: { rfc: 505, ours: ['VERSION', 505] },
  mismatch01: { rfc: 400, ours: ['CSEQ_METHOD', 400] },
  mismatch02: { rfc: 400, ours: ['CSEQ_METHOD', 400] },
  bigcode: { rfc: 'drop', ours: ['STATUS_CODE', undefined] },

  badbranch: { rfc: 400, ours: ['BRANCH_EMPTY', 400] },
  insuf: {
    rfc: 400,
    ours: ['FROM_SYNTAX', undefined],
    because: 'There is no From, To and Call-ID to repeat.',
  },
  unkscm: parsed,
  novelsc: parsed,
  unksm2: parsed,
  bext01: parsed,
  invut: parsed,
  regaut01: parsed,
  multi01: {
    rfc: 400,
    ours: ['DUPLICATE_FIELD', undefined],
    because: 'There are two of each field that an answer repeats, and we do not choose.',
  },
  mcl01: { rfc: 400, ours: ['DUPLICATE_FIELD', 400] },
  // For the transaction layer to drop: it has a Via too many.
  bcast: parsed,
  zeromf: parsed,
  cparam01: parsed,
  cparam02: parsed,
  regescrt: parsed,
  sdp01: parsed,
  inv2543: parsed,
};
