/**
 * What a packet costs that the kernel drops for the guard, beside the same packet read by Node and thrown away.
 *
 *     sudo node bench/guard/nft.ts [--rounds N] [--packets N] [--json]
 *
 * Two network namespaces with a wire between them. The unit is CPU time of the sending and the receiving process; what
 * the kernel does to receive a packet counts for the sender, on whose processor it happens. The least that a packet can
 * cost, dropped where it leaves the wire, is taken off: what remains is what receiving costs. All ways take turns, and
 * of the rounds the median counts.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parseIp } from '@ringwall/base';
import { NftEnforcer, type NftEntry } from '@ringwall/net';
import { on, TwoMachines, whyNotHere } from '../../test/attack/harness/namespaces.ts';
import { NFT_RULES } from '../../test/attack/harness/nft-rules.ts';

const ATTACKED = '10.66.0.1';
const BANNED = '10.66.0.10';
const STRANGER = '10.66.0.11';
const PHONE = '10.66.0.12';
const FROM_PORT = 40_000;
const SIP_PORT = 5_060;
/** One that the rules do not know: no more than the look at the port. */
const OTHER_PORT = 5_070;
const PACKET_BYTES = 387;
/** Small enough for the socket's buffer. */
const SENT_AT_ONCE = 64;

const { values, positionals } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    packets: { type: 'string', default: '20000' },
    json: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const rounds = Number(values.rounds);
const packets = Number(values.packets);

interface Order {
  readonly from: string;
  readonly port: number;
}

/** Of the process since the order before. */
interface Cost {
  readonly cpuNs: number;
  readonly packets: number;
}

function nsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) * 1_000;
}

async function runSender(): Promise<void> {
  const packet = Buffer.alloc(PACKET_BYTES, 'x');
  process.on('message', ({ from, port }: Order) => {
    void (async () => {
      const socket = createSocket('udp4');
      socket.bind(FROM_PORT, from);
      await once(socket, 'listening');
      socket.connect(port, ATTACKED);
      await once(socket, 'connect');
      const before = process.cpuUsage();
      for (let sent = 0; sent < packets; sent++) {
        socket.send(packet);
        if (sent % SENT_AT_ONCE === 0) await setImmediate(); // eslint-disable-line no-await-in-loop
      }
      const cpuNs = nsSince(before);
      socket.close();
      process.send?.({ cpuNs, packets } satisfies Cost);
    })();
  });
}

async function runReceiver(): Promise<void> {
  let heard = 0;
  let before = process.cpuUsage();
  for (const port of [SIP_PORT, OTHER_PORT]) {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1_024 * 1_024 });
    socket.on('message', () => {
      heard++;
    });
    socket.bind(port, ATTACKED);
    await once(socket, 'listening'); // eslint-disable-line no-await-in-loop
  }
  process.on('message', () => {
    process.send?.({ cpuNs: nsSince(before), packets: heard } satisfies Cost);
    heard = 0;
    before = process.cpuUsage();
  });
}

