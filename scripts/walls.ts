import './require-node.ts';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { ROOT } from './run-step.ts';

/**
 * The packages that are told the time and dealt the dice, so that a test can say both. `net`, `server` and `cli`
 * are where the world comes in; `testkit` makes a world of its own.
 */
const TOLD = ['base', 'sip', 'media', 'policy', 'contract', 'pbx', 'store', 'phone'];

/** `object.name` that read a clock or draw a number, whatever they are called on when the object is `*`. */
const FORBIDDEN_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  now: ['Date', 'performance'],
  timeOrigin: ['performance'],
  random: ['Math'],
  hrtime: ['process'],
  uptime: ['process'],
  getRandomValues: ['*'],
  randomUUID: ['*'],
  randomBytes: ['*'],
  randomInt: ['*'],
  randomFill: ['*'],
  randomFillSync: ['*'],
};

/** Globals, and names that modules export, that set a timer or draw a number. */
const FORBIDDEN_NAMES = new Set([
  'setTimeout',
  'setInterval',
  'setImmediate',
  ...Object.entries(FORBIDDEN_MEMBERS).flatMap(([member, owners]) => (owners.includes('*') ? [member] : [])),
]);

const FORBIDDEN_MODULES = /^(node:)?(timers|timers\/promises|perf_hooks)$/;

const GLOBAL_OBJECTS = new Set(['globalThis', 'global', 'self']);

export interface Breach {
  readonly line: number;
  readonly what: string;
}

/** Is this identifier a name that is being declared or a key, and not a use of the global? */
function isOnlyAName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent))
    return parent.name === node && !isGlobalObject(parent.expression);
  if (ts.isQualifiedName(parent)) return true;
  return (
    (ts.isPropertyAssignment(parent) ||
      ts.isPropertySignature(parent) ||
      ts.isPropertyDeclaration(parent) ||
      ts.isMethodDeclaration(parent) ||
      ts.isMethodSignature(parent)) &&
    parent.name === node
  );
}

function isGlobalObject(node: ts.Expression): boolean {
  return ts.isIdentifier(node) && GLOBAL_OBJECTS.has(node.text);
}

/** `Date` for `Date` and for `globalThis.Date`. */
function ownerName(node: ts.Expression): string | undefined {
  if (ts.isIdentifier(node)) return node.text;
  if (ts.isPropertyAccessExpression(node) && isGlobalObject(node.expression)) return node.name.text;
  return undefined;
}

function forbiddenMember(owner: ts.Expression, member: string): string | undefined {
  const owners = Object.hasOwn(FORBIDDEN_MEMBERS, member) ? FORBIDDEN_MEMBERS[member] : undefined;
  const name = ownerName(owner);
  if (owners === undefined) return undefined;
  if (!owners.includes('*') && (name === undefined || !owners.includes(name))) return undefined;
  return `${name ?? '…'}.${member}`;
}

function breachAt(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node)) return forbiddenMember(node.expression, node.name.text);
  if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression)) {
    const member = node.argumentExpression.text;
    if (isGlobalObject(node.expression) && FORBIDDEN_NAMES.has(member)) return member;
    return forbiddenMember(node.expression, member);
  }
  if (ts.isVariableDeclaration(node) && ts.isObjectBindingPattern(node.name) && node.initializer) {
    for (const element of node.name.elements) {
      const member = (element.propertyName ?? element.name).getText();
      const found = forbiddenMember(node.initializer, member);
      if (found !== undefined) return found;
    }
  }
  if (ts.isNewExpression(node) && ownerName(node.expression) === 'Date' && !node.arguments?.length) {
    return 'new Date()';
  }
  if (ts.isCallExpression(node) && ownerName(node.expression) === 'Date') return 'Date()';
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
    const from = node.moduleSpecifier;
    if (from && ts.isStringLiteral(from) && FORBIDDEN_MODULES.test(from.text)) return from.text;
  }
  if (ts.isIdentifier(node) && FORBIDDEN_NAMES.has(node.text) && !isOnlyAName(node)) return node.text;
  return undefined;
}

/** Every place of a source text that reads a clock, sets a timer or draws a random number by itself. */
export function findAmbient(text: string): readonly Breach[] {
  const source = ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true);
  const breaches: Breach[] = [];
  const visit = (node: ts.Node): void => {
    const what = breachAt(node);
    if (what !== undefined) {
      breaches.push({ line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1, what });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return breaches;
}

function main(): void {
  const files = globSync(
    TOLD.map((name) => `packages/${name}/src/**/*.ts`),
    { cwd: ROOT },
  );
  let count = 0;
  for (const file of files.filter((name) => !name.endsWith('.test.ts')).toSorted()) {
    for (const { line, what } of findAmbient(readFileSync(join(ROOT, file), 'utf8'))) {
      console.log(`${file}:${line}: ${what}: time, timers and chance come in as arguments here`);
      count++;
    }
  }
  process.exitCode = count === 0 ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main();
