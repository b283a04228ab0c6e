import type { ExtensionView, RequestOf } from '@ringwall/contract';
import { type Command, Option } from 'commander';

/** What an extension may do outside the house, as options of a command and in words. */
export interface CallingOptions {
  readonly externalCalls?: Permission;
  readonly forwardOutside?: Permission;
  readonly outOfHours?: Permission;
  readonly callerId?: string;
  readonly emergencyCallerId?: string;
  readonly location?: string;
  readonly group?: readonly string[];
  readonly pinProtected?: boolean;
}

type Permission = 'allowed' | 'refused';
type CallingChanges = NonNullable<RequestOf<'extension.set'>['calling']>;

const PERMISSIONS: readonly Permission[] = ['allowed', 'refused'];

export function callingOptions(command: Command): Command {
  return command
    .addOption(new Option('--external-calls <permission>', 'calls to the outside').choices(PERMISSIONS))
    .addOption(
      new Option(
        '--forward-outside <permission>',
        'may its forwards and transfers lead calls from others out of the house?',
      ).choices(PERMISSIONS),
    )
    .addOption(
      new Option('--out-of-hours <permission>', 'calls abroad while the office is closed').choices(
        PERMISSIONS,
      ),
    )
    .option('--pin-protected', 'calls outside only after its PIN is entered')
    .option('--no-pin-protected', 'calls outside without a PIN')
    .option('--caller-id <number>', 'shown to those whom it calls outside; none: the number of the trunk')
    .option(
      '--emergency-caller-id <number>',
      'shown to the emergency services, who call it back; none: as to others',
    )
    .option(
      '--location <text>',
      'where the phone stands, told to those who come to help; none: where the house is',
    )
    .option(
      '--group <name...>',
      'groups that outbound rules ask for, and that may keep hours of their own; none: no group',
    );
}

/** @returns undefined if none of them was given. */
export function callingChanges(options: CallingOptions): CallingChanges | undefined {
  const { externalCalls, forwardOutside, outOfHours, callerId, emergencyCallerId, location } = options;
  const { group, pinProtected } = options;
  const changes: CallingChanges = {
    ...(externalCalls === undefined ? {} : { isInternalOnly: externalCalls === 'refused' }),
    ...(forwardOutside === undefined ? {} : { mayForwardOutside: forwardOutside === 'allowed' }),
    ...(outOfHours === undefined ? {} : { mayCallOutOfHours: outOfHours === 'allowed' }),
    ...(pinProtected === undefined ? {} : { isPinProtected: pinProtected }),
    ...(callerId === undefined ? {} : { callerId: orNone(callerId) }),
    ...(emergencyCallerId === undefined ? {} : { emergencyCallerId: orNone(emergencyCallerId) }),
    ...(location === undefined ? {} : { location: orNone(location) }),
    ...(group === undefined ? {} : { groups: group.join(' ') === 'none' ? [] : [...group] }),
  };
  return Object.keys(changes).length === 0 ? undefined : changes;
}

function orNone(text: string): string {
  return text === 'none' ? '' : text;
}

export function callingPairs({ calling, hasPin }: ExtensionView): [string, string][] {
  const { isPinProtected, isInternalOnly, mayForwardOutside, mayCallOutOfHours, callerId, groups } = calling;
  const { emergencyCallerId, location } = calling;
  return [
    ['Calls outside', isInternalOnly ? 'refused, but for help' : 'as the rules allow'],
    ['PIN', pinWords(isPinProtected, hasPin)],
    ['Leads calls outside', mayForwardOutside ? 'ALLOWED: also those of strangers who call it' : 'refused'],
    ['Out of hours', mayCallOutOfHours ? 'calls as always' : 'calls as outside.outOfHours says'],
    ['Shown outside as', callerId === '' ? 'the number of the trunk' : callerId],
    ['Shown to emergency services as', emergencyCallerId ?? 'to others'],
    ['Location', location ?? 'where the house is'],
    ['Groups', groups.length === 0 ? 'none' : groups.join(', ')],
  ];
}

function pinWords(isProtected: boolean, hasPin: boolean): string {
  if (isProtected)
    return hasPin ? 'asked for before calls outside' : 'asked for before calls outside, and MISSING';
  return hasPin ? 'not asked for' : 'none';
}
