import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** Where systems put such programs. Not the search path: what runs with a right is not for the environment to choose. */
const FOLDERS = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];

export function findProgram(name: string): string | undefined {
  return FOLDERS.map((folder) => join(folder, name)).find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
