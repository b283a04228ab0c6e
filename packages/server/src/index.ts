export { openOffline } from './administration/offline.ts';
export { runProgram } from './program/run-program.ts';
export { loadSettings } from './settings/load-settings.ts';
