import type { Cidr } from '@ringwall/base';
import type { GuardPolicy } from '@ringwall/policy';
import { type AdminError, adminError } from '../errors/admin-error.ts';
import type { guardSettings } from './sections/guard.ts';
import type { ValueOf } from './setting.ts';

export type GuardValues = {
  readonly [Name in keyof typeof guardSettings]: ValueOf<(typeof guardSettings)[Name]>;
};

type NumberName = {
  [Name in keyof GuardValues]: GuardValues[Name] extends number ? Name : never;
}[keyof GuardValues];

/** Settings of the guard that are right one by one and wrong together. */
export function guardConflicts(guard: GuardValues): AdminError[] {
  const conflicts: AdminError[] = [];
  const atMost = (less: NumberName, more: NumberName, isEqualRight: boolean, remedy: string) => {
    if (guard[less] < guard[more] || (isEqualRight && guard[less] === guard[more])) return;
    const problem = `guard.${less} is ${guard[less]} and guard.${more} is ${guard[more]}`;
    conflicts.push(adminError('SETTING_CONFLICT', { problem, remedy }));
  };
  atMost('amberRequests', 'redRequests', false, 'Let a source meet the amber barrier before the red one');
  atMost(
    'failedAuthFastWindowSeconds',
    'failedAuthWindowSeconds',
    true,
    'Make the window for guessing in haste the shorter one',
  );
  atMost(
    'repliesPerSecondToNetwork',
    'repliesPerSecond',
    true,
    'Let one network have no more answers than all together',
  );
  return conflicts;
}

/** The settings as the guard reads them. */
export function guardPolicy(guard: GuardValues, lanNetworks: readonly Cidr[]): GuardPolicy {
  return {
    failedAuthLimit: guard.failedAuthLimit,
    failedAuthWindowMs: guard.failedAuthWindowSeconds * 1_000,
    failedAuthFastLimit: guard.failedAuthFastLimit,
    failedAuthFastWindowMs: guard.failedAuthFastWindowSeconds * 1_000,
    unansweredLimit: guard.unansweredChallenges,
    greenMs: guard.greenIntervalMs,
    amberRequests: guard.amberRequests,
    redRequests: guard.redRequests,
    amberMs: guard.amberSeconds * 1_000,
    blacklistMs: guard.blacklistSeconds * 1_000,
    blacklistDoubles: guard.blacklistDoubles,
    maxBlacklistMs: guard.maxBlacklistDays * 86_400_000,
    strangersPerSecond: guard.strangersPerSecond,
    repliesPerSecondToNetwork: guard.repliesPerSecondToNetwork,
    repliesPerSecond: guard.repliesPerSecond,
    lanNetworks,
  };
}