/** This program once more, in a role of its own, on one of the machines. */
async function child(machine: string, role: string): Promise<ChildProcess> {
  const self = [process.execPath, fileURLToPath(import.meta.url), role, '--packets', values.packets];
  const [command, ...args] = [...on(machine), ...self];
  const started = spawn(command ?? process.execPath, args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await once(started, 'message');
  return started;
}

async function ask(whom: ChildProcess, order: Order | 'cost'): Promise<Cost> {
  const answered = once(whom, 'message') as Promise<[Cost]>;
  whom.send(order);
  return (await answered)[0];
}

function median(list: readonly number[]): number {
  return list.toSorted((a, b) => a - b)[list.length >> 1] ?? Number.NaN;
}

interface Way {
  readonly name: string;
  readonly order: Order;
  readonly isLeast?: boolean;
  readonly samples: { sent: number; read: number; arrived: number }[];
}

const way = (name: string, from: string, port = SIP_PORT, isLeast = false): Way => {
  return { name, order: { from, port }, isLeast, samples: [] };
};

const ip = (text: string) => parseIp(text) ?? { family: 4 as const, bits: 0n };

async function measure(machines: TwoMachines): Promise<readonly Way[]> {
  const contents: readonly NftEntry[] = [
    { kind: 'ban', network: { ...ip(BANNED), prefixLength: 32 }, seconds: 3_600 },
    { kind: 'flow', transport: 'udp', address: ip(PHONE), port: FROM_PORT, seconds: 3_600 },
    ...Array.from({ length: 10_000 }, (_, i): NftEntry => {
      const bits = ip('198.18.0.0').bits + BigInt(i);
      return { kind: 'ban', network: { family: 4, bits, prefixLength: 32 }, seconds: 3_600 };
    }),
  ];
  const rules = { ...NFT_RULES, strangerRate: { perSecond: 1, burst: 1 }, hostsInSet: 65_536 };
  const enforcer = await NftEnforcer.start({
    rules,
    contents: () => contents,
    launcher: on(machines.attacked),
  });
  const [sender, receiver] = await Promise.all([
    child(machines.attacker, 'sender'),
    child(machines.attacked, 'receiver'),
  ]);
  while (!enforcer.status().isFilled || enforcer.status().queued > 0) await enforcer.counters(); // eslint-disable-line no-await-in-loop
  const ways = [
    way('dropped off the wire, whatever it is', BANNED, SIP_PORT, true),
    way('dropped by us: banned, one of 10,001', BANNED),
    way('dropped by us: a stranger above its rate', STRANGER),
    way('read by Node: a registered phone', PHONE),
    way('read by Node: a port without rules', STRANGER, OTHER_PORT),
  ];
  for (let round = 0; round < rounds; round++) {
    for (const { order, isLeast, samples } of ways) {
      if (isLeast === true) {
        machines.nft('add', 'table', 'netdev', 'least');
        machines.nft(
          'add chain netdev least every { type filter hook ingress device "wire" priority 0; policy drop; }',
        );
      }
      /* eslint-disable no-await-in-loop -- one after the other */
      await ask(receiver, 'cost');
      const sent = await ask(sender, order);
      const read = await ask(receiver, 'cost');
      /* eslint-enable no-await-in-loop */
      if (isLeast === true) machines.nft('delete', 'table', 'netdev', 'least');
      samples.push({
        sent: sent.cpuNs / packets,
        read: read.cpuNs / packets,
        arrived: read.packets / packets,
      });
    }
  }
  sender.disconnect();
  receiver.disconnect();
  await enforcer.stop();
  return ways;
}

/** CPU nanoseconds of a packet, sent and received. */
function total({ samples }: Way): number {
  return median(samples.map(({ sent, read }) => sent + read));
}

function print(ways: readonly Way[]): void {
  const least = total(ways[0] ?? way('', BANNED));
  console.log(
    'CPU ns a packet; median of',
    rounds,
    'rounds of',
    packets,
    'packets of',
    PACKET_BYTES,
    'bytes\n',
  );
  console.log('   all  above least  arrived  what');
  for (const each of ways) {
    const all = total(each);
    const arrived = median(each.samples.map((sample) => sample.arrived));
    console.log(
      `${all.toFixed(0).padStart(6)}  ${(all - least).toFixed(0).padStart(11)}  ${`${(arrived * 100).toFixed(0)} %`.padStart(7)}  ${each.name}`,
    );
  }
}

const [role] = positionals;
if (role !== undefined) {
  await (role === 'sender' ? runSender() : runReceiver());
  process.on('disconnect', () => process.exit(0));
  process.send?.('ready');
} else {
  const why = whyNotHere();
  if (why !== false) throw new Error(why);
  const machines = new TwoMachines('bench');
  try {
    const ways = await measure(machines);
    const banned = ways.find(({ order, isLeast }) => order.from === BANNED && isLeast !== true);
    if (!values.json) print(ways);
    else if (banned !== undefined) console.log(JSON.stringify({ bannedNs: total(banned) }));
  } finally {
    machines.remove();
  }
}
