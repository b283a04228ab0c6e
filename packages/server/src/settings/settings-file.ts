import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { err, ok, type Result } from '@ringwall/base';
import { type AdminError, adminError } from '@ringwall/contract';
import { oneLine, readPlainYaml } from './plain-yaml.ts';

export interface SettingsFile {
  /** Absolute. */
  readonly file: string;
  /** Plain objects, lists and scalars; null for an empty file. */
  readonly yaml: unknown;
}

export interface SettingsFilePlace {
  /** What `--config` said. */
  readonly config: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

const LIMIT_KIB = 64;
const DEFAULT_NAME = 'ringwall.yaml';
const FILE_VARIABLE = 'RINGWALL_CONFIG';

/**
 * Reads the settings file: the one that `--config` names, else `RINGWALL_CONFIG`, else `ringwall.yaml` in the working
 * directory if there is one.
 *
 * YAML 1.2 in its plainest form: keys once, no aliases (a few of them can unfold to gigabytes), no tags, one
 * document, 64 KiB.
 *
 * @returns the file, undefined if none was named and none is there, or what is wrong with it.
 */
export function readSettingsFile(place: SettingsFilePlace): Result<SettingsFile | undefined, AdminError> {
  const named = place.config ?? (place.env[FILE_VARIABLE] || undefined);
  const file = resolve(place.cwd, named ?? DEFAULT_NAME);
  const text = readBounded(file);
  if (!text.ok) {
    const absent = text.error.code === 'SETTINGS_FILE_MISSING';
    return absent && named === undefined ? ok(undefined) : text;
  }
  const yaml = parseYaml(file, text.value);
  return yaml.ok ? ok({ file, yaml: yaml.value }) : yaml;
}

function readBounded(file: string): Result<string, AdminError> {
  let handle: number;
  try {
    // Without waiting: opening a named pipe must not hang the start.
    handle = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    return err(
      codeOf(error) === 'ENOENT'
        ? adminError('SETTINGS_FILE_MISSING', { file })
        : adminError('SETTINGS_FILE_UNREADABLE', { file, reason: reasonOf(error) }),
    );
  }
  try {
    const stat = fstatSync(handle);
    if (!stat.isFile()) {
      return err(adminError('SETTINGS_FILE_UNREADABLE', { file, reason: 'it is not a plain file' }));
    }
    if (stat.size > LIMIT_KIB * 1_024) {
      return err(adminError('SETTINGS_FILE_TOO_LARGE', { file, limitKib: LIMIT_KIB }));
    }
    return ok(new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(handle)));
  } catch (error) {
    return err(adminError('SETTINGS_FILE_UNREADABLE', { file, reason: reasonOf(error) }));
  } finally {
    closeSync(handle);
  }
}

/** @param file what it is called in an error. */
export function parseYaml(file: string, text: string): Result<unknown, AdminError> {
  const read = readPlainYaml(text);
  if (read.ok) return ok(read.value.value());
  const { line, problem } = read.error;
  const place = line === undefined ? '' : ` in line ${line}`;
  return err(adminError('SETTINGS_FILE_SYNTAX', { file, place, problem }));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function reasonOf(error: unknown): string {
  switch (codeOf(error)) {
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'EISDIR':
      return 'it is a directory';
    case 'ENOTDIR':
      return 'a part of its path is not a directory';
    case 'ERR_ENCODING_INVALID_ENCODED_DATA':
      return 'it is not UTF-8 text';
    default:
      return oneLine(error instanceof Error ? error.message : 'unknown reason');
  }
}
