/**
 * fail2ban beside the guard: how long a guesser is still heard after the guess that decides, and who is shut out when
 * the provider's address is forged.
 *
 *     sudo node bench/guard/fail2ban.ts [--rounds N]
 *
 * fail2ban comes from the distribution, unchanged, with its own nftables action, and reads what a Kamailio writes for
 * each login that fails. It is tried with two rules: to count every REGISTER that is not let in, and wrong passwords
 * alone. Both programs shut out at the tenth, and the same driver attacks both, over the same network of namespaces;
 * Ringwall runs as it is started, with its rules in the socket handler.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installPeers } from '../../scripts/peers.ts';
import { whyNoNamespaces } from '../../scripts/namespaces.ts';
import type { WrongAnswersJob, WrongAnswersOutcome } from '../../test/attack/drivers/wrong-answers.ts';
import { DriverRun } from '../../test/attack/harness/driver-run.ts';
import { Network } from '../../test/attack/harness/network.ts';
import { DOMAIN, Scene } from '../../test/attack/harness/scene.ts';
import { eventually, Program } from '../../test/interop/harness/process.ts';
import { median } from '../measure/quantiles.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } });
const LIMIT = 10;
const PORT = 5_060;
const FORGED = 200;

/** One system under attack, fresh for each attack. */
interface Defended {
  readonly network: Network;
  readonly bans: (address: string) => Promise<boolean>;
  readonly close: () => Promise<void>;
}

type Attack = Pick<WrongAnswersJob, 'count' | 'everyMs' | 'withAnswer'> & { readonly isForged: boolean };

async function attack(defended: Defended, { isForged, ...job }: Attack) {
  const { network, bans } = defended;
  const [attacker, provider] = [network.host('attacker'), network.host('provider').addresses[0]];
  const own = attacker.addresses[0];
  if (isForged) network.forge(attacker, provider);
  const whole: WrongAnswersJob = {
    to: { address: network.host('pbx').addresses[0], port: PORT },
    domain: DOMAIN,
    user: '105',
    own,
    from: isForged ? provider : own,
    limit: LIMIT,
    ...job,
  };
  const outcome = await new DriverRun<WrongAnswersOutcome>(attacker, 'wrong-answers', whole).outcome();
  // What reads logs may need another second for what was written last.
  const isBanned = await eventually(
    async () => ((await bans(whole.from)) ? true : undefined),
    'a ban',
    3_000,
  ).catch(() => false);
  return { ...outcome, isBanned };
}

async function ringwall(): Promise<Defended> {
  const scene = await Scene.open();
  return {
    network: scene.network,
    bans: async (address) =>
      /is on the blacklist/.test(JSON.stringify(await scene.ringwall.ask('guard.why', { address }))),
    close: () => scene.close(),
  };
}

function jail(log: string, rule: string): string {
  return [
    '[sip]',
    'enabled = true',
    'filter =',
    `failregex = login failed rule=${rule} from <HOST>$`,
    'datepattern = {NONE}',
    `logpath = ${log}`,
    'backend = auto',
    `port = ${PORT}`,
    'protocol = udp',
    'banaction = nftables-multiport',
    `maxretry = ${LIMIT}`,
    'findtime = 600',
    'bantime = 86400',
    '',
  ].join('\n');
}

