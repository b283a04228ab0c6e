import type { SettingsValues } from '@ringwall/contract';
import type { PbxEvent, SecurityEvent } from '@ringwall/pbx';
import { escapeSipText } from '../log/escape.ts';
import { helpText } from '../log/help-text.ts';
import type { KeptSecrets } from '../secrets/kept-secrets.ts';
import { Mailer, type MailRoute, sendMail } from './mailer.ts';
import { isAtLeast, type Notification, type Severity } from './notification.ts';
import { outward, type OutwardPolicy } from './outward.ts';
import { Webhooks } from './webhooks.ts';

export interface NotifierParts {
  /** As the settings are now. */
  readonly counts: NoticeCounts;
  readonly settings: () => SettingsValues;
  readonly secrets: Pick<KeptSecrets, 'get'>;
  readonly wall: () => Notification['at'];
  readonly later: (ms: number, run: () => void) => void;
  readonly log: { warn(fields: object, text: string): void };
  /** How it gets out, where a test has no network. */
  readonly out?: { readonly request: typeof outward; readonly mail: typeof sendMail };
}

/** Counted since the start. */
export interface NotifyCounts {
  sent: number;
  failed: number;
  dropped: number;
}

export interface NoticeCounts {
  readonly webhooks: NotifyCounts;
  readonly mail: NotifyCounts;
}

export function noNotices(): NoticeCounts {
  return { webhooks: { sent: 0, failed: 0, dropped: 0 }, mail: { sent: 0, failed: 0, dropped: 0 } };
}

/** What came of a trial, a sentence for each channel. */
export interface ChannelTrial {
  readonly channel: string;
  readonly ok: boolean;
  readonly text: string;
}

const WANTED = { important: 'warning', bans: 'notice', all: 'notice' } as const satisfies Record<
  string,
  Severity
>;

const KINDS: Readonly<Record<SecurityEvent['kind'], Severity>> = {
  alarm: 'alarm',
  'owner-told': 'warning',
  ban: 'notice',
  'udp-drop': 'notice',
  throttle: 'notice',
};

/** Tells administrators, wherever they are, of what happens: by webhook and by mail. It waits for nothing. */
export class Notifier {
  readonly #parts: NotifierParts;
  readonly #webhooks: Webhooks;
  readonly #mailer: Mailer;

