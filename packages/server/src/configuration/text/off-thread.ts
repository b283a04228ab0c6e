import { Worker } from 'node:worker_threads';
import { type ConfigurationDocument, SECTION_NAMES } from './document.ts';
import { readConfigurationJson, readConfigurationText } from './read.ts';
import { renderConfiguration } from './render.ts';

// Ten thousand extensions take YAML a second, and calls must not wait for that: what is long is done in a thread of its own.

export type ThreadWork =
  | { readonly do: 'read'; readonly text: string; readonly form: 'json' | 'yaml' }
  | { readonly do: 'render'; readonly configuration: ConfigurationDocument };

const FEW_CHARACTERS = 50_000;
const FEW_ENTRIES = 500;
const MEMORY_MIB = 1_024;

/** As {@link readConfigurationText}. Rejects if the thread ends over it: our own mistake, or no memory. */
export async function readOffThread(
  text: string,
  form: 'json' | 'yaml' = 'yaml',
): Promise<ReturnType<typeof readConfigurationText>> {
  if (text.length <= FEW_CHARACTERS) return readIn(form, text);
  return (await inThread({ do: 'read', text, form })) as ReturnType<typeof readConfigurationText>;
}

export function readIn(form: 'json' | 'yaml', text: string): ReturnType<typeof readConfigurationText> {
  return form === 'json' ? readConfigurationJson(text) : readConfigurationText(text);
}

/** As {@link renderConfiguration}; rejects in the same way. */
export async function renderOffThread(configuration: ConfigurationDocument): Promise<string> {
  const entries = SECTION_NAMES.reduce((sum, name) => sum + configuration[name].length, 0);
  if (entries <= FEW_ENTRIES) return renderConfiguration(configuration);
  return (await inThread({ do: 'render', configuration })) as string;
}

function inThread(work: ThreadWork): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL('./text-thread.ts', import.meta.url), {
      name: 'ringwall-text',
      workerData: work,
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MIB },
    });
    thread.once('message', resolve);
    thread.once('error', reject);
    thread.once('exit', () => reject(new Error('the thread ended without an answer')));
  });
}
