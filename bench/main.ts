import '../scripts/require-node.ts';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BENCH_PEERS, installPeers } from '../scripts/peers.ts';
import { median } from './measure/quantiles.ts';
import { GUARD_ROWS } from './rows/guard.ts';
import { MEMORY_ROWS } from './rows/memory.ts';
import { POLICY_ROWS } from './rows/policy.ts';
import { RELAY_ROWS } from './rows/relay.ts';
import type { Contestant, Pace, Row } from './rows/row.ts';
import { SRTP_ROWS } from './rows/srtp.ts';
import { SIGNALLING_ROWS } from './rows/signalling.ts';
import { type Figures, report } from './report.ts';
import { startBareNode } from './servers/bare-node.ts';
import { startKamailio } from './servers/kamailio.ts';
import { startRingwall } from './servers/ringwall.ts';
import { startRtpengine } from './servers/rtpengine.ts';
import { NO_SERVER, type Server } from './servers/server.ts';

const HELP = `npm run bench -- [--only text[,text…]] [--without name[,name…]] [--rounds 5] [--quick]

Measures Ringwall beside Kamailio and rtpengine, in turn, and prints a table; a whole run also writes
bench/results.md.
  --only      rows whose name contains one of these, such as register or relay-100
  --without   contestants to leave out: ringwall, kamailio, rtpengine, bare-node
  --rounds    how often everything is measured; the median counts
  --quick     shorter windows, for a first look
  --list      names of the rows
`;

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    without: { type: 'string', multiple: true },
    rounds: { type: 'string', default: '5' },
    quick: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const names = (given: readonly string[] | undefined): readonly string[] =>
  given?.flatMap((list) => list.split(',')) ?? [];
const only = names(values.only);
const without = names(values.without);
const rounds = Number(values.rounds);
const pace: Pace = values.quick ? { warmSeconds: 0.5, seconds: 2 } : { warmSeconds: 1, seconds: 4 };
const rows = [
  ...SIGNALLING_ROWS,
  ...RELAY_ROWS,
  ...MEMORY_ROWS,
  ...SRTP_ROWS,
  ...GUARD_ROWS,
  ...POLICY_ROWS,
].filter((row) => only.length === 0 || only.some((text) => row.id.includes(text)));

if (values.help || values.list || rows.length === 0 || !(rounds >= 1)) {
  process.stdout.write(values.list ? `${rows.map((row) => row.id).join('\n')}\n` : HELP);
  process.exit(values.help || values.list ? 0 : 1);
}

const absent = installPeers(BENCH_PEERS, true);
const away = [...without, ...absent.missing.map((peer) => peer.command)];
for (const peer of absent.missing) console.log(`without ${peer.command}: ${absent.why}`);

const START: Readonly<Record<Contestant, (userCount: number) => Promise<Server>>> = {
  ringwall: startRingwall,
  kamailio: startKamailio,
  rtpengine: startRtpengine,
  'bare-node': startBareNode,
};

const figures: Figures = new Map();

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function measure(row: Row, contestant: Contestant, server: Server): Promise<void> {
  const key = `${row.id} ${contestant}`;
  try {
    const figure = await row.measure(server, pace, contestant);
    figures.set(key, [...(figures.get(key) ?? []), figure]);
    console.log(`  ${contestant.padEnd(10)} ${row.id.padEnd(15)} ${figure.toFixed(1)} ${row.unit}`);
  } catch (error) {
    console.log(`  ${contestant.padEnd(10)} ${row.id.padEnd(15)} ${reasonOf(error)}`);
  }
}

const whole = only.length === 0 && without.length === 0 && !values.quick;

const stages = [...Map.groupBy(rows, (row) => row.stage)];
for (let round = 1; round <= rounds; round++) {
  console.log(`round ${round} of ${rounds}`);
  for (const [stage, ofStage] of stages) {
    const contestants = [...new Set(ofStage.flatMap((row) => row.contestants))].filter(
      (name) => !away.includes(name),
    );
    for (const contestant of contestants) {
      let server: Server;
      try {
        server = stage.userCount === 0 ? NO_SERVER : await START[contestant](stage.userCount);
      } catch (error) {
        console.log(`  ${contestant} did not start: ${reasonOf(error)}`);
        continue;
      }
      try {
        await stage.warmUp(server, pace);
        for (const row of ofStage) {
          if (row.contestants.includes(contestant)) await measure(row, contestant, server);
        }
      } finally {
        await server.stop();
      }
    }
  }
  // After each, so that a run of an hour that is cut short has told something.
  if (whole)
    writeFileSync(join(import.meta.dirname, 'results.md'), report(rows, figures, median).markdown(round));
}

const table = report(rows, figures, median);
console.log(`\n${table.text}`);
process.exitCode = table.missed.length === 0 ? 0 : 1;
