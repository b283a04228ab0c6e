const LONGEST = 80;

/**
 * The name of `known` that a person most likely meant, or nothing if none is near.
 *
 * Near means: at most a third of its letters have to be changed, added, dropped or swapped with their neighbour.
 * Case, hyphens and underscores do not count. Texts longer than any name of ours are compared by their beginning,
 * so the work is bounded.
 */
export function nearest(written: string, known: readonly string[]): string | undefined {
  const wanted = letters(written.slice(0, LONGEST));
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const name of known) {
    const distance = editDistance(wanted, letters(name));
    if (distance < bestDistance) [best, bestDistance] = [name, distance];
  }
  return best !== undefined && bestDistance <= Math.max(1, Math.floor(letters(best).length / 3))
    ? best
    : undefined;
}

function letters(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '');
}

/** Damerau's distance in its short form (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + changed);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(cost);
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
