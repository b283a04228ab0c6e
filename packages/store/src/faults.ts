import type { ExtensionNumber, StoreErrorCode } from '@ringwall/pbx';

/** A `StoreError` before it is one: plain, so that it can be posted between threads. */
export interface StoreFault {
  readonly code: StoreErrorCode;
  /** What is wrong, and what to do: whole sentences. */
  readonly text: string;
}

/** Carries a fault out of a query, so that what the query had begun is undone. */
export class FaultError extends Error {
  readonly fault: StoreFault;

  constructor(fault: StoreFault) {
    super(fault.text);
    this.fault = fault;
  }
}

export function extensionExists(number: ExtensionNumber): StoreFault {
  return {
    code: 'EXTENSION_EXISTS',
    text: `There is an extension ${number} already. Take another number, or change that extension.`,
  };
}

export function extensionUnknown(number: ExtensionNumber): StoreFault {
  return { code: 'EXTENSION_UNKNOWN', text: `There is no extension ${number}.` };
}

export function authIdExists(): StoreFault {
  return { code: 'AUTH_ID_EXISTS', text: 'Another extension has this authentication ID. Take another.' };
}

export function configurationChanged(): StoreFault {
  return {
    code: 'CONFIGURATION_CHANGED',
    text: 'The configuration was changed meanwhile, and nothing of this was applied. See what it would change now with ringwall plan, and apply it again.',
  };
}

export function storeClosed(path: string): StoreFault {
  return {
    code: 'STORE_BUSY',
    text: `The database ${path} is being closed. Nothing more is read or written.`,
  };
}

export function tooManyWaiting(path: string, waiting: number): StoreFault {
  return {
    code: 'STORE_BUSY',
    text: `This was turned away, since ${waiting} requests wait for the database ${path}. Its disk is too slow, or hangs.`,
  };
}

export function threadEnded(path: string, cause: string): StoreFault {
  return {
    code: 'STORE_BROKEN',
    text: `The thread that owns the database ${path} stopped: ${cause}. Start Ringwall again.`,
  };
}