async function fail2ban(rule: string): Promise<Defended> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-fail2ban-'));
  const network = Network.make({ pbx: [1], provider: [50], attacker: [2] });
  const { prefix, addresses } = network.host('pbx');
  const programs: Program[] = [];
  const close = async (): Promise<void> => {
    for (const program of programs.toReversed()) await program.stop();
    network.remove();
    rmSync(folder, { recursive: true, force: true });
  };
  const start = (...words: readonly string[]): Program => {
    const [command, ...args] = [...prefix, ...words];
    const program = new Program(command, args);
    programs.push(program);
    return program;
  };
  try {
    const config = readFileSync(join(import.meta.dirname, 'kamailio-logs.cfg'), 'utf8')
      .replace('BENCH_LISTEN', `udp:${addresses[0]}:${PORT}`)
      .replaceAll('BENCH_DOMAIN', DOMAIN);
    const [file, log] = [join(folder, 'kamailio.cfg'), join(folder, 'kamailio.log')];
    writeFileSync(file, config);
    const memory = '-m 64 -M 8';
    const kamailio = `kamailio -f ${file} -DD -E ${memory} -P ${folder}/pid -w ${folder}`;
    await start('sh', '-c', `exec ${kamailio} 2>${log}`).waitFor(new RegExp(`${addresses[0]}:${PORT}`));

    const [etc, socket] = [join(folder, 'fail2ban'), join(folder, 'fail2ban.sock')];
    cpSync('/etc/fail2ban', etc, { recursive: true, filter: (path) => !path.includes('/jail.d/') });
    writeFileSync(join(etc, 'jail.local'), jail(log, rule));
    writeFileSync(join(etc, 'fail2ban.local'), '[Definition]\ndbfile = None\n');
    const common = ['-c', etc, '-s', socket, '-p', join(folder, 'fail2ban.pid')];
    start('fail2ban-server', ...common, '-f', '-x', '--logtarget', join(folder, 'fail2ban.log'), 'start');
    const ask = async (...words: readonly string[]): Promise<string> => {
      const client = start('fail2ban-client', ...common, ...words);
      await client.exitCode(5_000);
      return client.said;
    };
    const banned = () => ask('status', 'sip');
    await eventually(
      async () => (/Banned IP list/.test(await banned()) ? true : undefined),
      'fail2ban is up',
    );
    const said = readFileSync(join(folder, 'fail2ban.log'), 'utf8');
    console.error(`fail2ban ${/ uses [^\n]*/.exec(said)?.[0] ?? ' says nothing of how it reads'}`);
    const bans = async (address: string) => (await banned()).split(/\s+/).includes(address);
    return { network, bans, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const SYSTEMS: Readonly<Record<string, () => Promise<Defended>>> = {
  Ringwall: ringwall,
  'fail2ban, wrong passwords': () => fail2ban('wrong'),
  'fail2ban, whatever is not let in': () => fail2ban('any'),
};

async function against(start: () => Promise<Defended>, how: Attack) {
  const defended = await start();
  try {
    return await attack(defended, how);
  } finally {
    await defended.close();
  }
}

/** A row of the table. */
async function measure(name: string, start: () => Promise<Defended>): Promise<string> {
  const guessing: Attack = { count: 600, everyMs: 3, withAnswer: true, isForged: false };
  const rounds = [];
  for (let i = 0; i < Number(values.rounds); i++) rounds.push(await against(start, guessing));
  const times = rounds.map(({ decidedToDroppedMs }) => decidedToDroppedMs ?? Number.POSITIVE_INFINITY);
  const heard = rounds.map((round) => round.heard);
  const forged = { count: FORGED, everyMs: 5, isForged: true };
  const bare = await against(start, { ...forged, withAnswer: false });
  const borrowed = await against(start, { ...forged, withAnswer: true });
  const ms = (value: number): string => (Number.isFinite(value) ? `${value.toFixed(0)} ms` : 'never');
  const said = (isBanned: boolean): string => (isBanned ? 'banned' : 'no');
  const cells = [
    name,
    `${ms(median(times))} (${ms(Math.min(...times))} to ${ms(Math.max(...times))})`,
    String(median(heard)),
    said(bare.isBanned),
    said(borrowed.isBanned),
  ];
  return `| ${cells.join(' | ')} |`;
}

const { missing } = installPeers(
  [
    { command: 'kamailio', debian: 'kamailio' },
    { command: 'fail2ban-server', debian: 'fail2ban' },
    { command: 'nft', debian: 'nftables' },
  ],
  true,
);
const why = missing.length > 0 ? `${missing[0]?.command} is missing` : whyNoNamespaces();
if (why !== undefined) {
  console.error(`not measured: ${why}`);
  process.exit(1);
}
console.log(
  '| | from the 10th wrong password to the first request that is dropped | guesses answered | provider forged, no credentials | provider forged, answers to a challenge of the attacker |',
);
console.log('| --- | --- | --- | --- | --- |');
for (const [name, start] of Object.entries(SYSTEMS)) console.log(await measure(name, start));
