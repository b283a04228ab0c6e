import { flag, listOf, object, text } from '../shape/shape.ts';

const sentence = text({ max: 1_024 });

/** What is asked about notices; a part of `REQUESTS`. */
export const NOTIFY_REQUESTS = {
  /** Sends a notice over every channel, and tells what came of it. */
  'notify.test': {
    offline: false,
    request: object({}),
    response: object({
      channels: listOf(object({ channel: sentence, ok: flag, text: sentence }), 32),
    }),
  },
  'notify.smtp-password': {
    offline: true,
    request: object({ password: text({ min: 1, max: 256 }) }),
    response: object({}),
  },
  /** Makes a new key; what was signed with the old one is worth nothing from then on. It is shown this once. */
  'notify.webhook-key': {
    offline: true,
    request: object({}),
    response: object({ key: text({ min: 1, max: 128 }) }),
  },
} as const;
