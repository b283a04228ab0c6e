import { test } from 'node:test';
import { Monkey } from './monkey.ts';

/** More of them by hand: `SEEDS=5000 node --test test/scenario/monkey.test.ts`, or one alone: `SEED=17`. */
const SEEDS = Number(process.env['SEEDS'] ?? 60);
const ONE = process.env['SEED'];

test('whatever phones do, and however the network treats them, nothing breaks and nothing is left', () => {
  const [from, to] = ONE === undefined ? [1, SEEDS] : [Number(ONE), Number(ONE)];
  for (let seed = from; seed <= to; seed++) {
    const monkey = new Monkey(seed);
    try {
      monkey.run(60);
    } catch (error) {
      const { stack } = error instanceof Error ? error : new Error(String(error));
      const trace = monkey.world.trace.slice(-150).join('\n');
      throw new Error(`SEED=${seed}: ${stack}\n${trace}`, { cause: error });
    }
  }
});
