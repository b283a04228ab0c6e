import type { GuardSizes } from '@ringwall/policy';
import type { TransactionLimits } from '@ringwall/sip';

/**
 * How many of each kind are remembered. What is left out is as large as a phone system under attack needs it: 28 MB that
 * are set aside at once. Tests that make thousands of phone systems for four phones each ask for less.
 */
export interface TableSizes {
  readonly guard?: Partial<GuardSizes>;
  readonly transactions?: Partial<TransactionLimits>;
  /** Nonces that a password was proven with, each until it is too old to be used again. */
  readonly nonceUses?: number;
}
