import { globSync } from 'node:fs';
import { whyNoNamespaces } from './namespaces.ts';
import { ATTACK_PEERS, INTEROP_PEERS, type Peer } from './peers.ts';
import { ROOT } from './run-step.ts';

export interface Suite {
  readonly name: string;
  /** Relative to the root of the checkout. */
  readonly files: readonly string[];
  /** How many files run at once: heavy suites measure time or fill the machine, and run alone. */
  readonly atOnce: number;
  /** For one test; what takes longer hangs. */
  readonly testLimitMs: number;
  /** For the suite, after which its files are ended wherever they are. */
  readonly suiteLimitMs: number;
  readonly peers: readonly Peer[];
  /** Why the suite cannot run here even with its peers, as the end of a sentence; `undefined` if it can. */
  readonly whyNot: () => string | undefined;
}

/** Those that go by no clock but their own, and need nothing of the machine: their files run side by side. */
const SIDE_BY_SIDE: ReadonlySet<string> = new Set(['rfc', 'scenario']);

/**
 * Attacks and real phones take the time that they take, and the program is started anew for nearly every test: a machine
 * that is half as fast must still get through.
 */
const LONG: ReadonlySet<string> = new Set(['attack', 'program', 'interop']);

/** The suites below `test/`, in the order that they run in: quick and telling ones first. */
const KNOWN = ['rfc', 'fuzz', 'scenario', 'attack', 'program', 'durability', 'upgrade', 'interop'];

const PEERS: ReadonlyMap<string, readonly Peer[]> = new Map([
  ['attack', ATTACK_PEERS],
  ['interop', INTEROP_PEERS],
]);

/**
 * All suites that there are files for. A folder below `test/` that nobody listed here is a suite all the same, so
 * that no test lies there without being run.
 */
export function findSuites(cores: number): readonly Suite[] {
  const unit: Suite = {
    name: 'unit',
    files: globSync(['packages/*/src/**/*.test.ts', '{scripts,bench}/**/*.test.ts'], {
      cwd: ROOT,
    }).toSorted(),
    atOnce: cores,
    testLimitMs: 60_000,
    suiteLimitMs: 240_000,
    peers: [],
    whyNot: () => undefined,
  };
  const byFolder = Map.groupBy(
    globSync('test/*/**/*.test.ts', { cwd: ROOT }).toSorted(),
    (file) => file.split('/')[1] ?? '',
  );
  const rank = (name: string): number => (KNOWN.includes(name) ? KNOWN.indexOf(name) : KNOWN.length);
  const heavy = [...byFolder]
    .map(([name, files]) => ({
      name,
      files,
      atOnce: SIDE_BY_SIDE.has(name) ? cores : 1,
      testLimitMs: 120_000,
      suiteLimitMs: LONG.has(name) ? 480_000 : 240_000,
      peers: PEERS.get(name) ?? [],
      whyNot: name === 'attack' ? whyNoNamespaces : () => undefined,
    }))
    .toSorted((a, b) => rank(a.name) - rank(b.name) || a.name.localeCompare(b.name));
  return [unit, ...heavy].filter((suite) => suite.files.length > 0);
}
