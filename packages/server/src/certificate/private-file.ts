import {
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';

const LONGEST_BYTES = 1024 * 1024;

export interface ReadFile {
  readonly text: string;
  /** Rights as of `chmod`. */
  readonly mode: number;
}

/** Reads a text file of up to 1 MiB; a longer one throws as the system's errors do. */
export function readBoundedFile(file: string): ReadFile {
  const descriptor = openSync(file, 'r');
  try {
    const { mode, size } = fstatSync(descriptor);
    if (size > LONGEST_BYTES) throw new Error(`it has ${size} bytes, and ${LONGEST_BYTES} are allowed`);
    const bytes = Buffer.alloc(LONGEST_BYTES + 1);
    let length = 0;
    for (;;) {
      const read = readSync(descriptor, bytes, length, bytes.length - length, null);
      length += read;
      if (read === 0 || length > LONGEST_BYTES) break;
    }
    if (length > LONGEST_BYTES) throw new Error(`it has more than ${LONGEST_BYTES} bytes`);
    return { text: bytes.toString('utf8', 0, length), mode: mode & 0o777 };
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Replaces a file by `text`, for its owner alone: whoever looks, also after a crash at any instant, finds the old
 * one or the new one, whole.
 */
export function replacePrivateFile(file: string, text: string): void {
  const unfinished = `${file}.new`;
  rmSync(unfinished, { force: true });
  const descriptor = openSync(unfinished, 'wx', 0o600);
  try {
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(unfinished, file);
  const directory = openSync(dirname(file), 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
