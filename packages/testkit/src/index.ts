export { Dice } from './dice.ts';
export { TEST_SETTINGS, type TestExtension, testSnapshot, testTrunk } from './snapshot.ts';
export { World } from './world.ts';
export type { WorldOptions } from './world-options.ts';
