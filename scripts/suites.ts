import { globSync } from 'node:fs';
import { whyNoNamespaces } from './namespaces.ts';
import { ATTACK_PEERS, INTEROP_PEERS, type Peer } from './peers.ts';
import { ROOT } from './run-step.ts';

export interface Suite {
  readonly name: string;
  /** Relative to the root of the checkout. */
  readonly files: readonly string[];
  /** Of the files, those that share a process with others. */
  readonly groups: readonly (readonly string[])[];
  /** Of the files, those that measure time: they run one at a time, after the others. */
  readonly alone: readonly string[];
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
 * Those that start programs and wait for them half of the time: two files at once fill two processors, and leave the room
 * that the time limits in them count on. Ports are claimed (`test/interop/harness/ports.ts`).
 */
const IN_PAIRS: ReadonlySet<string> = new Set(['program', 'interop']);

/** Of these suites, the files that fail when they, or the program, have to wait for a processor. */
const MEASURING: ReadonlySet<string> = new Set([
  'test/program/hostile.test.ts',
  'test/program/life-and-death.test.ts',
  'test/interop/restart.test.ts',
  'test/interop/sipp-registers.test.ts',
]);

/**
 * Attacks and real phones take the time that they take, and the program is started anew for nearly every test: a machine
 * that is half as fast must still get through.
 */
const LONG: ReadonlySet<string> = new Set(['attack', 'program', 'interop']);

/**
 * What does no I/O keeps nothing from one test to the next, so its unit tests need no process each: to start one and to load
 * the sources takes longer than most of them do.
 */
const PURE = ['base', 'sip', 'media', 'policy', 'contract', 'pbx', 'phone', 'cli/src/output'];
/** So that a group ends within the time of a single test. */
const MOST_IN_A_GROUP = 16;

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
  const units = globSync(['packages/*/src/**/*.test.ts', '{scripts,bench}/**/*.test.ts'], {
    cwd: ROOT,
  }).toSorted();
  const unit: Suite = {
    name: 'unit',
    files: units,
    groups: PURE.flatMap((name) => inGroups(units.filter((file) => file.startsWith(`packages/${name}/`)))),
    alone: [],
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
      groups: [],
      alone: files.filter((file) => MEASURING.has(file)),
      atOnce: SIDE_BY_SIDE.has(name) ? cores : IN_PAIRS.has(name) ? Math.min(cores, 2) : 1,
      testLimitMs: 120_000,
      suiteLimitMs: LONG.has(name) ? 480_000 : 240_000,
      peers: PEERS.get(name) ?? [],
      whyNot: name === 'attack' ? whyNoNamespaces : () => undefined,
    }))
    .toSorted((a, b) => rank(a.name) - rank(b.name) || a.name.localeCompare(b.name));
  return [unit, ...heavy].filter((suite) => suite.files.length > 0);
}

/** Neighbours stay together, since they need the same; and there are as many in each as in the others, give or take one. */
function inGroups(files: readonly string[]): readonly (readonly string[])[] {
  const count = Math.ceil(files.length / MOST_IN_A_GROUP);
  return Array.from({ length: count }, (_, i) =>
    files.filter((_file, at) => Math.floor((at * count) / files.length) === i),
  );
}
