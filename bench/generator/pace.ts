/**
 * Calls `fire` so often per second, evenly, until `seconds` are over. What was late is made up for at once.
 *
 * It never sleeps: on a virtual machine, waking a processor that has gone idle costs whoever wakes it more than the
 * work itself, and here that would be the server that is measured.
 *
 * @returns how often it was called.
 */
export function pace(perSecond: number, seconds: number, fire: (n: number) => void): Promise<number> {
  const total = Math.round(perSecond * seconds);
  return new Promise((resolve) => {
    const startedAt = performance.now();
    let fired = 0;
    const step = (): void => {
      const due = Math.min(total, Math.floor(((performance.now() - startedAt) * perSecond) / 1_000));
      while (fired < due) fire(fired++);
      if (fired < total) setImmediate(step);
      else resolve(fired);
    };
    step();
  });
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
