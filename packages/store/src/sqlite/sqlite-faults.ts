import { FaultError, type StoreFault } from '../faults.ts';

/** SQLite's primary result codes (sqlite.org/rescode.html) that an administrator can do something about. */
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const PERM = 3;
const NOTADB = 26;

/** The primary result code of an error of `node:sqlite`, which gives the extended one. */
function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number')
    return undefined;
  return error.errcode & 0xff;
}

/** What went wrong, in words for the administrator, and what to do. Names the file, never its content. */
export function faultOf(error: unknown, path: string): StoreFault {
  if (error instanceof FaultError) return error.fault;
  const detail = error instanceof Error ? error.message : String(error);
  switch (resultCode(error)) {
    case BUSY:
    case LOCKED:
      return inUse(path);
    case NOTADB:
      return notOurs(path, 'it is not a database');
    case CORRUPT:
      return damaged(path, detail);
    case FULL:
      return {
        code: 'STORE_FULL',
        text: `There is no space left to write the database ${path}. Free some on its disk; nothing was written by half.`,
      };
    case READONLY:
    case CANTOPEN:
    case PERM:
      return notWritable(path);
    case IOERR:
      return {
        code: 'STORE_BROKEN',
        text: `The disk failed under the database ${path} (${detail}). Look at the system's log, then start Ringwall again.`,
      };
    default:
      return {
        code: 'STORE_BROKEN',
        text: `The database ${path} could not do what was asked: ${detail}. Please report this.`,
      };
  }
}

/**
 * After these nothing more may be written until the file was opened anew. A failed `fsync` above all: the kernel
 * may have dropped the pages, and would report success the next time.
 */
export function endsTheConnection(error: unknown): boolean {
  const code = resultCode(error);
  return code === IOERR || code === CORRUPT || code === NOTADB;
}

export function inUse(path: string): StoreFault {
  return {
    code: 'STORE_BUSY',
    text: `The database ${path} is held by another program. Stop the other Ringwall first, or give this one a data directory of its own.`,
  };
}

export function notWritable(path: string): StoreFault {
  return {
    code: 'STORE_FULL',
    text: `The database ${path} cannot be written. Its directory must exist, and both must belong to the user that Ringwall runs as.`,
  };
}

export function notOurs(path: string, why: string): StoreFault {
  return {
    code: 'STORE_BROKEN',
    text: `${path} is no database of Ringwall's: ${why}. Move it away, or name another data directory.`,
  };
}

export function damaged(path: string, detail: string): StoreFault {
  return {
    code: 'STORE_BROKEN',
    text: `The database ${path} is damaged (${detail}). Keep a copy of it and of ${path}-wal, then put back a backup.`,
  };
}

export function tooNew(path: string, migration: string): StoreFault {
  return {
    code: 'STORE_TOO_NEW',
    text: `The database ${path} was written by a newer Ringwall (it has ${migration}). Run that version, or put back a backup made by this one.`,
  };
}
