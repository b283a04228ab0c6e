import { err, ok, type Result } from '@ringwall/base';
import {
  adminError,
  type AskedAs,
  type ControlEvent,
  type ControlHandlers,
  type ExtensionView,
  type PhoneSettings,
  readResponse,
  readRequest,
} from '@ringwall/contract';
import { run } from './run.ts';
import type { Connector, Refusal, Session, Surroundings } from './surroundings.ts';

/** What a command did, as a test sees it. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Every request that was put, in order. */
  readonly asked: readonly { readonly name: string; readonly request: unknown }[];
  /** How each of them was put. */
  readonly as: readonly (AskedAs | undefined)[];
}

export interface Stage {
  /** Answers of the program; a request without one fails the test. */
  readonly answers?: Partial<ControlHandlers>;
  /** Told to `calls --follow`. */
  readonly events?: readonly ControlEvent[];
  /** Is the program running? Yes, unless said. */
  readonly running?: boolean;
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly start?: Connector['start'];
  /** What is answered when something is to be confirmed; no, if left out. */
  readonly agrees?: boolean;
  /** By name. */
  readonly files?: Readonly<Record<string, string>>;
}

export const NOW = new Date(2026, 10, 22, 14, 0, 0).getTime();

/** Runs a command line against answers that the test gives; requests and answers are checked by the contract. */
export async function runOn(stage: Stage, ...args: readonly string[]): Promise<Ran> {
  const written = { out: '', err: '' };
  const asked: { name: string; request: unknown }[] = [];
  const as: (AskedAs | undefined)[] = [];
  let [opened, closed] = [0, 0];

  const session: Session = {
    handle: async (name, request, how) => {
      asked.push({ name, request });
      as.push(how);
      const read = readRequest({ request: name, with: request, as: how });
      if (!read.ok) throw new Error(read.error.text);
      const answer = stage.answers?.[name];
      if (answer === undefined) throw new Error(`nothing was to ask ${name}`);
      const given = await answer(request as never);
      return given.ok ? readResponse(name, JSON.parse(JSON.stringify(given.value))) : given;
    },
    follow: async (request, tell) => {
      asked.push({ name: 'calls.follow', request });
      for (const event of stage.events ?? []) tell(event);
      return ok(undefined);
    },
    close: async () => void closed++,
  };
  const open = async (): Promise<Result<Session, Refusal>> => {
    opened++;
    return ok(session);
  };
  const surroundings: Surroundings = {
    out: {
      write: (text) => void (written.out += text),
      isTty: stage.columns !== undefined,
      columns: stage.columns,
    },
    err: { write: (text) => void (written.err += text), isTty: false, columns: undefined },
    env: stage.env ?? { NO_COLOR: '1' },
    readText: async (file) => {
      const text = stage.files?.[file];
      return text === undefined
        ? err(adminError('FILE_UNREADABLE', { file, reason: 'it is not there' }))
        : ok(text);
    },
    confirm: async (question) => {
      written.err += question;
      return stage.agrees === true;
    },
    now: () => NOW,
    interrupted: () => new AbortController().signal,
    connector: {
      running: async () =>
        stage.running === false ? err([adminError('NOT_RUNNING', { directory: '/srv/data' })]) : open(),
      stopped: open,
      start: stage.start ?? (async () => ok(0)),
    },
  };
  const code = await run(args, surroundings);
  if (opened !== closed) throw new Error(`${opened} sessions were opened and ${closed} closed`);
  return { code, out: written.out, err: written.err, asked, as };
}

export function extension(number: string, changes: Partial<ExtensionView> = {}): ExtensionView {
  return {
    number,
    name: `Name ${number}`,
    authId: `auth${number}`,
    enabled: true,
    lanOnly: true,
    secureTransportOnly: false,
    rtpMode: null,
    calling: {
      isInternalOnly: false,
      mayForwardOutside: false,
      mayCallOutOfHours: false,
      isPinProtected: false,
      callerId: '',
      groups: [],
    },
    hasPin: false,
    createdAt: NOW - 86_400_000 * 3,
    bindings: 1,
    ...changes,
  };
}

export const PHONE: PhoneSettings = {
  addresses: [
    { transport: 'tls', host: 'pbx.example.com', port: 5061 },
    { transport: 'udp', host: '192.0.2.5', port: 5060 },
  ],
  number: '101',
  authId: 'qwertzuiop',
  password: 'AbCdEfGhIjKlMnOpQrSt',
  srtp: 'required',
  certificateSelfSigned: true,
};
