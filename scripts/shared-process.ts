import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './run-step.ts';

const FOLDER = join(ROOT, 'node_modules/.cache/test-groups');

/**
 * Makes a file that runs several test files one after the other: for the runner it is one, with one process.
 *
 * @param files relative to the root of the checkout.
 * @returns its absolute path.
 */
export function sharedProcess(name: string, files: readonly string[]): string {
  mkdirSync(FOLDER, { recursive: true });
  const path = join(FOLDER, `${name}.mjs`);
  const urls = files.map((file) => pathToFileURL(join(ROOT, file)).href);
  writeFileSync(path, urls.map((url) => `import ${JSON.stringify(url)};\n`).join(''));
  return path;
}
