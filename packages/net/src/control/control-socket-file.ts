import { lstatSync, mkdirSync, statSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { errorCode } from '../error-counts.ts';
import { type ControlError, controlError, pathError } from './control-error.ts';

const OTHERS_MAY_WRITE = 0o022;

/**
 * Makes the place for a socket at `path`: its directory, for the owner alone, and nothing in the way.
 *
 * A socket that is there is removed only if nobody listens on it: a program that was killed leaves one behind.
 *
 * @returns what is in the way.
 */
export async function clearSocketPath(path: string): Promise<ControlError | undefined> {
  const tooLong = pathError(path);
  if (tooLong !== undefined) return tooLong;
  const directory = dirname(path);
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    if ((statSync(directory).mode & OTHERS_MAY_WRITE) !== 0) {
      return controlError(
        'CONTROL_DIRECTORY_OPEN',
        `Other users may write in ${directory}, so they could put a socket of their own in the place of ours. Run: chmod 700 ${directory}`,
      );
    }
    const there = lstatSync(path, { throwIfNoEntry: false });
    if (there === undefined) return undefined;
    if (!there.isSocket()) {
      return controlError(
        'CONTROL_NOT_A_SOCKET',
        `${path} is in the way: the control socket goes there. Move it away.`,
      );
    }
    if (await somebodyListens(path)) {
      return controlError(
        'CONTROL_IN_USE',
        `Another program answers at ${path}. Two cannot share a data directory: stop that one first.`,
      );
    }
    unlinkSync(path);
    return undefined;
  } catch (cause) {
    return controlError(
      'CONTROL_FAILED',
      `The control socket cannot be made at ${path}: the system says ${errorCode(cause)}.`,
    );
  }
}

function somebodyListens(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      resolve(true);
      socket.destroy();
    });
    // Only a refusal proves that nobody is there; anything else, such as a full queue, does not.
    socket.once('error', (error) => resolve(errorCode(error) !== 'ECONNREFUSED'));
  });
}
