import type { Result } from '@ringwall/base';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** The network transports that a listener may use. */
export type ListenerTransport = 'udp' | 'tcp' | 'tls';

/** An address of ours and a port; IPv6 without brackets. */
export interface ListenEndpoint {
  readonly address: string;
  /** 1 to 65535; 0 lets the system choose a free one. */
  readonly port: number;
}

export interface Listener extends ListenEndpoint {
  readonly transport: ListenerTransport;
}

/** Both ends included; `first` is even and `last` odd, so that the range is whole pairs of RTP and RTCP. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

export type SettingType =
  | 'number'
  | 'boolean'
  | 'text'
  | 'choice'
  | 'names'
  | 'urls'
  | 'mail-addresses'
  | 'numbers'
  | 'words'
  | 'digits'
  | 'address'
  | 'networks'
  | 'listeners'
  | 'endpoint'
  | 'ports'
  | 'path';

/**
 * One setting, declared once: what the reader of the file, the documentation, the console's form and the type of
 * the settings are made of.
 */
export interface Setting<Value> {
  readonly type: SettingType;
  /** One or two sentences for the administrator. */
  readonly says: string;
  readonly default: Value;
  /** What a number counts; undefined for what is no number. */
  readonly unit: string | undefined;
  /** The bounds in words, such as `1 to 20`. */
  readonly limits: string;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly options: readonly string[] | undefined;
  /** May the database hold it? Not what is needed before the database is open. */
  readonly inDatabase: boolean;
  /**
   * Checks a value as YAML or JSON gives it.
   *
   * @returns the value as the program uses it, or how the sentence `<name> …` goes on, such as
   *   `is "many", and must be a whole number`. Never throws.
   */
  read(raw: unknown): Result<Value, string>;
  /** Reads an environment variable into what YAML would have given for the same; `read` then checks it. */
  fromText(text: string): unknown;
  /** As it is stored and shown; `read` takes it back. */
  toJson(value: Value): Json;
}

export type ValueOf<Declaration> = Declaration extends Setting<infer Value> ? Value : never;

/** Shortens and quotes what somebody wrote, so that an error can show it: at most 60 characters, no controls. */
export function quoted(raw: unknown): string {
  if (typeof raw === 'string') {
    const cut = raw.length > 60 ? `${raw.slice(0, 57)}…` : raw;
    return JSON.stringify(cut);
  }
  if (raw === null || raw === undefined) return 'empty';
  if (Array.isArray(raw)) return 'a list';
  if (typeof raw === 'number' || typeof raw === 'boolean' || typeof raw === 'bigint') return String(raw);
  return `a ${typeof raw === 'object' ? 'mapping' : typeof raw}`;
}
