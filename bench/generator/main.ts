// The load generator: takes a job as JSON on stdin, prints what came of it as JSON. A process of its own, so that
// it can be kept off the processor that the server runs on.
import { calls, heldCalls } from './calls.ts';
import type { Job, Outcome } from './job.ts';
import { media } from './media.ts';
import { refresh } from './refresh.ts';

function run(job: Job): Promise<Outcome> {
  switch (job.kind) {
    case 'register':
    case 'options':
      return refresh(job);
    case 'calls':
      return calls(job);
    case 'held-calls':
      return heldCalls(job);
    case 'media':
      return media(job, () => Promise.all(job.beside.map(run)));
  }
}

const text: Buffer[] = [];
for await (const chunk of process.stdin) text.push(chunk as Buffer);
const outcome = await run(JSON.parse(Buffer.concat(text).toString('utf8')) as Job);
process.stdout.write(`${JSON.stringify(outcome)}\n`);
process.exit(0);
