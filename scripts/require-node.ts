/**
 * Imported first by everything that is run by hand: says in one sentence what is wrong when the wrong Node runs it.
 * `npm run …` finds the pinned one by itself, because npm puts `node_modules/.bin` first.
 */
const NEEDED = 24;
const running = Number.parseInt(process.versions.node, 10);

if (running < NEEDED) {
  process.stderr.write(
    `Node ${NEEDED} or later is needed, and this is ${process.versions.node}. ` +
      'Run "npm ci" and start this through npm: the pinned Node is in node_modules/.bin.\n',
  );
  process.exit(1);
}