  constructor(parts: NotifierParts) {
    this.#parts = parts;
    const { webhooks, mail } = parts.counts;
    const { later, out = { request: outward, mail: sendMail } } = parts;
    const now = (): number => parts.wall();
    const failed = (channel: string, counts: NotifyCounts) => (why: string) => {
      counts.failed++;
      parts.log.warn({ event: 'notify-failed', channel }, `A notice could not be sent by ${channel}: ${why}`);
    };
    this.#webhooks = new Webhooks({
      urls: () => parts.settings().notify.webhooks,
      key: () => parts.secrets.get('webhook-key'),
      now,
      later,
      send: (request) => out.request(request, this.policy()),
      onSent: () => void webhooks.sent++,
      onFailed: failed('webhook', webhooks),
      onDropped: (count) => void (webhooks.dropped += count),
    });
    this.#mailer = new Mailer({
      route: () => this.#mailRoute(),
      mailsPerHour: () => parts.settings().notify.mailsPerHour,
      system: () => parts.settings().sip.domains[0] ?? 'Ringwall',
      now,
      later,
      send: out.mail,
      onSent: () => void mail.sent++,
      onFailed: failed('mail', mail),
      onDropped: (count) => void (mail.dropped += count),
    });
  }

  /** Where requests of the program's own may go. */
  policy(): OutwardPolicy {
    const { allowHttp, webhookNetworks } = this.#parts.settings().notify;
    return { allowHttp, networks: webhookNetworks };
  }

  guardEvent(event: SecurityEvent): void {
    const { at, kind, source, rule, text, isForgeable } = event;
    const { events } = this.#parts.settings().notify;
    if (isForgeable && events !== 'all') return;
    const fields = { source, rule };
    this.notify({ at, kind: `guard-${kind}`, severity: KINDS[kind], text: escapeSipText(text), fields });
  }

  pbxEvent(event: PbxEvent): void {
    if (event.kind === 'emergency-called') {
      const { extension, name, location, number } = event;
      const text = helpText(event);
      const fields = { extension, name, location, number };
      return this.notify({
        at: this.#parts.wall(),
        kind: 'emergency-called',
        severity: 'alarm',
        text,
        fields,
      });
    }
    if (event.kind === 'limit-near' || event.kind === 'calls-frozen') return this.#limitEvent(event);
    if (event.kind === 'pin-lock' && event.state === 'barred') return this.#pinsBarred(event);
    if (event.kind !== 'trunk-changed') return;
    const { trunk, state, text } = event;
    const why = text === '' ? '' : `: ${escapeSipText(text)}`;
    this.notify({
      at: this.#parts.wall(),
      kind: 'trunk-changed',
      severity: state === 'up' ? 'notice' : 'warning',
      text: `Trunk ${trunk} is ${state}${why}`,
      fields: { trunk, state },
    });
  }

  /** Somebody may be robbing the house: told at once. */
  #limitEvent({ kind, of, rule, text }: Extract<PbxEvent, { kind: 'limit-near' | 'calls-frozen' }>): void {
    const severity = kind === 'calls-frozen' ? 'alarm' : 'warning';
    this.notify({ at: this.#parts.wall(), kind, severity, text: escapeSipText(text), fields: { of, rule } });
  }

  /** Somebody guesses, or has forgotten it. */
  #pinsBarred({ extension, text }: Extract<PbxEvent, { kind: 'pin-lock' }>): void {
    const notification = { kind: 'pins-barred', severity: 'warning', text, fields: { extension } } as const;
    this.notify({ at: this.#parts.wall(), ...notification });
  }

  /** It may have been cut off, or emptied by whoever got at it: a day is left to look. */
  sharedListShrunken(text: string): void {
    const at = this.#parts.wall();
    this.notify({ at, kind: 'shared-list-shrunken', severity: 'warning', text, fields: {} });
  }

  notify(notification: Notification): void {
    const wanted: Severity = WANTED[this.#parts.settings().notify.events];
    if (!isAtLeast(notification.severity, wanted)) return;
    this.#webhooks.notify(notification);
    this.#mailer.notify(notification);
  }

  /** Sends a notice over each channel now. @param text that says that it is a test. */
  async test(
    text = 'This is a test: notices of the phone system arrive here',
  ): Promise<readonly ChannelTrial[]> {
    const notification: Notification = {
      at: this.#parts.wall(),
      kind: 'test',
      severity: 'notice',
      text,
      fields: {},
    };
    const [hooks, mail] = await Promise.all([
      this.#webhooks.test(notification),
      this.#mailer.test(notification),
    ]);
    const { mailTo } = this.#parts.settings().notify;
    return [
      ...hooks.map(({ url, failed }) => ({
        channel: `webhook ${url}`,
        ok: failed === '',
        text: failed === '' ? 'It took the notice.' : `${failed}.`,
      })),
      ...(mail === undefined
        ? []
        : [
            {
              channel: `mail to ${mailTo.join(', ')}`,
              ok: mail.ok,
              text: mail.ok ? 'The mail server took the mail.' : `${mail.error}.`,
            },
          ]),
    ];
  }

  #mailRoute(): MailRoute | undefined {
    const { smtpHost, smtpPort, smtpTls, smtpUser, mailFrom, mailTo } = this.#parts.settings().notify;
    const [from] = mailFrom;
    if (smtpHost === '' || mailTo.length === 0 || from === undefined) return undefined;
    const password = this.#parts.secrets.get('smtp-password');
    return { host: smtpHost, port: smtpPort, tls: smtpTls, user: smtpUser, password, from, to: mailTo };
  }
}
