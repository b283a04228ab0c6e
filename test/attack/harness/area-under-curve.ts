/**
 * How well two kinds can be told apart by one figure: the chance that a figure of the first kind is larger than one
 * of the second, equal ones counting half (the area under the ROC curve, by Mann and Whitney's rank sum). 0.5 is not
 * at all, 0 and 1 are always. NaN if there are none of a kind.
 */
export function areaUnderCurve(first: readonly number[], second: readonly number[]): number {
  const all = [
    ...first.map((value) => ({ value, isFirst: true })),
    ...second.map((value) => ({ value, isFirst: false })),
  ].sort((a, b) => a.value - b.value);
  let rankSum = 0;
  for (let from = 0; from < all.length; ) {
    let to = from;
    while (to < all.length && all[to]?.value === all[from]?.value) to++;
    const rank = (from + 1 + to) / 2; // Equal ones share the mean of their ranks.
    for (let i = from; i < to; i++) if (all[i]?.isFirst === true) rankSum += rank;
    from = to;
  }
  const n = first.length;
  return (rankSum - (n * (n + 1)) / 2) / (n * second.length);
}

/** The standard deviation of that area, for so many figures of two kinds between which there is no difference. */
export function areaDeviation(n: number, m: number): number {
  return Math.sqrt((n + m + 1) / (12 * n * m));
}
