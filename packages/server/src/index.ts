import type { openOffline as openOfflineNow } from './administration/offline.ts';
import type { runProgram as runProgramNow } from './program/run-program.ts';

export { loadSettings } from './settings/load-settings.ts';

// A command that asks the running program needs the settings alone, to find it. The rest is most of the program, and is
// read by whoever becomes it: the others need a quarter less of the processor.

/** See `administration/offline.ts`. */
export const openOffline: typeof openOfflineNow = async (options) => {
  const offline = await import('./administration/offline.ts');
  return offline.openOffline(options);
};

/** See `program/run-program.ts`. */
export const runProgram: typeof runProgramNow = async (options) => {
  const program = await import('./program/run-program.ts');
  return program.runProgram(options);
};
