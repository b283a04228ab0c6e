import type { CallCause } from '@ringwall/policy';
import type { Party } from './party.ts';

/** A number that is to be called, perhaps outside, and who wants it. */
export interface OutsideWish {
  /** Who dialled, forwards or transfers: it answers for the call. */
  readonly by: Party;
  readonly cause: CallCause;
  /** Who would talk there: a phone of the house, or somebody who came in over a trunk. */
  readonly from: 'extension' | 'trunk';
  readonly dialled: string;
  /** Who would talk there, if it is not who asks; undefined: it is. */
  readonly talker?: Party | undefined;
}
