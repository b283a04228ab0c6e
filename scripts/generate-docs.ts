import './require-node.ts';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cliPage } from './reference/cli-page.ts';
import { errorsPage } from './reference/errors-page.ts';
import { settingsPage } from './reference/settings-page.ts';
import { ROOT } from './run-step.ts';

export const REFERENCE = join(ROOT, 'docs/reference');

/** The pages of docs/reference, by file name, as the declarations have them now. */
export function referencePages(): ReadonlyMap<string, string> {
  return new Map([
    ['settings.md', settingsPage()],
    ['errors.md', errorsPage()],
    ['cli.md', cliPage()],
  ]);
}

/** Writes the pages that differ. @returns their names. */
async function writePages(): Promise<readonly string[]> {
  await mkdir(REFERENCE, { recursive: true });
  const written: string[] = [];
  for (const [name, page] of referencePages()) {
    const file = join(REFERENCE, name);
    if ((await readFile(file, 'utf8').catch(() => '')) === page) continue;
    await writeFile(file, page);
    written.push(name);
  }
  return written;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const written = await writePages();
  console.log(written.length === 0 ? 'docs/reference is up to date' : `written: ${written.join(', ')}`);
}
