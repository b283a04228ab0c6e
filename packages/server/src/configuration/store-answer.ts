import { err, type Result } from '@ringwall/base';
import type { AdminError } from '@ringwall/contract';
import { StoreError } from '@ringwall/pbx';

/** What the store refuses is an answer in words, as what the administrator got wrong is. Only our mistakes reject. */
export async function storeAnswer<Value>(
  ask: () => Promise<Result<Value, AdminError>>,
): Promise<Result<Value, AdminError>> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof StoreError) return err({ code: error.code, text: error.message });
    throw error;
  }
}
