import { promisify } from 'node:util';
import { deflate, inflate } from 'node:zlib';
import { configurationTree } from './render.ts';
import { type ConfigurationDocument, SECTION_NAMES, type SectionName } from './document.ts';

// How configurations of some time ago are kept. Each command keeps one, so it must cost little: of a version the sections
// are kept that the change behind it touched, and the others are as the next version has them. A JSON of a section is made
// ten times as fast as its YAML, and is packed off the thread to a tenth of its size.

const PACKED = 'json+deflate:';
const MOST_BYTES = 256 * 1024 * 1024;
/** The fastest: what is kept repeats itself so much that the others gain little. */
const LEVEL = 1;

const [pack, unpack] = [promisify(deflate), promisify(inflate)] as const;

type Tree = Readonly<Record<string, unknown>>;

/** The sections that a change touches, as they were before it. */
export async function keptText(
  before: ConfigurationDocument,
  changes: readonly { readonly section: SectionName }[],
): Promise<string> {
  const touched = new Set<string>(changes.map(({ section }) => section));
  const tree = Object.fromEntries([...configurationTree(before, touched)]);
  const json = JSON.stringify(tree, (_, value: unknown): unknown =>
    value instanceof Map ? Object.fromEntries(value as ReadonlyMap<string, unknown>) : value,
  );
  const packed = await pack(Buffer.from(json, 'utf8'), { level: LEVEL });
  return `${PACKED}${packed.toString('base64')}`;
}

/** A version, put together again. */
export interface KeptVersion {
  readonly text: string;
  /** YAML is whole, and was kept by an earlier version of the program; in JSON, what was not touched since is left out. */
  readonly form: 'json' | 'yaml';
}

/**
 * @param kept of that version and of those after it, oldest first; no more of them is asked for than is needed.
 * @returns undefined if the first is not there. Rejects if one is damaged.
 */
export async function keptVersion(kept: AsyncIterable<string>): Promise<KeptVersion | undefined> {
  let whole: Tree | undefined;
  for await (const each of kept) {
    if (!each.startsWith(PACKED)) {
      if (whole === undefined) return { text: each, form: 'yaml' };
      break;
    }
    const packed = Buffer.from(each.slice(PACKED.length), 'base64');
    const json = await unpack(packed, { maxOutputLength: MOST_BYTES }); // eslint-disable-line no-await-in-loop -- in their order
    whole = { ...(JSON.parse(json.toString('utf8')) as Tree), ...whole };
    if (SECTION_NAMES.every((name) => Object.hasOwn(whole ?? {}, name))) break;
  }
  return whole === undefined ? undefined : { text: JSON.stringify(whole), form: 'json' };
}
