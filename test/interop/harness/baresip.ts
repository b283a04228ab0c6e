import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './ports.ts';
import { eventually, pause, Program } from './process.ts';
import { readSamples, toneSeconds, writeTone } from './tone.ts';

const MODULES = ['/usr/lib/baresip/modules', '/usr/local/lib/baresip/modules', '/usr/lib64/baresip/modules'];

export interface BaresipOptions {
  /** User part of its address, and what the other side sees. */
  readonly user: string;
  /** The tone that it plays to whoever is on the line. */
  readonly hertz: number;
  readonly transport: 'udp' | 'tcp' | 'tls';
  /** `host:port` of the registrar; without one, it registers nowhere and is called directly. */
  readonly registrar?: string;
  readonly authUser?: string;
  readonly authPassword?: string;
  readonly mediaEncryption?: 'srtp' | 'srtp-mand';
  /** PEM file of the authorities that the server's certificate must come from. */
  readonly caFile?: string;
  /** How long it wants to be registered: it registers anew when nine tenths of that are over. A minute unless told. */
  readonly registerSeconds?: number;
  /** Does it keep a flow of RFC 5626, and register anew when that is gone? */
  readonly flows?: boolean;
  /** As the answering machine does: takes every call at once. */
  readonly answers?: boolean;
}

interface ControlMessage {
  readonly event?: boolean;
  readonly type?: string;
  readonly response?: boolean;
  readonly ok?: boolean;
  readonly data?: string;
  readonly token?: string;
  readonly param?: string;
}

/** One baresip with a configuration folder of its own, driven over its control socket (netstrings with JSON). */
export class Baresip {
  readonly user: string;
  readonly sipPort: number;
  readonly #folder: string;
  readonly #program: Program;
  readonly #events: ControlMessage[] = [];
  #control: Socket | undefined;
  #unread = '';
  #commands = 0;

  static async start(options: BaresipOptions): Promise<Baresip> {
    const folder = mkdtempSync(join(tmpdir(), `baresip-${options.user}-`));
    const sipPort = await freePorts(2);
    const controlPort = await freePorts(1);
    const rtpPorts = await freePorts(20);
    writeConfiguration(folder, options, { sipPort, controlPort, rtpPorts });
    const phone = new Baresip(options.user, folder, sipPort);
    try {
      await phone.#program.waitFor(/baresip is ready/);
      await phone.#connect(controlPort);
      // Read from the console: the event may have come before the control socket was open.
      if (options.registrar !== undefined) await phone.#program.waitFor(/200 OK .*\[\d+ binding/);
    } catch (error) {
      await phone.stop();
      throw error;
    }
    return phone;
  }

  private constructor(user: string, folder: string, sipPort: number) {
    this.user = user;
    this.sipPort = sipPort;
    this.#folder = folder;
    // It prints what goes over the wire, on TLS too.
    this.#program = new Program('baresip', ['-s', '-f', folder]);
  }

  /** Everything that it said on its console. */
  get said(): string {
    return this.#program.said;
  }

  /** Names of the events that it has told, in order: `CALL_INCOMING`, `CALL_ESTABLISHED` … */
  get events(): readonly string[] {
    return this.#events.map((event) => event.type ?? '');
  }

  dial(uri: string): Promise<string> {
    return this.#command('dial', uri);
  }

  accept(): Promise<string> {
    return this.#command('accept');
  }

  hangUp(): Promise<string> {
    return this.#command('hangup');
  }

  hold(): Promise<string> {
    return this.#command('hold');
  }

  resume(): Promise<string> {
    return this.#command('resume');
  }

  /** Presses keys one after the other, as events among its sound (RFC 4733). */
  async press(keys: string): Promise<void> {
    for (const key of keys) {
      await this.#command('sndcode', key); // eslint-disable-line no-await-in-loop
      await pause(250); // eslint-disable-line no-await-in-loop
    }
  }

  /** The keys that were pressed on it, in order. */
  get keysHeard(): string {
    const pressed = this.#events.filter(({ type }) => type === 'CALL_DTMF_START');
    return pressed.map(({ param }) => param ?? '').join('');
  }

  transfer(uri: string): Promise<string> {
    return this.#command('transfer', uri);
  }

  /**
   * What Replaces calls the dialog of the call that it has made to `user` (RFC 3891), escaped for a URI: this version knows
   * no attended transfer, but sends a REFER wherever it is told to.
   */
  replacing(user: string): string {
    const answers = this.said.matchAll(/^SIP\/2\.0 200 OK\r\n(?:[^\r\n]+\r\n)+/gm);
    const field = (message: string, name: string): string =>
      new RegExp(`^${name}: *([^\\r]*)`, 'im').exec(message)?.[1] ?? '';
    const answer = [...answers]
      .map(([message]) => message)
      .findLast(
        (message) => /^CSeq: *\d+ INVITE/im.test(message) && field(message, 'To').includes(`sip:${user}@`),
      );
    if (answer === undefined) throw new Error(`${this.user} has not called ${user}`);
    const [mine, theirs] = ['From', 'To'].map(
      (name) => /;tag=([^;\r]*)/.exec(field(answer, name))?.[1] ?? '',
    );
    return encodeURIComponent(`${field(answer, 'Call-ID')};to-tag=${theirs};from-tag=${mine}`);
  }

  /** Waits until an event of this name has come `count` times since the start. */
  async waitFor(type: string, count = 1, limitMs = 10_000): Promise<void> {
    const what = `${this.user}: ${type}`;
    await eventually(
      () => (this.events.filter((name) => name === type).length >= count ? true : undefined),
      what,
      limitMs,
    ).catch((error: unknown) => {
      throw new Error(
        `${what} did not come; it told ${this.events.join(' ')} and said:\n${this.said.slice(-3_000)}`,
        {
          cause: error,
        },
      );
    });
  }

