import type { Started } from './start.ts';

const EXTENSIONS_TO_CALL = 2;

/** What to do next, for the person who has just started the program. */
export function welcome(started: Started): string {
  const { listening, phoneAddresses, dataDirectory, extensions } = started;
  const [best] = phoneAddresses;
  const lines = [
    'Ringwall is running.',
    '',
    `  Listens on      ${listening.join(', ')}`,
    `  Keeps its data  ${dataDirectory}`,
    '',
  ];
  if (extensions < EXTENSIONS_TO_CALL) {
    lines.push(
      '  Add two extensions, in another terminal; each prints what to type into its phone:',
      '    npx ringwall extension add 101 --name "Anna"',
      '    npx ringwall extension add 102 --name "Ben"',
      '',
    );
  }
  if (best !== undefined) {
    lines.push(
      `  Point phones at ${best.host}, port ${best.port}, transport ${best.transport.toUpperCase()}`,
    );
  }
  lines.push('  Try it without a phone:  npx ringwall try', '  Stop it:  Ctrl-C', '', '');
  return lines.join('\n');
}
