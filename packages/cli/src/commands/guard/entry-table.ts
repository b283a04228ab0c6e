import type { GuardEntryView } from '@ringwall/contract';
import type { Column } from '../../output/table.ts';
import { localTime, relative } from '../../output/time.ts';

/** `for good`, or `until` when. */
export function untilWords({ expiresAt }: GuardEntryView): string {
  return expiresAt === null ? 'for good' : `until ${localTime(expiresAt)}`;
}

/** When it was added is relative to `now`. */
export function entryColumns(
  list: 'blacklist' | 'whitelist',
  now: number,
): readonly Column<GuardEntryView>[] {
  const until: Column<GuardEntryView> = {
    title: 'Until',
    cell: ({ expiresAt }) => (expiresAt === null ? 'for good' : localTime(expiresAt)),
  };
  return [
    { title: 'Network', cell: ({ network }) => network },
    ...(list === 'blacklist' ? [until] : []),
    { title: 'Added', cell: ({ addedAt }) => relative(addedAt, now) },
    { title: 'By', cell: ({ addedBy }) => addedBy, shrinkTo: 6 },
    { title: 'Packets', cell: ({ hits }) => String(hits), align: 'right' },
    { title: 'Why', cell: whyWords, shrinkTo: 12 },
  ];
}

function whyWords({ description, evidence }: GuardEntryView): string {
  const seen = evidence.at(-1)?.seen;
  return [description, seen].filter((text) => text !== undefined && text !== '').join('; last ');
}
