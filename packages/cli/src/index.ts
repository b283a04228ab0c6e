export { type CommandDescription, describeCommands, type OptionDescription } from './reference.ts';
