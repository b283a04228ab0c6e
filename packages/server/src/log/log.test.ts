import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { Log, type LogOptions } from './log.ts';
import { Secret } from './secret.ts';

function listen(options: Partial<LogOptions> = {}) {
  const lines: string[] = [];
  const log = new Log({ level: 'info', format: 'json', write: (line) => lines.push(line), ...options });
  return { log, lines };
}

test('an event is one line of JSON with its instant, level, part and message', () => {
  const { log, lines } = listen();
  log.part('sip').info({ address: '192.0.2.1' }, 'Extension 101 registered');
  assert.equal(lines.length, 1);
  const [line = ''] = lines;
  assert.ok(line.endsWith('}\n') && !line.slice(0, -1).includes('\n'));
  const { time, ...rest } = JSON.parse(line) as Record<string, unknown>;
  assert.match(String(time), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  assert.deepEqual(rest, {
    level: 'info',
    part: 'sip',
    address: '192.0.2.1',
    msg: 'Extension 101 registered',
  });
});

test('one level holds for every part, made before or after it was changed', () => {
  const { log, lines } = listen();
  const before = log.part('before');
  before.debug('unheard');
  log.setLevel('debug');
  before.debug('heard');
  log.part('after').debug('heard too');
  assert.equal(log.part('before'), before);
  log.setLevel('error');
  before.warn('unheard again');
  assert.equal(lines.length, 2);
});

test('no secret gets into a line: not as a Secret, not deep inside, not under a telling name', () => {
  const { log, lines } = listen();
  const logger = log.part('test');
  const secret = new Secret('hunter2');
  logger.info({ value: secret }, `told ${String(secret)}`);
  logger.info({ deep: { down: { there: secret } } }, 'deep');
  logger.info({ password: 'hunter2', extension: { authPassword: 'hunter2', ha1: 'hunter2' } }, 'named');
  logger.info('%s %o', secret, secret);
  logger.child({ value: secret }).info('bound');
  logger.error(new Error(`about ${String(secret)}`), 'failed');
  logger.info({ authorization: 'hunter2', deep: { key: 'hunter2' } }, 'named');
  assert.equal(lines.length, 7);
  assert.doesNotMatch(lines.join(''), /hunter2/);
  assert.match(lines[0] ?? '', /"value":"\[secret\]"/);
});

test('an error is logged with its stack', () => {
  const { log, lines } = listen();
  log.part('test').error(new Error('oh'), 'It failed');
  const entry = JSON.parse(lines[0] ?? '') as { err: { stack: string; message: string }; msg: string };
  assert.equal(entry.msg, 'It failed');
  assert.match(entry.err.stack, /log\.test/);
});

test('as text the same event is a line for eyes', () => {
  const { log, lines } = listen({ format: 'text' });
  log.part('sip').warn({ tries: 3 }, 'Wrong password');
  assert.match(lines[0] ?? '', /^\d\d:\d\d:\d\d\.\d{3} WARN {2}sip {6}Wrong password tries=3\n$/);
});

const LOG = join(import.meta.dirname, 'log.ts');

test('to a pipe, every line written before the end of the process arrives', () => {
  const script = `
    import { Log } from ${JSON.stringify(LOG)};
    const log = new Log({ level: 'info', format: 'auto' });
    for (let i = 0; i < 5000; i++) log.part('test').info({ i }, 'line');
    log.flush();
    process.exit(0);`;
  const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    maxBuffer: 10_000_000,
  });
  assert.equal(status, 0);
  const lines = stdout.trimEnd().split('\n');
  assert.equal(lines.length, 5_000);
  assert.equal((JSON.parse(lines[4_999] ?? '') as { i: number }).i, 4_999);
});

test('a reader that stops reading costs lines, which are counted, and neither memory nor the process', async () => {
  const script = `
    import { Log } from ${JSON.stringify(LOG)};
    const log = new Log({ level: 'info', format: 'auto' });
    const text = 'x'.repeat(1000);
    for (let i = 0; i < 20000; i++) log.part('test').info(text);
    process.stderr.write(String(log.dropped));
    process.kill(process.pid, 'SIGKILL');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
  let told = '';
  child.stderr.on('data', (chunk) => {
    told += String(chunk);
  });
  await once(child, 'exit');
  child.stdout.destroy();
  assert.ok(Number(told) > 10_000, `dropped ${told} of 20,000 lines of 1,000 characters`);
});
