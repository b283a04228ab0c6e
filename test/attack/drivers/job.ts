import { createInterface } from 'node:readline';

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

async function nextLine(): Promise<string> {
  const line = await lines.next();
  if (line.done === true) process.exit(1); // Whoever started this is gone.
  return line.value;
}

/** What whoever started this driver wants done. */
export async function takeJob<Job>(): Promise<Job> {
  return JSON.parse(await nextLine()) as Job;
}

/** Says that the work goes on now, and waits to be told that it is enough. */
export async function untilEnough(): Promise<void> {
  process.stdout.write('ready\n');
  await nextLine();
}

/** Says what came of it, and ends. */
export function tell(outcome: object): void {
  process.stdout.write(`outcome ${JSON.stringify(outcome)}\n`, () => process.exit(0));
}
