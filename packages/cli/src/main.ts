import { processSurroundings } from './process-surroundings.ts';
import { run } from './run.ts';

// Where a reader goes away (`ringwall extension list | head`) there is nobody to tell; what was asked was done.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}

process.exitCode = await run(process.argv.slice(2), processSurroundings());
