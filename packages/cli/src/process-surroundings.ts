import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { isatty } from 'node:tty';
import { err, ok, type Result } from '@ringwall/base';
import { type AdminError, adminError } from '@ringwall/contract';
import type { Output, Surroundings } from './surroundings.ts';
import { programConnector } from './connect/connector.ts';

/** The surroundings of a real command: this process, its terminal and its environment. */
export function processSurroundings(): Surroundings {
  return {
    out: outputOf(process.stdout),
    err: outputOf(process.stderr),
    env: process.env,
    connector: programConnector({ env: process.env, cwd: process.cwd() }),
    readText,
    confirm,
    now: () => Date.now(),
    interrupted: () => {
      const controller = new AbortController();
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
        process.once(signal, () => controller.abort());
      }
      return controller.signal;
    },
  };
}

function outputOf(stream: NodeJS.WriteStream & { readonly fd: number }): Output {
  const isTty = isatty(stream.fd);
  return {
    write: (text) => void stream.write(text),
    written: () => drained(stream),
    isTty,
    get columns() {
      return isTty ? stream.columns : undefined;
    },
  };
}

/** A reader that has gone is not waited for. */
function drained(stream: NodeJS.WriteStream): Promise<void> {
  if (!stream.writableNeedDrain || stream.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      for (const event of ['drain', 'close', 'error']) stream.off(event, done);
      resolve();
    };
    for (const event of ['drain', 'close', 'error']) stream.on(event, done);
  });
}

async function confirm(question: string): Promise<boolean> {
  if (!isatty(process.stdin.fd)) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-D closes it, and a question of one that is closed is never answered.
  const closed = new Promise<string>((resolve) => void terminal.once('close', () => resolve('')));
  const answer = await Promise.race([terminal.question(question), closed]);
  terminal.close();
  return /^\s*y(es)?\s*$/i.test(answer);
}

const MOST_BYTES = 64 * 1024 * 1024;

async function readText(file: string): Promise<Result<string, AdminError>> {
  const unreadable = (reason: string) => err(adminError('FILE_UNREADABLE', { file, reason }));
  try {
    await using handle = await open(file, 'r');
    const { size } = await handle.stat();
    if (size > MOST_BYTES) return unreadable('it is larger than 64 MiB');
    return ok(new TextDecoder('utf-8', { fatal: true }).decode(await handle.readFile()));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: 'it is not there',
      EACCES: 'permission denied',
      EISDIR: 'it is a directory',
      ERR_ENCODING_INVALID_ENCODED_DATA: 'it is not UTF-8 text',
    };
    return unreadable(reasons[code ?? ''] ?? message);
  }
}
