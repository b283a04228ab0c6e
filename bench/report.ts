import { readFileSync } from 'node:fs';
import { arch, cpus, release, totalmem } from 'node:os';
import type { Contestant, Row } from './rows/row.ts';

/** The figures of every round, by row and contestant. */
export type Figures = Map<string, readonly number[]>;

interface Line {
  readonly row: Row;
  readonly ours: readonly number[];
  readonly peer: Contestant | undefined;
  readonly peers: readonly number[];
  /** Of the least that a server in Node can do. */
  readonly bare: readonly number[];
  /** Our figure, or our figure divided by the peer's. */
  readonly value: number;
  readonly met: boolean | undefined;
}

/** Three digits that count. */
function short(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function spread(figures: readonly number[], middle: (values: readonly number[]) => number): string {
  if (figures.length === 0) return '–';
  if (figures.length === 1) return short(middle(figures));
  return `${short(middle(figures))} (${short(Math.min(...figures))}–${short(Math.max(...figures))})`;
}

/** Of what is measured to be known. */
const NO_BOUND = '–';

function boundText({ target }: Row): string {
  if (target.atMost === undefined && target.atLeast === undefined) return NO_BOUND;
  const bound = target.atMost === undefined ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`;
  return target.of === 'ratio' ? `${bound} ×` : bound;
}

function lineOf(row: Row, figures: Figures, middle: (values: readonly number[]) => number): Line {
  const ours = figures.get(`${row.id} ringwall`) ?? [];
  const peer = row.contestants.find((name) => name !== 'ringwall' && name !== 'bare-node');
  const peers = peer === undefined ? [] : (figures.get(`${row.id} ${peer}`) ?? []);
  const value = row.target.of === 'ratio' ? middle(ours) / middle(peers) : middle(ours);
  const { atMost = Number.POSITIVE_INFINITY, atLeast = Number.NEGATIVE_INFINITY } = row.target;
  return {
    row,
    ours,
    peer,
    peers,
    bare: figures.get(`${row.id} bare-node`) ?? [],
    value,
    met: Number.isNaN(value) ? undefined : value <= atMost && value >= atLeast,
  };
}

/** The table of a run, for the terminal and for the file. */
export function report(
  rows: readonly Row[],
  figures: Figures,
  middle: (values: readonly number[]) => number,
): { readonly text: string; readonly missed: readonly string[]; markdown(rounds: number): string } {
  const lines = rows.map((row) => lineOf(row, figures, middle));
  const cells = lines.map(({ row, ours, peer, peers, bare, value, met }) => [
    row.title,
    `${spread(ours, middle)} ${row.unit}`,
    peer === undefined ? '' : `${peer} ${spread(peers, middle)} ${row.unit}`,
    row.target.of === 'ratio' ? `${short(value)} ×` : '',
    boundText(row),
    bare.length === 0 ? '' : `${spread(bare, middle)} ${row.unit}`,
    met === undefined ? 'not measured' : boundText(row) === NO_BOUND ? '' : met ? 'met' : 'MISSED',
  ]);
  const head = ['what', 'Ringwall', 'beside', 'ratio', 'target', 'bare Node', ''];
  const widths = head.map((title, i) => Math.max(title.length, ...cells.map((row) => row[i]?.length ?? 0)));
  const padded = (row: readonly string[]): string =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  const markdownRow = (row: readonly string[]): string => `| ${row.join(' | ')} |`;
  return {
    text: [head, ...cells].map(padded).join('\n'),
    missed: lines.filter((line) => line.met === false).map((line) => line.row.id),
    markdown: (rounds) =>
      [
        '# What Ringwall costs',
        '',
        `Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}; ${rounds === 1 ? 'one round' : `medians of ${rounds} rounds in turn (least to most)`}.`,
        `Machine: ${machine()}.`,
        'Server and load generator are on different processors, everything on 127.0.0.0/8. Compare figures of one line only:',
        'the ratios mean something on other machines, the absolute values do not. “Bare Node” is the least that a server on',
        'Node’s datagram sockets can do: it cuts lines, hashes and answers, and checks, keeps and guards nothing.',
        '',
        markdownRow(head),
        markdownRow(head.map(() => '---')),
        ...cells.map(markdownRow),
        '',
      ].join('\n'),
  };
}

function machine(): string {
  const processors = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${processors.length} × ${processors[0]?.model ?? 'processor'} (${arch()}), ${memory} GiB, Linux ${release()}${distribution()}, Node ${process.versions.node}`;
}

function distribution(): string {
  try {
    const name = /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
    return name === undefined ? '' : `, ${name}`;
  } catch {
    return '';
  }
}
