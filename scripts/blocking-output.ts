// A test file is ended as soon as its last test is (`forceExit`), and what it had still to write to a full pipe was lost
// with it: results of tests, or all of them. Writing waits for the reader instead. Node has no public name for this.
const { _handle: handle } = process.stdout as NodeJS.WriteStream & {
  readonly _handle?: { setBlocking?(blocking: boolean): number };
};
handle?.setBlocking?.(true);
