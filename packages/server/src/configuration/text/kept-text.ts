import { promisify } from 'node:util';
import { deflate, inflate } from 'node:zlib';
import { configurationTree } from './render.ts';
import type { ConfigurationDocument } from './document.ts';

// How a configuration of some time ago is kept. Each command keeps one, so it must cost little: a JSON of the same things
// as the YAML is made ten times as fast, and is packed off the thread to a tenth of its size.

const PACKED = 'json+deflate:';
const MOST_BYTES = 256 * 1024 * 1024;
/** The fastest: what is kept repeats itself so much that the others gain little. */
const LEVEL = 1;

const [pack, unpack] = [promisify(deflate), promisify(inflate)] as const;

export async function keptText(configuration: ConfigurationDocument): Promise<string> {
  const json = JSON.stringify(configurationTree(configuration), (_, value: unknown): unknown =>
    value instanceof Map ? Object.fromEntries(value as ReadonlyMap<string, unknown>) : value,
  );
  const packed = await pack(Buffer.from(json, 'utf8'), { level: LEVEL });
  return `${PACKED}${packed.toString('base64')}`;
}

/** @returns JSON, or the YAML that earlier versions kept. Rejects if it is damaged. */
export async function unpackKeptText(
  kept: string,
): Promise<{ readonly text: string; readonly form: 'json' | 'yaml' }> {
  if (!kept.startsWith(PACKED)) return { text: kept, form: 'yaml' };
  const packed = Buffer.from(kept.slice(PACKED.length), 'base64');
  const json = await unpack(packed, { maxOutputLength: MOST_BYTES });
  return { text: json.toString('utf8'), form: 'json' };
}
