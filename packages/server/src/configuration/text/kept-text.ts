import { promisify } from 'node:util';
import { deflate, inflate } from 'node:zlib';
import { configurationTree } from './render.ts';
import type { ConfigurationDocument, SectionName } from './document.ts';

// How configurations of some time ago are kept. Each command keeps one, so it must cost little: of a version the sections
// are kept that the change behind it touched, and the others are as the next version has them. Of extensions and the guard's
// lists, which may be many, it is the entries. A JSON is made ten times as fast as YAML, and packed off the thread to a tenth of its size.

const PACKED = 'json+deflate:';
const MOST_BYTES = 256 * 1024 * 1024;
/** The fastest: what is kept repeats itself so much that the others gain little. */
const LEVEL = 1;

const [pack, unpack] = [promisify(deflate), promisify(inflate)] as const;

type ListName = 'guard-blacklist' | 'guard-whitelist';
const LISTS: readonly ListName[] = ['guard-blacklist', 'guard-whitelist'];
type LongName = ListName | 'extensions';
const LONG: readonly LongName[] = ['extensions', ...LISTS];

type Tree = Readonly<Record<string, unknown>>;
type ListTree = readonly { readonly network: string }[];

/** As it is packed. */
interface Kept {
  /** Of the long ones the entries alone that were there and are touched. */
  readonly sections: Tree;
  /** The names of those; of extensions, of which there may be thousands, only those that were not there. */
  readonly touched: Readonly<Record<LongName, readonly string[]>>;
}

/** What a change touches, as it was before it. */
export async function keptText(
  before: ConfigurationDocument,
  changes: readonly { readonly section: SectionName; readonly name: string }[],
): Promise<string> {
  const names = (long: LongName) => changes.filter(({ section }) => section === long).map(({ name }) => name);
  const extensions = namedIn(before.extensions, names('extensions'));
  const wereThere = new Set(extensions.map(({ name }) => name));
  const touched = {
    extensions: names('extensions').filter((name) => !wereThere.has(name)),
    'guard-blacklist': names('guard-blacklist'),
    'guard-whitelist': names('guard-whitelist'),
  };
  const document = {
    ...before,
    extensions,
    'guard-blacklist': namedIn(before['guard-blacklist'], touched['guard-blacklist']),
    'guard-whitelist': namedIn(before['guard-whitelist'], touched['guard-whitelist']),
  };
  const tree = configurationTree(document, new Set(changes.map(({ section }) => section)));
  const kept: Kept = { sections: Object.fromEntries(tree), touched };
  const json = JSON.stringify(kept, (_, value: unknown): unknown =>
    value instanceof Map ? Object.fromEntries(value as ReadonlyMap<string, unknown>) : value,
  );
  const packed = await pack(Buffer.from(json, 'utf8'), { level: LEVEL });
  return `${PACKED}${packed.toString('base64')}`;
}

function namedIn<Named extends { readonly name: string }>(
  entries: readonly Named[],
  names: readonly string[],
): readonly Named[] {
  const wanted = new Set(names);
  return entries.filter(({ name }) => wanted.has(name));
}

/** A version, put together again. */
export interface KeptVersion {
  readonly text: string;
  /** YAML is whole, and was kept by an earlier version of the program; in JSON, what was not touched since is left out. */
  readonly form: 'json' | 'yaml';
  /**
   * Entries of the long sections, by name, that are as the text says: there or not. The others are as they are now.
   * Extensions undefined: the text has them all.
   */
  readonly touched: Readonly<Record<ListName, ReadonlySet<string>>> & {
    readonly extensions: ReadonlySet<string> | undefined;
  };
}

/**
 * @param texts of that version and of those after it, oldest first.
 * @returns undefined if the first is not there. Rejects if one is damaged.
 */
export async function keptVersion(texts: AsyncIterable<string>): Promise<KeptVersion | undefined> {
  const touched = {
    extensions: new Set<string>(),
    'guard-blacklist': new Set<string>(),
    'guard-whitelist': new Set<string>(),
  };
  const extensions: Record<string, unknown> = {};
  const lists: Record<ListName, ListTree> = { 'guard-blacklist': [], 'guard-whitelist': [] };
  let whole: Tree | undefined;
  for await (const text of texts) {
    if (!text.startsWith(PACKED)) {
      if (whole === undefined) return { text, form: 'yaml', touched: { ...touched, extensions: undefined } };
      break;
    }
    const packed = Buffer.from(text.slice(PACKED.length), 'base64');
    const json = await unpack(packed, { maxOutputLength: MOST_BYTES }); // eslint-disable-line no-await-in-loop -- in their order
    const kept = JSON.parse(json.toString('utf8')) as Kept;
    // What an older one says is from before what a newer one says.
    whole = { ...kept.sections, ...whole };
    for (const [number, extension] of Object.entries((kept.sections['extensions'] ?? {}) as Tree)) {
      if (!touched.extensions.has(number)) extensions[number] = extension;
      touched.extensions.add(number);
    }
    for (const list of LISTS) {
      const entries = (kept.sections[list] ?? []) as ListTree;
      lists[list] = [...lists[list], ...entries.filter(({ network }) => !touched[list].has(network))];
    }
    for (const long of LONG) for (const name of kept.touched[long]) touched[long].add(name);
  }
  if (whole === undefined) return undefined;
  return { text: JSON.stringify({ ...whole, extensions, ...lists }), form: 'json', touched };
}

/** The long sections as they are now, but for what is known of before. */
export function longWith(
  current: ConfigurationDocument,
  before: Partial<ConfigurationDocument>,
  touched: KeptVersion['touched'],
): Partial<Pick<ConfigurationDocument, LongName>> {
  const isAsNow = (long: LongName) => (entry: { readonly name: string }) =>
    touched[long]?.has(entry.name) === false;
  const extensions = [...current.extensions.filter(isAsNow('extensions')), ...(before.extensions ?? [])];
  return {
    ...(touched.extensions === undefined ? {} : { extensions }),
    'guard-blacklist': [
      ...current['guard-blacklist'].filter(isAsNow('guard-blacklist')),
      ...(before['guard-blacklist'] ?? []),
    ],
    'guard-whitelist': [
      ...current['guard-whitelist'].filter(isAsNow('guard-whitelist')),
      ...(before['guard-whitelist'] ?? []),
    ],
  };
}
