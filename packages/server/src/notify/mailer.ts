import { err, ok, type Result } from '@ringwall/base';
import { createTransport } from 'nodemailer';
import type { Notification } from './notification.ts';

/** How a mail gets out. */
export interface MailRoute {
  readonly host: string;
  readonly port: number;
  readonly tls: 'starttls' | 'implicit' | 'none';
  readonly user: string;
  readonly password: string | undefined;
  readonly from: string;
  readonly to: readonly string[];
}

export interface Mail {
  readonly subject: string;
  readonly text: string;
}

const TIMEOUT_MS = 15_000;

/** @returns in words why it did not go out. Never rejects. */
export async function sendMail(route: MailRoute, mail: Mail): Promise<Result<undefined, string>> {
  const { host, port, tls, user, password = '' } = route;
  const transport = createTransport({
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    ...(user === '' ? {} : { auth: { user, pass: password } }),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    await transport.sendMail({ from: route.from, to: [...route.to], subject: mail.subject, text: mail.text });
    return ok(undefined);
  } catch (error) {
    const { code = '', responseCode } = error as { readonly code?: string; readonly responseCode?: number };
    const said = responseCode === undefined ? '' : ` (it says ${responseCode})`;
    return err(`${WORDS.get(code) ?? 'The mail server did not take it'}${said}`);
  } finally {
    transport.close();
  }
}

const WORDS: ReadonlyMap<string, string> = new Map([
  ['EAUTH', 'The mail server refuses the user or the password'],
  ['ETLS', 'The mail server offers no encryption, or its certificate is not right'],
  ['ESOCKET', 'The mail server cannot be reached, or its certificate is not right'],
  ['ECONNECTION', 'The mail server cannot be reached'],
  ['ETIMEDOUT', 'The mail server does not answer'],
  ['EDNS', 'The name of the mail server cannot be resolved'],
  ['EENVELOPE', 'The mail server refuses the sender or a recipient'],
]);

export interface MailerParts {
  /** Undefined: no mail is wanted. */
  readonly route: () => MailRoute | undefined;
  readonly mailsPerHour: () => number;
  readonly system: () => string;
  readonly send: (route: MailRoute, mail: Mail) => Promise<Result<undefined, string>>;
  readonly now: () => number;
  readonly later: (ms: number, run: () => void) => void;
  readonly onSent: () => void;
  readonly onFailed: (why: string) => void;
  /** Notices that no mail has a line for: a mail says how many there were. */
  readonly onDropped: (count: number) => void;
}

/** Notices that come within it go in one mail. */
const GATHER_MS = 20_000;
const HOUR_MS = 3_600_000;
const RETRY_MS = 60_000;
const TRIES = 5;
/** Lines of one mail; of the others it says how many there were. */
const MOST_LINES = 100;
const LONGEST_SUBJECT = 160;

/** Mails about calls for help in an hour, beside `mailsPerHour`. */
const MOST_URGENT = 20;

/** Sends notices by mail: few mails, however much there is to tell, the worst first. */
export class Mailer {
  readonly #parts: MailerParts;
  #gathered: Notification[] = [];
  #leftOut = 0;
  #isPlanned = false;
  #sentAt: number[] = [];
  #urgentAt: number[] = [];

  constructor(parts: MailerParts) {
    this.#parts = parts;
  }

  notify(notification: Notification): void {
    const route = this.#parts.route();
    if (route === undefined) return;
    if (this.#isUrgent(notification)) {
      void this.#try(route, mailOf([notification], 0, this.#parts.system()), 1);
      return;
    }
    if (this.#gathered.length < MOST_LINES) this.#gathered.push(notification);
    else this.#leaveOut(notification);
    this.#plan(GATHER_MS);
  }

  /** Somebody may be dying: such a mail waits for no other. Who calls for help without end is told of like all else. */
  #isUrgent({ kind }: Notification): boolean {
    if (kind !== 'emergency-called') return false;
    const now = this.#parts.now();
    this.#urgentAt = this.#urgentAt.filter((at) => now - at < HOUR_MS);
    if (this.#urgentAt.length >= MOST_URGENT) return false;
    this.#urgentAt.push(now);
    return true;
  }

  /** One mail, now. */
  async test(notification: Notification): Promise<Result<undefined, string> | undefined> {
    const route = this.#parts.route();
    return route === undefined
      ? undefined
      : this.#parts.send(route, mailOf([notification], 0, this.#parts.system()));
  }

  /** Keeps the worse ones. */
  #leaveOut(notification: Notification): void {
    this.#leftOut++;
    this.#parts.onDropped(1);
    if (notification.severity === 'notice') return;
    const at = this.#gathered.findIndex(({ severity }) => severity === 'notice');
    if (at >= 0) this.#gathered[at] = notification;
  }

  #plan(ms: number): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    this.#parts.later(ms, () => {
      this.#isPlanned = false;
      void this.#send();
    });
  }

  async #send(): Promise<void> {
    const now = this.#parts.now();
    this.#sentAt = this.#sentAt.filter((at) => now - at < HOUR_MS);
    const [oldest] = this.#sentAt;
    if (oldest !== undefined && this.#sentAt.length >= this.#parts.mailsPerHour()) {
      return this.#plan(oldest + HOUR_MS - now);
    }
    const route = this.#parts.route();
    const mail = mailOf(this.#gathered, this.#leftOut, this.#parts.system());
    const count = this.#gathered.length;
    this.#gathered = [];
    this.#leftOut = 0;
    if (route === undefined) return this.#parts.onDropped(count); // Switched off meanwhile.
    this.#sentAt.push(now);
    await this.#try(route, mail, 1);
  }

  async #try(route: MailRoute, mail: Mail, tries: number): Promise<void> {
    const sent = await this.#parts.send(route, mail);
    if (sent.ok) return this.#parts.onSent();
    if (tries >= TRIES) return this.#parts.onFailed(sent.error);
    this.#parts.later(RETRY_MS * tries, () => void this.#try(route, mail, tries + 1));
  }
}

const RANK = { alarm: 0, warning: 1, notice: 2 } as const;

/** @param leftOut how many more there were. @param system what this phone system is called. */
export function mailOf(notifications: readonly Notification[], leftOut: number, system: string): Mail {
  const sorted = notifications.toSorted((a, b) => RANK[a.severity] - RANK[b.severity]);
  const [worst] = sorted;
  const more = notifications.length + leftOut - 1;
  const rest = more > 0 ? ` (and ${more} more)` : '';
  const lines = sorted.map(
    ({ at, severity, text }) => `${new Date(at).toISOString()}  ${severity}: ${oneLine(text)}`,
  );
  if (leftOut > 0) lines.push('', `There were ${leftOut} more. See: ringwall guard events`);
  return {
    subject: `[${oneLine(system)}] ${oneLine(worst?.text ?? '')}`.slice(0, LONGEST_SUBJECT) + rest,
    text: `${lines.join('\r\n')}\r\n`,
  };
}

/** Line ends and controls would make headers, or lines that nobody wrote. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}
