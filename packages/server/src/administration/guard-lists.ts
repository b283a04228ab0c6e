import { cidrContains, networkText, parseIp } from '@ringwall/base';
import type { RequestOf } from '@ringwall/contract';
import { exportCsv, exportJson, type Listed } from '@ringwall/policy';

/** Entries as they are looked for, sorted, and written to a file in pieces. */

type Sort = NonNullable<RequestOf<'guard.list'>['sort']>;

/** By address: IPv4 first, a wider network before those in it. */
export function byNetwork(a: Listed, b: Listed): number {
  const [x, y] = [a.entry.network, b.entry.network];
  if (x.family !== y.family) return x.family - y.family;
  if (x.bits !== y.bits) return x.bits < y.bits ? -1 : 1;
  return x.prefixLength - y.prefixLength;
}

const ORDERS: Readonly<Record<Sort, (a: Listed, b: Listed) => number>> = {
  network: byNetwork,
  added: (a, b) => b.entry.addedAt - a.entry.addedAt || byNetwork(a, b),
  expires: (a, b) => endOf(b) - endOf(a) || byNetwork(a, b),
  hits: (a, b) => b.hits - a.hits || byNetwork(a, b),
};

/** A number that can be subtracted from itself, which Infinity cannot. */
function endOf({ entry }: Listed): number {
  return entry.expiresAt ?? Number.MAX_SAFE_INTEGER;
}

export function findEntries(
  entries: readonly Listed[],
  { list, search = '', sort = 'network' }: RequestOf<'guard.list'>,
): readonly Listed[] {
  const action = actionOf(list);
  const address = parseIp(search);
  const wanted = search.toLowerCase();
  const matches = ({ entry }: Listed): boolean => {
    if (address !== undefined) return cidrContains(entry.network, address);
    return [networkText(entry.network), entry.description, entry.addedBy].some((text) =>
      text.toLowerCase().includes(wanted),
    );
  };
  return entries
    .filter((listed) => listed.entry.action === action && (search === '' || matches(listed)))
    .toSorted(ORDERS[sort]);
}

export function actionOf(list: 'blacklist' | 'whitelist'): 'allow' | 'block' {
  return list === 'blacklist' ? 'block' : 'allow';
}

const ENTRIES_A_PIECE = 1_000;

/**
 * A piece of the blacklist as a file. Each goes on behind the network that the one before it ended with, so what is
 * added and removed meanwhile makes no other entry come twice or not at all.
 *
 * @param after the `next` of the piece before; undefined for the first.
 */
export function exportPiece(
  entries: readonly Listed[],
  format: 'json' | 'csv',
  after: string | undefined,
): { readonly text: string; readonly next: string | null } {
  const blocked = entries.filter(({ entry }) => entry.action === 'block').toSorted(byNetwork);
  const from = after === undefined ? 0 : blocked.findIndex((listed) => isBehind(listed, after));
  const rest = from < 0 ? [] : blocked.slice(from);
  const rows = rest.slice(0, ENTRIES_A_PIECE);
  const last = rows.at(-1);
  const next = rest.length > rows.length && last !== undefined ? positionOf(last) : null;
  return { text: pieceText(rows, format, after === undefined, next === null), next };
}

function pieceText(
  rows: readonly Listed[],
  format: 'json' | 'csv',
  isFirst: boolean,
  isLast: boolean,
): string {
  if (format === 'csv') {
    const text = exportCsv(rows);
    return isFirst ? text : text.slice(text.indexOf('\n') + 1);
  }
  const [begin, end] = ['[\n', '\n]\n'];
  const lines = exportJson(rows).slice(begin.length, -end.length);
  const before = isFirst ? begin : lines === '' ? '' : ',\n';
  return `${before}${lines}${isLast ? end : ''}`;
}

/** Family, number of the address to the base 36, prefix length. */
function positionOf({ entry: { network } }: Listed): string {
  return `${network.family} ${network.bits.toString(36)} ${network.prefixLength}`;
}

function isBehind({ entry: { network } }: Listed, position: string): boolean {
  const [family = '', bits = '', length = ''] = position.split(' ');
  if (network.family !== Number(family)) return network.family > Number(family);
  const own = network.bits.toString(36);
  if (own !== bits) return own.length === bits.length ? own > bits : own.length > bits.length;
  return network.prefixLength > Number(length);
}
