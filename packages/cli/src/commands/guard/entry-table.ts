import type { GuardEntryView } from '@ringwall/contract';
import type { Column } from '../../output/table.ts';
import { localTime, relative } from '../../output/time.ts';

/** `for good`, or how much longer. */
export function untilWords({ expiresAt }: GuardEntryView, now: number): string {
  return expiresAt === null ? 'for good' : `ends ${relative(expiresAt, now)}`;
}

export function entryColumns(
  list: 'blacklist' | 'whitelist',
  now: number,
): readonly Column<GuardEntryView>[] {
  const until: Column<GuardEntryView> = { title: 'Until', cell: (row) => untilWords(row, now) };
  return [
    { title: 'Network', cell: ({ network }) => network },
    ...(list === 'blacklist' ? [until] : []),
    { title: 'Added', cell: ({ addedAt }) => localTime(addedAt) },
    { title: 'By', cell: ({ addedBy }) => addedBy, shrinkTo: 6 },
    { title: 'Packets', cell: ({ hits }) => String(hits), align: 'right' },
    { title: 'Why', cell: whyWords, shrinkTo: 12 },
  ];
}

function whyWords({ description, evidence }: GuardEntryView): string {
  const seen = evidence.at(-1)?.seen;
  return [description, seen].filter((text) => text !== undefined && text !== '').join('; last ');
}
