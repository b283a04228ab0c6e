import './require-node.ts';
import { execFileSync } from 'node:child_process';
import { lstatSync, readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './run-step.ts';

export interface Untidy {
  readonly line: number;
  readonly what: string;
}

/** Folders that only exist on the machine of whoever works here, each ending in a slash. */
function machineFolders(root: string): readonly string[] {
  const above = dirname(root);
  const shared = ['/', '/home', '/opt', '/srv', '/usr', '/var', '/tmp', tmpdir()];
  return [root, ...(shared.includes(above) ? [] : [above]), homedir()]
    .filter((folder) => folder.length > 1)
    .map((folder) => `${folder}/`);
}

const HOME = /(?<![\w.])\/(?:home|Users)\/[a-z][\w.-]*\//;
const REGISTRY = /\bhttps?:\/\/[\w.-]*(?:registry|artifactory|nexus|verdaccio|npm-proxy)[\w.-]*/i;
const RESOLVED = /"resolved": *"https?:\/\//;

/**
 * What does not belong in a file that everybody gets: paths of one machine, and hosts of one network's package
 * registry (a lockfile with `resolved` addresses installs from there alone).
 */
export function findUntidy(text: string, root: string): readonly Untidy[] {
  const folders = machineFolders(root);
  const found: Untidy[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const folder = folders.find((candidate) => line.includes(candidate)) ?? HOME.exec(line)?.[0];
    if (folder !== undefined) found.push({ line: index + 1, what: `a path of one machine: ${folder}` });
    if (RESOLVED.test(line)) found.push({ line: index + 1, what: 'a "resolved" address' });
    else if (REGISTRY.test(line)) found.push({ line: index + 1, what: 'the host of a package registry' });
  }
  return found;
}

/** Packages in a lockfile that would run a script of their own while they are installed. */
export function packagesWithInstallScript(lockfile: string): readonly string[] {
  const { packages } = JSON.parse(lockfile) as {
    packages: Readonly<Record<string, { readonly hasInstallScript?: boolean }>>;
  };
  return Object.entries(packages).flatMap(([path, entry]) => (entry.hasInstallScript === true ? [path] : []));
}

function main(): void {
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' }).split('\0');
  const complaints: string[] = [];
  for (const file of files.filter((name) => name !== '' && !/^scripts\/tidy(\.test)?\.ts$/.test(name))) {
    const path = join(ROOT, file);
    if (!(lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false)) continue;
    const bytes = readFileSync(path);
    if (bytes.includes(0)) continue;
    for (const { line, what } of findUntidy(bytes.toString('utf8'), ROOT)) {
      complaints.push(`${file}:${line}: ${what}`);
    }
  }
  for (const name of packagesWithInstallScript(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'))) {
    complaints.push(
      `package-lock.json: ${name} has an install script; no dependency may run code when installed`,
    );
  }
  for (const complaint of complaints) console.log(complaint);
  process.exitCode = complaints.length === 0 ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main();