  /** Packets of sound that have come in during this call, as it counts them itself. */
  async packetsHeard(): Promise<number> {
    const state = await this.#command('audio_debug');
    return [...state.matchAll(/\brcvd=(\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
  }

  /** Waits until, for half a second, sound comes in without gaps, or none at all. */
  async waitForSound(comes: boolean, limitMs = 10_000): Promise<void> {
    await eventually(
      async () => {
        const before = await this.packetsHeard();
        await pause(500);
        const count = (await this.packetsHeard()) - before;
        return (comes ? count >= 20 : count === 0) ? true : undefined;
      },
      `${this.user}: ${comes ? 'sound' : 'silence'}`,
      limitMs,
    );
  }

  /**
   * Seconds in which what it was sent, in all its calls so far, was mostly this tone.
   *
   * This version of baresip stops recording a call when the call is put on hold, so after a hold only
   * {@link packetsHeard} tells.
   */
  secondsHeard(hertz: number, windowSeconds?: number): number {
    return readdirSync(this.#folder)
      .filter((name) => name.endsWith('-dec.wav'))
      .reduce(
        (sum, name) => sum + toneSeconds(readSamples(join(this.#folder, name)), hertz, windowSeconds),
        0,
      );
  }

  /** Waits until it has heard this tone for so long since `before`. */
  async waitForTone(hertz: number, seconds: number, before = 0, limitMs = 15_000): Promise<void> {
    await eventually(
      () => (this.secondsHeard(hertz) - before >= seconds ? true : undefined),
      `${this.user} hears ${hertz} Hz for ${seconds} s (heard ${this.secondsHeard(hertz) - before})`,
      limitMs,
    );
  }

  async stop(): Promise<void> {
    this.#control?.destroy();
    await this.#program.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #connect(port: number): Promise<void> {
    const socket = connect(port, '127.0.0.1');
    this.#control = socket;
    socket.on('data', (chunk: Buffer) => this.#read(chunk.toString('latin1')));
    socket.on('error', () => {});
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve).once('error', reject);
    });
  }

  /** Takes netstrings (`length:text,`) out of the stream. */
  #read(text: string): void {
    this.#unread += text;
    for (;;) {
      const colon = this.#unread.indexOf(':');
      if (colon < 0) return;
      const end = colon + 1 + Number.parseInt(this.#unread, 10);
      if (this.#unread.length <= end) return;
      this.#events.push(JSON.parse(this.#unread.slice(colon + 1, end)) as ControlMessage);
      this.#unread = this.#unread.slice(end + 1);
    }
  }

  async #command(command: string, params = ''): Promise<string> {
    const token = `${++this.#commands}`;
    const text = JSON.stringify({ command, params, token });
    this.#control?.write(`${Buffer.byteLength(text)}:${text},`);
    const answer = await eventually(
      () => this.#events.find((event) => event.token === token),
      `${this.user}: answer to "${command}"`,
    );
    if (answer.ok !== true) throw new Error(`${this.user}: "${command} ${params}" failed: ${answer.data}`);
    // Commands are carried out after they are answered.
    await pause(20);
    return answer.data ?? '';
  }
}

function writeConfiguration(
  folder: string,
  options: BaresipOptions,
  ports: { readonly sipPort: number; readonly controlPort: number; readonly rtpPorts: number },
): void {
  const modules = MODULES.find((path) => existsSync(path)) ?? '/usr/lib/baresip/modules';
  mkdirSync(folder, { recursive: true });
  writeTone(join(folder, 'tone.wav'), options.hertz, 60);
  const lines = [
    'poll_method epoll',
    `sip_listen 127.0.0.1:${ports.sipPort}`,
    ...(options.caFile === undefined ? [] : [`sip_cafile ${options.caFile}`]),
    `audio_source aufile,${join(folder, 'tone.wav')}`,
    'audio_player aubridge,heard',
    'audio_alert aubridge,alert',
    'ausrc_srate 8000',
    'auplay_srate 8000',
    'ausrc_channels 1',
    'auplay_channels 1',
    `rtp_ports ${ports.rtpPorts}-${ports.rtpPorts + 19}`,
    'net_interface 127.0.0.1',
    `module_path ${modules}`,
    ...['g711', 'aufile', 'aubridge', 'sndfile', 'srtp'].map((name) => `module ${name}.so`),
    ...(options.flows === true ? ['module_tmp uuid.so'] : []),
    'module_tmp account.so',
    'module_app menu.so',
    'module_app ctrl_tcp.so',
    `ctrl_tcp_listen 127.0.0.1:${ports.controlPort}`,
    `snd_path ${folder}`,
  ];
  writeFileSync(join(folder, 'config'), `${lines.join('\n')}\n`);
  const host = options.registrar ?? `127.0.0.1:${ports.sipPort}`;
  const parameters = [
    `regint=${options.registrar === undefined ? 0 : (options.registerSeconds ?? 60)}`,
    ...(options.flows === true
      ? ['sipnat=outbound', `outbound="sip:${host};transport=${options.transport}"`]
      : []),
    `answermode=${options.answers === true ? 'auto' : 'manual'}`,
    'audio_codecs=PCMU',
    ...(options.authUser === undefined ? [] : [`auth_user=${options.authUser}`]),
    ...(options.authPassword === undefined ? [] : [`auth_pass=${options.authPassword}`]),
    ...(options.mediaEncryption === undefined ? [] : [`mediaenc=${options.mediaEncryption}`]),
  ];
  writeFileSync(
    join(folder, 'accounts'),
    `<sip:${options.user}@${host};transport=${options.transport}>;${parameters.join(';')}\n`,
  );
  writeFileSync(join(folder, 'contacts'), '');
}
