import { isatty } from 'node:tty';
import type { Output, Surroundings } from './surroundings.ts';
import { programConnector } from './connect/connector.ts';

/** The surroundings of a real command: this process, its terminal and its environment. */
export function processSurroundings(): Surroundings {
  return {
    out: outputOf(process.stdout),
    err: outputOf(process.stderr),
    env: process.env,
    connector: programConnector({ env: process.env, cwd: process.cwd() }),
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
    isTty,
    get columns() {
      return isTty ? stream.columns : undefined;
    },
  };
}
