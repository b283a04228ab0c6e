import { createSecretKey, type KeyObject } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, linkSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Random, type Result } from '@ringwall/base';
import { adminError } from '@ringwall/contract';
import type { SecretsError } from './secrets-error.ts';

/** AES-256. */
const KEY_BYTES = 32;

/** What the group or others may do with a file. */
const RIGHTS_OF_OTHERS = 0o077;

export function sealingKeyFile(directory: string): string {
  return join(directory, 'sealing.key');
}

/**
 * The key that the secrets in the database are sealed with, from its file in the data directory.
 *
 * It is made at the first start, and only then: if the database has extensions and the key is gone, a new one
 * would hide the loss until nobody can log in. On disk, with its directory entry, before this returns. Whoever
 * calls it holds the database, so that no two programs make a key at once.
 *
 * @param extensionsExist does the database hold anything that is sealed?
 * @returns the key, or `SEALING_KEY_MISSING`, `SEALING_KEY_NOT_PRIVATE` (others may read it) or
 *   `SEALING_KEY_UNREADABLE` (not to us, or not a key).
 */
export function openSealingKey(options: {
  readonly directory: string;
  readonly extensionsExist: boolean;
  readonly random: Random;
}): Result<KeyObject, SecretsError> {
  const file = sealingKeyFile(options.directory);
  try {
    const known = readKey(file);
    if (known !== undefined) return known;
    if (options.extensionsExist) return err(missing(file));
    createKey(options.directory, file, options.random);
    return readKey(file) ?? err(unreadable(file, 'it went away as soon as it was made'));
  } catch (error) {
    return err(unreadable(file, error instanceof Error ? error.message : 'the system did not say why'));
  }
}

/** @returns `undefined` if there is no such file. */
function readKey(file: string): Result<KeyObject, SecretsError> | undefined {
  const descriptor = openIfThere(file);
  if (descriptor === undefined) return undefined;
  // One byte more than a key, so that a longer file is not taken for one.
  const bytes = Buffer.alloc(KEY_BYTES + 1);
  try {
    const { mode } = fstatSync(descriptor);
    if ((mode & RIGHTS_OF_OTHERS) !== 0) return err(notPrivate(file, mode));
    const length = readSync(descriptor, bytes, 0, bytes.length, 0);
    if (length !== KEY_BYTES) {
      return err(
        unreadable(
          file,
          `a key has ${KEY_BYTES} bytes, and this file ${length < KEY_BYTES ? length : 'more'}`,
        ),
      );
    }
    return ok(createSecretKey(bytes.subarray(0, KEY_BYTES)));
  } finally {
    bytes.fill(0);
    closeSync(descriptor);
  }
}

function openIfThere(file: string): number | undefined {
  try {
    return openSync(file, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whole or not at all: written and synced under another name, then linked, which never replaces a key. */
function createKey(directory: string, file: string, random: Random): void {
  const unfinished = `${file}.new`;
  rmSync(unfinished, { force: true });
  const bytes = random.bytes(KEY_BYTES);
  const descriptor = openSync(unfinished, 'wx', 0o600);
  try {
    writeSync(descriptor, bytes);
    fsyncSync(descriptor);
  } finally {
    bytes.fill(0);
    closeSync(descriptor);
  }
  linkSync(unfinished, file);
  rmSync(unfinished);
  syncDirectory(directory);
}

function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function missing(file: string): SecretsError {
  return { code: 'SEALING_KEY_MISSING', text: adminError('SEALING_KEY_MISSING', { file }).text };
}

function notPrivate(file: string, mode: number): SecretsError {
  const rights = (mode & 0o777).toString(8).padStart(3, '0');
  return {
    code: 'SEALING_KEY_NOT_PRIVATE',
    text: `The sealing key ${file} is open to other users (its mode is ${rights}). Take their rights away: chmod 600 ${file}. If somebody may have read it, make new passwords for all extensions.`,
  };
}

function unreadable(file: string, why: string): SecretsError {
  return {
    code: 'SEALING_KEY_UNREADABLE',
    text: `The sealing key ${file} cannot be used: ${why}. Put it back from your copy, and let the user of the program read it.`,
  };
}
