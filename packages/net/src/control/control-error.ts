import { errorCode } from '../error-counts.ts';

/** What goes wrong at the control socket, in words for the administrator. */
export interface ControlError {
  /** One of {@link ControlErrorCode}, or the code of a refusal by the program behind the socket. */
  readonly code: string;
  readonly text: string;
}

export type ControlErrorCode =
  | 'CONTROL_PATH_TOO_LONG'
  | 'CONTROL_DIRECTORY_OPEN' // others may write in it
  | 'CONTROL_IN_USE' // another program listens there
  | 'CONTROL_NOT_A_SOCKET'
  | 'CONTROL_FAILED'
  | 'CONTROL_NOT_RUNNING'
  | 'CONTROL_NOT_ALLOWED'
  | 'CONTROL_BUSY'
  | 'CONTROL_SYNTAX'
  | 'CONTROL_TOO_LONG'
  | 'CONTROL_TIMEOUT'
  | 'CONTROL_CLOSED'
  | 'INTERNAL';

/** Thrown by a handler to refuse a request: code and text reach the client as they are. */
export class ControlRefusal extends Error {
  readonly code: string;

  constructor(code: string, text: string) {
    super(text);
    this.code = code;
  }
}

export function controlError(code: ControlErrorCode, text: string): ControlError {
  return { code, text };
}

/** A socket address holds 108 bytes with the zero at its end; a longer path would be cut, not refused. */
const LONGEST_PATH_BYTES = 107;

/** @returns what is wrong with the path itself, whoever uses it. */
export function pathError(path: string): ControlError | undefined {
  const bytes = Buffer.byteLength(path);
  if (bytes <= LONGEST_PATH_BYTES) return undefined;
  return controlError(
    'CONTROL_PATH_TOO_LONG',
    `The path of the control socket has ${bytes} bytes, and the system allows ${LONGEST_PATH_BYTES}: ${path}. Keep the data in a directory with a shorter path.`,
  );
}

export function connectError(path: string, cause: unknown): ControlError {
  const code = errorCode(cause);
  if (code === 'ENOENT' || code === 'ECONNREFUSED') {
    return controlError(
      'CONTROL_NOT_RUNNING',
      `Nobody answers at ${path}. Either the program is not running, or it keeps its data in another directory.`,
    );
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return controlError(
      'CONTROL_NOT_ALLOWED',
      `This user may not use ${path}. Run the command as the user that the program runs as, or as root.`,
    );
  }
  return controlError('CONTROL_FAILED', `Cannot connect to ${path}: the system says ${code}.`);
}
