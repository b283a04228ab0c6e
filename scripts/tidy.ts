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

/** Folders that only exist on the machine of whoever works here, each ending in a slash; `/root` is everywhere. */
function machineFolders(root: string): readonly string[] {
  const above = dirname(root);
  const shared = ['/', '/home', '/opt', '/srv', '/usr', '/var', '/tmp', tmpdir()];
  return [root, ...(shared.includes(above) ? [] : [above]), homedir()]
    .filter((folder) => folder.length > 1 && folder !== '/root')
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

interface LockedPackage {
  readonly hasInstallScript?: boolean;
  readonly link?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

function lockedPackages(lockfile: string): Readonly<Record<string, LockedPackage>> {
  return (JSON.parse(lockfile) as { packages: Readonly<Record<string, LockedPackage>> }).packages;
}

/** Packages in a lockfile that would run a script of their own while they are installed. */
export function packagesWithInstallScript(lockfile: string): readonly string[] {
  return Object.entries(lockedPackages(lockfile)).flatMap(([path, entry]) =>
    entry.hasInstallScript === true ? [path] : [],
  );
}

/**
 * Dependencies that the lockfile names but does not hold, for which `npm ci` would refuse it whole. That happens when
 * it was written beside an installed tree, or from a registry that lacks the packages of other platforms.
 */
export function missingFromLockfile(lockfile: string): readonly string[] {
  const packages = lockedPackages(lockfile);
  const isThere = (from: string, name: string): boolean => {
    for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
      if (Object.hasOwn(packages, `${at === '' ? '' : `${at}/`}node_modules/${name}`)) return true;
      if (at === '') return false;
    }
  };
  return Object.entries(packages).flatMap(([path, entry]) =>
    Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })
      .filter((name) => !isThere(path, name))
      .map((name) => `${name}, which ${path === '' ? 'the root' : path} needs`),
  );
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
  const lockfile = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
  for (const missing of missingFromLockfile(lockfile)) complaints.push(`package-lock.json: lacks ${missing}`);
  for (const name of packagesWithInstallScript(lockfile)) {
    complaints.push(
      `package-lock.json: ${name} has an install script; no dependency may run code when installed`,
    );
  }
  for (const complaint of complaints) console.log(complaint);
  process.exitCode = complaints.length === 0 ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main();
