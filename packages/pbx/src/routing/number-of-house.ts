import { emergencyRead } from '@ringwall/policy';
import type { ExtensionNumber, Snapshot } from '../snapshot/snapshot.ts';

/** Is it a number of the house, for which the call policy is not asked? A number for help never is. */
export function isNumberOfHouse(
  dialled: string,
  { dialling, extensions, ringGroups }: Pick<Snapshot, 'dialling' | 'extensions' | 'ringGroups'>,
): boolean {
  if (dialled === '') return true;
  const isOurs = extensions.has(dialled as ExtensionNumber) || ringGroups.has(dialled);
  return isOurs && emergencyRead(dialled, dialling.policy.emergency) === undefined;
}
