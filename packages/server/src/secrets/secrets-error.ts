import type { ErrorCode } from '@ringwall/contract';

/** An administrator's error about the sealing key; the text says what is wrong and what to do. */
export interface SecretsError {
  readonly code:
    | Extract<ErrorCode, 'SEALING_KEY_MISSING'>
    | 'SEALING_KEY_NOT_PRIVATE'
    | 'SEALING_KEY_UNREADABLE';
  readonly text: string;
}
