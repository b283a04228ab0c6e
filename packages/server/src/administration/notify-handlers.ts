import { err, ok } from '@ringwall/base';
import { adminError, type ControlHandlers } from '@ringwall/contract';
import { StoreError } from '@ringwall/pbx';
import type { Notifier } from '../notify/notifier.ts';
import type { KeptSecrets } from '../secrets/kept-secrets.ts';

export interface NotifyHandlersParts {
  readonly secrets: KeptSecrets;
  readonly notifier: Pick<Notifier, 'test'> | undefined;
  readonly directory: string;
}

type Names = 'notify.test' | 'notify.smtp-password' | 'notify.webhook-key';

export function notifyHandlers(parts: NotifyHandlersParts): Pick<ControlHandlers, Names> {
  const { secrets, notifier, directory } = parts;
  const kept = async <Value>(keep: () => Promise<Value>) => {
    try {
      return ok(await keep());
    } catch (error) {
      if (error instanceof StoreError) return err({ code: error.code, text: error.message });
      throw error;
    }
  };
  return {
    'notify.test': async () => {
      if (notifier === undefined) return err(adminError('NOT_RUNNING', { directory }));
      return ok({ channels: await notifier.test() });
    },
    'notify.smtp-password': async ({ password }) => {
      const set = await kept(() => secrets.set('smtp-password', password));
      return set.ok ? ok({}) : set;
    },
    'notify.webhook-key': async () => {
      const key = await kept(() => secrets.issue('webhook-key'));
      return key.ok ? ok({ key: key.value }) : key;
    },
  };
}
