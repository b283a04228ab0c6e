import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './ports.ts';
import { Program } from './process.ts';

const CONFIG = join(import.meta.dirname, '..', 'kamailio', 'provider.cfg');

export const PROVIDER_PASSWORD = 'password-of-the-trunk';
export const PROVIDER_REALM = 'provider.example';

/** Kamailio as a provider on loopback: see `kamailio/provider.cfg`. */
export class Kamailio {
  readonly address = '127.0.0.1';
  readonly port: number;
  readonly #folder: string;
  readonly #program: Program;

  static async start(): Promise<Kamailio> {
    const kamailio = new Kamailio(await freePorts(1));
    try {
      await kamailio.#program.waitFor(/Listening on/);
      await kamailio.#program.waitFor(new RegExp(`:${kamailio.port}`));
    } catch (error) {
      await kamailio.stop();
      throw error;
    }
    return kamailio;
  }

  private constructor(port: number) {
    this.port = port;
    this.#folder = mkdtempSync(join(tmpdir(), 'kamailio-'));
    const config = readFileSync(CONFIG, 'utf8')
      .replace('PROVIDER_LISTEN', `udp:${this.address}:${port}`)
      .replaceAll('PROVIDER_PASSWORD', PROVIDER_PASSWORD);
    const file = join(this.#folder, 'kamailio.cfg');
    writeFileSync(file, config);
    const memory = ['-m', '64', '-M', '16'];
    const args = ['-f', file, '-DD', '-E', ...memory, '-P', join(this.#folder, 'pid'), '-w', this.#folder];
    this.#program = new Program('kamailio', args);
  }

  async stop(): Promise<void> {
    await this.#program.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
