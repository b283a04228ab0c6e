import { err, ok, type Result } from '@ringwall/base';
import { adminError } from '@ringwall/contract';
import { countedGroup, countedName, countedTrunk, WHOLE_SYSTEM } from '@ringwall/policy';
import type { Command } from 'commander';
import type { Refusal } from '../surroundings.ts';
import { itemNameArgument } from './command.ts';

/** Whose limits a command is about. */
export interface WhoOptions {
  readonly extension?: string;
  readonly group?: string;
  readonly trunk?: string;
}

const SAYS = {
  extension: ['--extension <number>', 'an extension'],
  group: ['--group <name>', 'all extensions of a group together'],
  trunk: ['--trunk <name>', 'all calls through a trunk'],
} as const;

export function whoOptions(command: Command, ...which: readonly (keyof typeof SAYS)[]): Command {
  for (const each of which) {
    const [flags, says] = SAYS[each];
    if (each === 'trunk') command.option(flags, says, itemNameArgument);
    else command.option(flags, says);
  }
  return command;
}

/** `101`, `group:sales`, `trunk:acme`, as the program knows them; an error if none is named, or several are. */
export function chosen({ extension, group, trunk }: WhoOptions): Result<string, Refusal> {
  const all = [
    ...(extension === undefined ? [] : [extension]),
    ...(group === undefined ? [] : [countedGroup(group)]),
    ...(trunk === undefined ? [] : [countedTrunk(trunk)]),
  ];
  const [first] = all;
  if (first !== undefined && all.length === 1) return ok(first);
  return err([adminError('USAGE', { problem: 'Name one extension, one group or one trunk' })]);
}

/** `extension 101`, `the group sales`, `everybody`, for the middle of a sentence. */
export function nameOf(of: string): string {
  if (of === WHOLE_SYSTEM) return 'everybody';
  if (of === 'extension') return 'each extension';
  const name = countedName(of);
  return `${name[0]?.toLowerCase()}${name.slice(1)}`;
}
