// Loads all sources of the program, so that what Node makes of them is in its cache: see `ringwall.js`, which runs this
// before the first start. The command line finds no words and tells its help to nobody, and the entry of a thread ends
// at once where it is no thread.

const ENTRIES = [
  '../src/main.ts',
  '../src/try/trial.ts',
  '../../server/src/administration/offline.ts',
  '../../server/src/program/run-program.ts',
  '../../server/src/media/media-worker.ts',
  '../../store/src/sqlite/database-thread.ts',
];

await Promise.allSettled(ENTRIES.map((entry) => import(entry)));
