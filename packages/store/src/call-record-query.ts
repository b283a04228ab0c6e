import { assert } from '@ringwall/base';
import type { CallRecordQuery } from './queries/call-records.ts';

const CALL_RECORDS_AT_ONCE = 1_000;

/** Whoever asks has checked what an administrator typed; a limit outside 1 to 1,000 is our own mistake. */
export function checkCallRecordQuery({ limit }: CallRecordQuery): void {
  assert(
    Number.isInteger(limit) && limit >= 1 && limit <= CALL_RECORDS_AT_ONCE,
    `${limit} call records were asked for at once`,
  );
}
