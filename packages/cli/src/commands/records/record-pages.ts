import { ok, type Result } from '@ringwall/base';
import { type CallRecordView, RECORD_PAGE_ROWS, type RequestOf } from '@ringwall/contract';
import type { Shell } from '../../shell.ts';
import type { Refusal } from '../../surroundings.ts';

/**
 * Fetches records page by page, newest first, and hands each page on before it asks for the next: a million of them
 * need no more memory than a page.
 *
 * @param limit at most so many; undefined: all.
 * @returns whether there are more.
 */
export async function eachRecordPage(
  shell: Shell,
  filters: Omit<RequestOf<'calls.records'>, 'limit' | 'after'>,
  limit: number | undefined,
  take: (records: readonly CallRecordView[]) => Promise<void> | void,
): Promise<Result<boolean, Refusal>> {
  let taken = 0;
  let after: string | undefined;
  for (;;) {
    const rows = Math.min(RECORD_PAGE_ROWS, limit === undefined ? RECORD_PAGE_ROWS : limit - taken);
    const asked = { ...filters, limit: rows, ...(after === undefined ? {} : { after }) };
    const page = await shell.ask('calls.records', asked);
    if (!page.ok) return page;
    const { records, next } = page.value;
    taken += records.length;
    await take(records);
    if (next === null || taken === limit) return ok(next !== null);
    after = next;
  }
}
