import type { MediaCommand, MediaEvent } from '@ringwall/pbx';
import { MediaCore } from './media-core.ts';
import { MediaDirector, type MediaOptions } from './media-director.ts';
import type { MediaStatistics } from './media-statistics.ts';
import type { StartThread } from './thread-messages.ts';

/** The same media without threads, for tests and very small machines: everything on the thread that calls it. */
export class InThreadMedia {
  readonly #director: MediaDirector;

  constructor(options: MediaOptions, onEvent: (event: MediaEvent) => void) {
    this.#director = new MediaDirector(options, startInThread, onEvent);
  }

  perform(command: MediaCommand): void {
    this.#director.perform(command);
  }

  statistics(): Promise<MediaStatistics> {
    return this.#director.statistics();
  }

  close(): Promise<void> {
    return this.#director.close();
  }
}

const startInThread: StartThread = (settings, onReport) => {
  // Reports come later, as from a thread: whoever gives commands must not be told in the middle of it.
  const core = new MediaCore(settings, {
    report: (report) => queueMicrotask(() => onReport(report)),
    cpuUsage: () => process.cpuUsage(),
    packetCame: () => {},
  });
  return {
    post: (command) => core.perform(command),
    postLater: (command) => core.perform(command),
    close: () => {
      core.close();
      return Promise.resolve();
    },
  };
};
