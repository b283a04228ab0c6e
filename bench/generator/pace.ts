/**
 * Calls `fire` so often per second, evenly as far as a millisecond timer can, until `seconds` are over. What a late
 * timer missed is made up for at once.
 *
 * @returns how often it was called.
 */
export function pace(perSecond: number, seconds: number, fire: (n: number) => void): Promise<number> {
  const total = Math.round(perSecond * seconds);
  return new Promise((resolve) => {
    const startedAt = performance.now();
    let fired = 0;
    const timer = setInterval(() => {
      const due = Math.min(total, Math.floor(((performance.now() - startedAt) * perSecond) / 1_000));
      while (fired < due) fire(fired++);
      if (fired < total) return;
      clearInterval(timer);
      resolve(fired);
    }, 1);
  });
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
