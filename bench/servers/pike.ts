import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Network } from '../../test/attack/harness/network.ts';
import { DOMAIN } from '../../test/attack/harness/scene.ts';
import { Program } from '../../test/interop/harness/process.ts';

const PORT = 5_060;

/** A Kamailio with pike, on a host of its own. */
export interface Pike {
  readonly network: Network;
  readonly pid: number;
  readonly server: { readonly address: string; readonly port: number };
}

/** Has a Kamailio with pike stand beside an `attacker` while something is measured. */
export async function withPike<Measured>(measure: (pike: Pike) => Promise<Measured>): Promise<Measured> {
  const network = Network.make({ pbx: [1], attacker: [2] });
  const folder = mkdtempSync(join(tmpdir(), 'bench-pike-'));
  const pbx = network.host('pbx');
  const [address] = pbx.addresses;
  const config = readFileSync(join(import.meta.dirname, 'pike.cfg'), 'utf8')
    .replace('BENCH_LISTEN', `udp:${address}:${PORT}`)
    .replaceAll('BENCH_DOMAIN', DOMAIN);
  const file = join(folder, 'kamailio.cfg');
  writeFileSync(file, config);
  const [command, ...args] = [...pbx.prefix, 'kamailio', '-f', file, '-DD', '-E', '-m', '64', '-M', '16'];
  const program = new Program(command, [...args, '-P', join(folder, 'pid'), '-w', folder]);
  try {
    await program.waitFor(/Listening on/);
    return await measure({ network, pid: program.pid, server: { address, port: PORT } });
  } finally {
    await program.stop();
    network.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}
