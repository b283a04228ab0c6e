import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './ports.ts';
import { Program } from './process.ts';

const CONFIG = join(import.meta.dirname, '..', 'kamailio', 'provider.cfg');

export const PROVIDER_PASSWORD = 'password-of-the-trunk';
export const PROVIDER_REALM = 'provider.example';

/** Is there the module that Debian has in a package of its own, kamailio-tls-modules? */
export const KAMAILIO_HAS_TLS = ['x86_64', 'aarch64'].some((machine) =>
  existsSync(`/usr/lib/${machine}-linux-gnu/kamailio/modules/tls.so`),
);

/** PEM of the provider's certificate and of its key. */
export interface ProviderCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** That of nobody. */
const NO_PORT = 1;

/** Kamailio as a provider on loopback: see `kamailio/provider.cfg`. */
export class Kamailio {
  readonly address = '127.0.0.1';
  /** UDP. */
  readonly port: number;
  /** TLS, if it has a certificate. */
  readonly tlsPort: number;
  readonly #folder: string;
  readonly #program: Program;

  /** @param customerPort where on loopback the customer is who is known by his address; left out: there is none. */
  static async start(own?: ProviderCertificate, customerPort = NO_PORT): Promise<Kamailio> {
    const kamailio = new Kamailio(await freePorts(2), own, customerPort);
    try {
      await kamailio.#program.waitFor(/Listening on/);
      await kamailio.#program.waitFor(new RegExp(`:${kamailio.port}`));
      if (own !== undefined) await kamailio.#program.waitFor(new RegExp(`:${kamailio.tlsPort}`));
    } catch (error) {
      await kamailio.stop();
      throw error;
    }
    return kamailio;
  }

  private constructor(port: number, own: ProviderCertificate | undefined, customerPort: number) {
    this.port = port;
    this.tlsPort = port + 1;
    this.#folder = mkdtempSync(join(tmpdir(), 'kamailio-'));
    const udp = `listen=udp:${this.address}:${port}`;
    const overTls = `enable_tls=yes\ntcp_children=1\n${udp}\nlisten=tls:${this.address}:${this.tlsPort}`;
    const config = readFileSync(CONFIG, 'utf8')
      .replace('PROVIDER_TRANSPORTS', own === undefined ? `disable_tcp=yes\n${udp}` : overTls)
      .replace('PROVIDER_TLS', own === undefined ? '' : this.#tlsModule(own))
      .replaceAll('PROVIDER_PASSWORD', PROVIDER_PASSWORD)
      .replaceAll('CUSTOMER_PORT', `${customerPort}`);
    const file = join(this.#folder, 'kamailio.cfg');
    writeFileSync(file, config);
    const memory = ['-m', '64', '-M', '16'];
    const args = ['-f', file, '-DD', '-E', ...memory, '-P', join(this.#folder, 'pid'), '-w', this.#folder];
    this.#program = new Program('kamailio', args);
  }

  #tlsModule({ certificate, key }: ProviderCertificate): string {
    const [certificateFile, keyFile] = [join(this.#folder, 'cert.pem'), join(this.#folder, 'key.pem')];
    writeFileSync(certificateFile, certificate);
    writeFileSync(keyFile, key, { mode: 0o600 });
    const settings = { certificate: certificateFile, private_key: keyFile, tls_method: 'TLSv1.2+' };
    const lines = Object.entries(settings).map(([name, value]) => `modparam("tls", "${name}", "${value}")`);
    return ['loadmodule "tls.so"', ...lines].join('\n');
  }

  /** Everything that it wrote to its log. */
  get said(): string {
    return this.#program.said;
  }

  async stop(): Promise<void> {
    await this.#program.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
