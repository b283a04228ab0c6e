#!/usr/bin/env node
// Plain JavaScript that any Node from 20 can run: it finds a Node that can run the TypeScript sources (24 or newer)
// and starts the command line there. `npm start` and `npx ringwall` find the pinned one by themselves.
// Being no TypeScript, it has no types for the linter to look at:
/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-call, typescript/no-unsafe-member-access, typescript/no-unsafe-argument, typescript/no-unsafe-return */

import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, writeFileSync } from 'node:fs';
import nodeModule, { createRequire } from 'node:module';
import { availableParallelism, constants as systemConstants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

const NEEDED = 24;
/** Should it not end, the program starts all the same. */
const COMPILE_MS = 30_000;
const GUARD = 'RINGWALL_LAUNCHED';
/**
 * What V8 sets aside for new objects: by itself it takes up to twice 64 MiB, and gives them back to nobody. Signalling
 * leaves little behind, and is no dearer with less. For the first thread, only the command line of Node can say it.
 */
const NEW_OBJECTS = '--max-semi-space-size';
const NEW_OBJECTS_MIB = 4;
/**
 * The C library's heap, in which Node keeps what is no JavaScript: by itself it opens one for each of a dozen threads,
 * and gives nothing back that it once had. With two, 10,000 phones take 15 MB less. Read once, when a process begins.
 */
const C_HEAP = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_TRIM_THRESHOLD_: '131072',
  MALLOC_MMAP_THRESHOLD_: '131072',
};
/**
 * By how much old objects grow before V8 looks which of them are alive: by itself it lets a small heap become four
 * times what is, and fills it with what phones left behind when they arrived.
 */
const OLD_OBJECTS_GROWTH_PERCENT = 30;
/** With so many processors there is always one for a thread that helps another. */
const ENOUGH_PROCESSORS = 4;

if (Number.parseInt(process.versions.node, 10) >= NEEDED) {
  const compiled = keepCompiled();
  if (process.argv.includes('start')) {
    if (compiled !== undefined) compileFirst(compiled);
    if (!limitsNewObjects()) startLimited();
    setFlagsFromString(`${NEW_OBJECTS}=0`); // This thread has its limit; to others, the flag would go before their own.
    setFlagsFromString(`--heap-growing-percent=${OLD_OBJECTS_GROWTH_PERCENT}`);
    if (availableParallelism() < ENOUGH_PROCESSORS) collectAlone();
  }
  delete process.env[GUARD];
  await import('../src/main.ts');
} else {
  const node = process.env[GUARD] === undefined ? pinnedNode() : undefined;
  if (node === undefined) {
    process.stderr.write(
      `ringwall: This is Node ${process.versions.node}, and Ringwall needs ${NEEDED} or newer. ` +
        'Run npm install in the checkout, which brings one along on Linux, or install Node 24. (RUNTIME_TOO_OLD)\n',
    );
    process.exitCode = 1;
  } else {
    launch(node);
  }
}

/**
 * Keeps what Node makes of the sources: a command starts in a third of the time, and the program needs 40 MB less,
 * since the compiler is not loaded. The folder belongs to whoever installed the checkout; a common one for temporary
 * files would let others put code there. Where it cannot be written, everything works as before.
 */
function keepCompiled() {
  const folder = join(dirname(fileURLToPath(import.meta.url)), '../../../node_modules/.cache/ringwall');
  const { directory } = nodeModule.enableCompileCache(folder);
  // For threads, which look at nothing else.
  process.env.NODE_COMPILE_CACHE = folder;
  return directory;
}

/**
 * Before the first start after an installation, another process fills the folder: a program that once loaded the
 * compiler keeps it in each of its threads, which is 40 MB, until it is started again.
 */
function compileFirst(directory) {
  try {
    writeFileSync(join(directory, 'first-start'), '', { flag: 'wx' });
  } catch {
    return; // It was done, or cannot be.
  }
  spawnSync(process.execPath, [join(import.meta.dirname, 'compile.js')], {
    stdio: 'ignore',
    timeout: COMPILE_MS,
  });
}

/** Was it said, here or by an administrator? */
function limitsNewObjects() {
  return [process.env.NODE_OPTIONS ?? '', ...process.execArgv].some((option) => option.includes(NEW_OBJECTS));
}

/**
 * Begins anew, as the same process, with limits on what it sets aside, and does not come back. Where Node cannot do that
 * (it calls it experimental), everything works as before, with more memory.
 */
function startLimited() {
  const limit = `${NEW_OBJECTS}=${NEW_OBJECTS_MIB}`;
  const words = [process.argv0, ...process.execArgv, limit, ...process.argv.slice(1)];
  process.execve?.(process.execPath, words, { ...C_HEAP, ...process.env });
}

/**
 * To clear away new objects, V8 wakes a thread for each piece of them. Where few processors are, the helpers only take
 * turns with the thread that waits for them, and a call costs a tenth more.
 */
function collectAlone() {
  setFlagsFromString('--no-parallel-scavenge');
}

/** The Node that npm put beside this package, for this machine. */
function pinnedNode() {
  try {
    const manifest = createRequire(import.meta.url).resolve(`node-linux-${process.arch}/package.json`);
    const node = join(dirname(manifest), 'bin', 'node');
    accessSync(node, constants.X_OK);
    return node;
  } catch {
    return undefined; // not installed here: an optional dependency
  }
}

/** Runs the same command line under `node`, and ends as it ends. */
function launch(node) {
  const child = spawn(node, [...process.execArgv, fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, [GUARD]: '1' },
  });
  // What is sent to this process alone is handed on. Ctrl-C and hanging up reach both by themselves, and a second one
  // would cut the orderly stop short. This process then waits for the child, which may have calls to end.
  const terminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP']) {
    process.on(signal, () => {
      if (signal === 'SIGTERM' || !terminal) child.kill(signal);
    });
  }
  child.on('error', (error) => {
    process.stderr.write(`ringwall: ${node} cannot be started: ${error.message}.\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (systemConstants.signals[signal] ?? 0);
  });
}
