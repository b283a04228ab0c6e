// Has the program throw away all that it does not need, and says what is left: over its inspector, which any Node
// program opens at a signal, so that the program is the one that people start. Runs on the program's own host.
import { eventually } from '../../interop/harness/process.ts';
import { takeJob, tell } from './job.ts';

export interface HeapJob {
  readonly pid: number;
}

export interface HeapOutcome {
  /** Objects that are in use, and buffers that belong to them; of the main thread. */
  readonly usedBytes: number;
}

const INSPECTOR = 'http://127.0.0.1:9229/json/list';

const job = await takeJob<HeapJob>();
process.kill(job.pid, 'SIGUSR1');
const [target] = await eventually(
  async () =>
    fetch(INSPECTOR)
      .then(async (answer) => (await answer.json()) as readonly { readonly webSocketDebuggerUrl: string }[])
      .catch(() => undefined),
  'the inspector is open',
);
const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '');
await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));

let asked = 0;
function ask(method: string): Promise<Record<string, number>> {
  const id = ++asked;
  return new Promise((resolve) => {
    socket.addEventListener('message', function hear({ data }) {
      const answer = JSON.parse(String(data)) as {
        readonly id?: number;
        readonly result?: Record<string, number>;
      };
      if (answer.id !== id) return;
      socket.removeEventListener('message', hear);
      resolve(answer.result ?? {});
    });
    socket.send(JSON.stringify({ id, method }));
  });
}

// What the first collection finalises, the second one frees.
for (let i = 0; i < 2; i++) await ask('HeapProfiler.collectGarbage');
const { usedSize = 0, backingStorageSize = 0 } = await ask('Runtime.getHeapUsage');
socket.close();
tell({ usedBytes: usedSize + backingStorageSize } satisfies HeapOutcome);
