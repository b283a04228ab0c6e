import type { WallMs } from '@ringwall/base';
import type { SettingsValues } from '@ringwall/contract';
import type { CallRecord, Store } from '@ringwall/pbx';
import { shortenRecord } from './shorten-record.ts';

const DAY_MS = 86_400_000;

export interface RecordKeeperParts {
  readonly store: Pick<Store, 'addCallRecords' | 'removeCallRecordsBefore' | 'removeCallRecordsBeyond'>;
  /** Those in effect now. */
  settings(): SettingsValues['storage'];
  wall(): WallMs;
}

/** Keeps call records as the settings have it: how much of the numbers, how long, and how many. */
export class RecordKeeper {
  readonly #parts: RecordKeeperParts;

  constructor(parts: RecordKeeperParts) {
    this.#parts = parts;
  }

  addCallRecords(records: readonly CallRecord[]): Promise<void> {
    const isShort = this.#parts.settings().callRecordNumbers === 'shortened';
    return this.#parts.store.addCallRecords(isShort ? records.map(shortenRecord) : records);
  }

  /** Removes what is too old or too much; the store does it in pieces, between which others have their turn. */
  async removeOld(): Promise<void> {
    const { store } = this.#parts;
    const { callRecordDays, callRecordsMost } = this.#parts.settings();
    await store.removeCallRecordsBefore((this.#parts.wall() - callRecordDays * DAY_MS) as WallMs);
    await store.removeCallRecordsBeyond(callRecordsMost);
  }
}
