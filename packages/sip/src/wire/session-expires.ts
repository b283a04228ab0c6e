import { DIGIT, skip } from './characters.ts';
import { parseParams } from './params.ts';
import { parseDeltaSeconds } from './tokens.ts';

/** RFC 4028 4: how long a call lives without a refresh, and who sends it. */
export interface SessionExpires {
  readonly seconds: number;
  readonly refresher: 'uac' | 'uas' | undefined;
}

/** Reads Session-Expires; a refresher other than `uac` and `uas` makes it malformed. */
export function parseSessionExpires(text: string): SessionExpires | undefined {
  const end = skip(text, 0, DIGIT);
  const seconds = parseDeltaSeconds(text.slice(0, end));
  const params = parseParams(text, end);
  if (seconds === undefined || params === undefined) return undefined;
  const refresher = params.get('refresher')?.toLowerCase();
  if (refresher !== undefined && refresher !== 'uac' && refresher !== 'uas') return undefined;
  return { seconds, refresher };
}
