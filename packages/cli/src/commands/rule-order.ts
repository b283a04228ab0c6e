import { err, ok, type Result } from '@ringwall/base';
import { adminError, type RuleMove } from '@ringwall/contract';
import { type Command, InvalidArgumentError } from 'commander';
import type { Refusal } from '../surroundings.ts';
import { itemNameArgument, withExamples } from './command.ts';

/** Where a rule is to stand, the same for inbound and outbound rules. */
export interface PlaceOptions {
  readonly before?: string;
  readonly after?: string;
  readonly first?: boolean;
  readonly last?: boolean;
}

/** A whole number from 1. */
export function countArgument(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('Give a whole number from 1.');
  return Number(text);
}

export function moveCommand(parent: Command, kind: 'inbound' | 'outbound'): Command {
  const command = parent
    .command('move')
    .description('Move a rule to another place: the first that fits a call decides it')
    .argument('<name>', 'what the rule is called by', itemNameArgument)
    .argument('[place]', 'place among the rules, from 1', countArgument)
    .option('--before <name>', 'right before this rule', itemNameArgument)
    .option('--after <name>', 'right after this rule', itemNameArgument)
    .option('--first', 'before all others')
    .option('--last', 'after all others');
  const names = kind === 'inbound' ? ['sales', 'desk'] : ['no-premium', 'national'];
  return withExamples(
    command,
    `ringwall ${kind} move ${names.join(' --before ')}`,
    `ringwall ${kind} move ${names[0]} --first`,
  );
}

/** One of the ways to say it, and no more than one. */
export function moveWanted(
  [name = '', place]: readonly string[],
  { before, after, first, last }: PlaceOptions,
): Result<RuleMove, Refusal> {
  const ways: Omit<RuleMove, 'name'>[] = [
    ...(place === undefined ? [] : [{ place: Number(place) }]),
    ...(before === undefined ? [] : [{ before }]),
    ...(after === undefined ? [] : [{ after }]),
    ...(first === true ? [{ place: 1 }] : []),
    ...(last === true ? [{ place: BEYOND_THE_LAST }] : []),
  ];
  const [way] = ways;
  if (way === undefined || ways.length > 1) {
    return usage('Say where the rule is to stand in one way: a place, --before, --after, --first or --last');
  }
  if ((before ?? after) === name) return usage('A rule cannot stand before or after itself');
  return ok({ name, ...way });
}

const BEYOND_THE_LAST = 1_000_000;

function usage(problem: string): Result<never, Refusal> {
  return err([adminError('USAGE', { problem })]);
}
