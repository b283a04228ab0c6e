// Who may import whom. Type imports count (tsPreCompilationDeps), and only `typescript` 6 can be read here:
// under TypeScript 7 this tool sees nothing and passes everything, so scripts/walls.test.ts plants violations.

/** A package, and the packages that it may import. The order is the order of the house: arrows point up. */
const may = {
  base: [],
  sip: ['base'],
  media: ['base'],
  policy: ['base'],
  contract: ['policy', 'base'],
  pbx: ['base', 'sip', 'media', 'policy'],
  store: ['base', 'sip', 'media', 'policy', 'pbx'],
  net: ['base'],
  phone: ['base', 'sip', 'media'],
  server: ['base', 'sip', 'media', 'policy', 'contract', 'pbx', 'store', 'net', 'phone'],
  cli: ['base', 'policy', 'contract', 'net', 'phone', 'server', 'sip'],
  testkit: ['base', 'sip', 'media', 'policy', 'pbx', 'phone'],
};

const TEST_FILE = '\\.test\\.ts$';
/** What is run by developers alone, and may therefore reach everything and open sockets. */
const WORKSHOP = '^(test|bench|scripts)/';
/** The packages that may open sockets or start programs. */
const RIM = '^packages/(net|server|cli|testkit)/';

const folder = (name) => `^packages/${name}/`;

const imports = Object.entries(may).flatMap(([name, below]) => [
  {
    name: `${name}-imports-only-what-is-below-it`,
    comment: `${name} may import: ${below.join(', ') || 'nothing'} (ARCHITECTURE.md)`,
    severity: 'error',
    from: { path: folder(name), pathNot: TEST_FILE },
    to: { path: '^packages/', pathNot: [name, ...below].map(folder) },
  },
  {
    name: `${name}-tests-import-only-what-is-below-it-and-the-testkit`,
    comment: 'A test of a package sees what the package sees, and the simulated world.',
    severity: 'error',
    from: { path: `${folder(name)}.*${TEST_FILE}` },
    to: { path: '^packages/', pathNot: [name, ...below, 'testkit', 'phone'].map(folder) },
  },
]);

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...imports,
    {
      name: 'every-package-has-a-row',
      comment: 'A new package needs a row in the table above before it may import anything.',
      severity: 'error',
      from: { path: '^packages/', pathNot: Object.keys(may).map(folder) },
      to: {},
    },
    {
      name: 'only-through-the-front-door',
      comment: "Another package is its src/index.ts: what is not exported there is nobody else's business.",
      severity: 'error',
      from: { path: '^packages/([^/]+)/' },
      to: { path: '^packages/[^/]+/', pathNot: ['^packages/$1/', '^packages/[^/]+/src/index\\.ts$'] },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'sockets-only-at-the-rim',
      comment: 'Protocol code does no I/O: sockets and child processes are for net, server, cli and testkit.',
      severity: 'error',
      from: { path: '^packages/', pathNot: [RIM, TEST_FILE] },
      to: { path: '^(node:)?(dgram|net|tls|http|http2|https|dns|child_process|cluster)(/promises)?$' },
    },
    {
      name: 'the-database-thread-stays-small',
      comment:
        'What its thread loads takes time at every start and memory for ever: of the packages, types and base.',
      severity: 'error',
      from: {
        path: '^packages/store/src/(queries|schema|migrations|sqlite/(engine|open-database|database-thread))',
        pathNot: TEST_FILE,
      },
      to: { path: '^packages/(sip|media|policy|pbx)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'nobody-imports-tests',
      severity: 'error',
      from: { pathNot: TEST_FILE },
      to: { path: TEST_FILE },
    },
    {
      name: 'packages-import-no-workshop',
      comment: 'What ships may not lean on test/, bench/ or scripts/.',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: WORKSHOP },
    },
    {
      name: 'testkit-only-in-tests',
      severity: 'error',
      from: { path: '^packages/', pathNot: [TEST_FILE, folder('testkit')] },
      to: { path: folder('testkit') },
    },
    {
      name: 'every-import-resolves',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'node_modules/(?!@ringwall/)' },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
