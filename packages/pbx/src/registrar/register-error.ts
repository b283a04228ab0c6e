import { Headers } from '@ringwall/sip';

export type RegisterErrorCode = keyof typeof REGISTER_ERRORS;

/** Why nothing was changed, and what to answer. */
export interface RegisterError {
  readonly code: RegisterErrorCode;
  readonly status: number;
  /** One sentence for the administrator; nothing in it came from the phone. */
  readonly text: string;
  /** Fields that the answer must have. */
  readonly headers: Headers;
}

const REGISTER_ERRORS = {
  CONTACT_SYNTAX: { status: 400, text: 'A Contact is malformed' },
  CONTACT_SCHEME: { status: 400, text: 'A Contact is neither a sip nor a sips URI' },
  CONTACT_HEADERS: {
    status: 400,
    text: 'A Contact has header fields in its URI, which no request line may have',
  },
  CONTACT_TOO_LONG: { status: 400, text: 'A Contact, its instance or the Call-ID is longer than allowed' },
  CONTACT_LOOP: { status: 403, text: 'A Contact points back to this phone system' },
  WILDCARD: { status: 400, text: 'Contact: * may only stand alone and with Expires: 0' },
  PATH_SYNTAX: { status: 400, text: 'A Path is malformed, too long, or there are too many' },
  TOO_BRIEF: { status: 423, text: 'The phone wants to register again more often than allowed' },
  OUT_OF_ORDER: { status: 500, text: 'An older REGISTER came after a newer one' },
  TOO_MANY_BINDINGS: { status: 403, text: 'The extension has as many phones registered as allowed' },
} as const satisfies Record<string, { readonly status: number; readonly text: string }>;

export function registerError(code: RegisterErrorCode, headers = new Headers()): RegisterError {
  return { code, ...REGISTER_ERRORS[code], headers };
}
