import { ERRORS, type ErrorDeclaration, EXIT_CODES } from '@ringwall/contract';
import { GENERATED, prose } from './markdown.ts';

const INTRODUCTION = `# Error codes

An error for the administrator is a sentence that says what is wrong, one that says what to do, and a code that stays
the same whatever the sentence becomes. Codes are added in later versions, never given another meaning. In the sentences
here, words in braces stand for what the error is about; where the program knows more, it says more.

What strangers and phones do wrong on the network is not here: it is counted, and answered as little as the standards
permit.
`;

export function errorsPage(): string {
  const entries = Object.entries<ErrorDeclaration>(ERRORS).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `${GENERATED}${INTRODUCTION}\n${entries.map(([name, declared]) => entry(name, declared)).join('\n')}`;
}

function entry(name: string, { says, advice, exit }: ErrorDeclaration): string {
  const fixed = /^\{\w+\}\.?$/.test(advice) ? '' : ` ${prose(advice)}`;
  return `## ${name}\n\n${prose(says)}${fixed}\n\nExit code ${EXIT_CODES[exit].code}.\n`;
}
