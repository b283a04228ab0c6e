export { Dice } from './dice.ts';
export { TEST_SETTINGS, type TestExtension, testSnapshot, testTrunk } from './snapshot.ts';
export { World, type WorldOptions } from './world.ts';
