import type { Started } from './start.ts';

/** What to do next, for the person who has just started the program. */
export function welcome(
  started: Pick<Started, 'listening' | 'phoneAddresses' | 'dataDirectory' | 'extensions'>,
): string {
  const { listening, phoneAddresses, dataDirectory, extensions } = started;
  const [best] = phoneAddresses;
  const lines = [
    'Ringwall is running.',
    '',
    `  Listens on      ${listening.join(', ')}`,
    `  Keeps its data  ${dataDirectory}`,
    '',
  ];
  // Two phones make a call.
  if (extensions === 0) {
    lines.push(
      '  Add two extensions, in another terminal; each prints what to type into its phone:',
      '    npx ringwall extension add 101 --name "Anna"',
      '    npx ringwall extension add 102 --name "Ben"',
      '',
    );
  } else if (extensions === 1) {
    lines.push(
      '  Add a second extension, in another terminal; it prints what to type into its phone:',
      '    npx ringwall extension add 102 --name "Ben"  (or another number)',
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
