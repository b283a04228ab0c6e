import { err, ok, type Result } from '@ringwall/base';
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  type ParsedNode,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml';

/** A file of ours, read. */
export interface PlainYaml {
  /** Plain objects, lists and scalars; null for an empty file. */
  value(): unknown;
  /** The same with numbers left as text where they were not written as we would: `0044`, `+44`, 25 digits. */
  asWritten(): unknown;
  /** The line, from 1, of what stands at this path, or of what comes nearest to it. */
  lineAt(path: readonly (string | number)[]): number;
}

export interface YamlProblem {
  /** Undefined: of the whole. */
  readonly line: number | undefined;
  readonly problem: string;
}

/**
 * Reads YAML 1.2 in its plainest form: keys once, no aliases (a few of them can unfold to gigabytes), no tags, one
 * document. The caller bounds its length.
 */
export function readPlainYaml(text: string): Result<PlainYaml, YamlProblem> {
  try {
    const lines = new LineCounter();
    const document = parseDocument(text, {
      version: '1.2',
      schema: 'core',
      strict: true,
      uniqueKeys: false, // seen to below, where it takes one look at each
      stringKeys: true,
      merge: false,
      prettyErrors: false,
      lineCounter: lines,
      logLevel: 'error',
    });
    const lineOf = (offset: number): number => lines.linePos(offset).line;
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined) {
      return err({ line: lineOf(problem.pos[0]), problem: oneLine(problem.message) });
    }
    const special = firstSpecial(document);
    if (special !== undefined) {
      const line = lineOf(special.range?.[0] ?? 0);
      return err({ line, problem: 'aliases (*) and tags (!) are not allowed' });
    }
    const twice = firstTwice(document);
    if (twice !== undefined)
      return err({ line: lineOf(twice.range?.[0] ?? 0), problem: 'Map keys must be unique' });
    const index = new MapIndex();
    return ok({
      value: () => document.toJS() as unknown,
      asWritten: () => written(document.contents),
      lineAt: (path) => lineOf(offsetAt(document.contents, path, index)),
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return err({ line: undefined, problem: 'it is nested too deeply' }); // the library ran out of stack
  }
}

function firstSpecial(document: Document.Parsed): Node | undefined {
  let special: Node | undefined;
  visit(document, {
    Node: (_, node) => {
      if (!isAlias(node) && node.tag === undefined) return undefined;
      special = node;
      return visit.BREAK;
    },
  });
  return special;
}

function firstTwice(document: Document.Parsed): Node | undefined {
  let twice: Node | undefined;
  visit(document, {
    Map: (_, { items }) => {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        const name = isScalar(key) ? key.value : key;
        if (seen.has(name)) {
          twice = key as Node;
          return visit.BREAK;
        }
        seen.add(name);
      }
      return undefined;
    },
  });
  return twice;
}

/** The pairs of mappings by their keys, made when they are first asked for. */
class MapIndex {
  readonly #pairs = new WeakMap<YAMLMap, ReadonlyMap<unknown, Pair>>();

  find(map: YAMLMap, key: string | number): Pair | undefined {
    let pairs = this.#pairs.get(map);
    if (pairs === undefined) {
      pairs = new Map(map.items.map((pair) => [isScalar(pair.key) ? pair.key.value : pair.key, pair]));
      this.#pairs.set(map, pairs);
    }
    return pairs.get(key);
  }
}

function written(node: unknown): unknown {
  if (isMap(node)) {
    const copy: Record<string, unknown> = {};
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : String(key);
      // Not by assignment, which would take `__proto__` for more than a name.
      Object.defineProperty(copy, name, {
        value: written(value),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
    return copy;
  }
  if (isSeq(node)) return node.items.map(written);
  if (!isScalar(node)) return null;
  const { value, source } = node;
  return typeof value === 'number' && String(value) !== source ? source : value;
}

function offsetAt(contents: ParsedNode | null, path: readonly (string | number)[], index: MapIndex): number {
  let node: unknown = contents;
  let offset = contents?.range[0] ?? 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = index.find(node, step);
      if (pair === undefined) return offset;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof step === 'number') {
      node = node.items[step];
      offset = (node as Node | undefined)?.range?.[0] ?? offset;
    } else return offset;
  }
  return offset;
}

export function oneLine(message: string): string {
  const line = message.split('\n', 1)[0] ?? '';
  return line
    .replace(/\p{Cc}/gu, '?')
    .replace(/[.:]$/, '')
    .slice(0, 200);
}
