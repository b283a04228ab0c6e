import { err, ok, type WallMs } from '@ringwall/base';
import { adminError, type ControlHandlers, type RequestOf } from '@ringwall/contract';
import {
  type CallId,
  type CallRecordPosition,
  type CallRecordQuery,
  type Store,
  StoreError,
} from '@ringwall/pbx';
import { callRecordView } from './record-view.ts';

/** The answers about past calls. */
export function recordHandlers(
  store: Pick<Store, 'callRecords' | 'callRecord'>,
): Pick<ControlHandlers, 'calls.records' | 'calls.record'> {
  return {
    'calls.records': (request) =>
      orRefusal(async () => {
        const { records, next } = await store.callRecords(queryOf(request));
        return ok({
          records: records.map(callRecordView),
          next: next === undefined ? null : positionText(next),
        });
      }),
    'calls.record': ({ id }) =>
      orRefusal(async () => {
        const record = await store.callRecord(id as CallId);
        return record === undefined
          ? err(adminError('RECORD_UNKNOWN', { id }))
          : ok({ record: callRecordView(record) });
      }),
  };
}

/** What the store refuses is told in its words. */
export async function orRefusal<Answer>(answer: () => Promise<Answer>) {
  try {
    return await answer();
  } catch (error) {
    if (error instanceof StoreError) return err({ code: error.code, text: error.message });
    throw error;
  }
}

export function queryOf({
  limit,
  since,
  before,
  after,
  refused,
  ...wanted
}: RequestOf<'calls.records'>): CallRecordQuery {
  return {
    limit,
    ...wanted,
    ...(since === undefined ? {} : { since: since as WallMs }),
    ...(before === undefined ? {} : { before: before as WallMs }),
    ...(after === undefined ? {} : { after: positionOf(after) }),
    ...(refused === true ? { refused } : {}),
  };
}

export function positionText({ startedAt, sequence }: CallRecordPosition): string {
  return `${startedAt}.${sequence}`;
}

export function positionOf(text: string): CallRecordPosition {
  const [startedAt, sequence] = text.split('.').map(Number);
  return { startedAt: (startedAt ?? 0) as WallMs, sequence: sequence ?? 0 };
}
