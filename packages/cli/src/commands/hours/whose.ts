import type { HoursView } from '@ringwall/contract';
import { type Command, InvalidArgumentError } from 'commander';
import { plain } from '../../output/plain-text.ts';

/** Whose hours a command is about: the house's, unless a group is named. */
export interface WhoseOptions {
  readonly group?: string;
}

export function whoseOption(command: Command): Command {
  return command.option(
    '--group <name>',
    'a group of extensions that keeps hours of its own; else the house',
    groupArgument,
  );
}

export function groupArgument(text: string): string {
  if (text.length <= 40 && /^[^\p{Cc},]+$/u.test(text)) return text;
  throw new InvalidArgumentError('The name of a group has 1 to 40 characters.');
}

/** For the beginning of a sentence. */
export function whoseText(group: string | null): string {
  return group === null ? 'The house' : `The group ${plain(group)}`;
}

const STATES: Readonly<Record<HoursView['state'], string>> = {
  open: 'open',
  'forced-open': 'open, forced so',
  closed: 'closed',
  'forced-closed': 'closed, forced so',
  break: 'closed for a break',
  holiday: 'closed for a holiday',
};

export function stateText({ state }: HoursView): string {
  return STATES[state];
}
