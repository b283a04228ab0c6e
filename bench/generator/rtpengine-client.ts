import { createSocket } from 'node:dgram';

type Dictionary = Readonly<Record<string, string>>;

function encode(dictionary: Dictionary): string {
  const entries = Object.entries(dictionary).map(
    ([key, value]) => `${key.length}:${key}${value.length}:${value}`,
  );
  return `d${entries.join('')}e`;
}

/** The text at `key` in a bencoded dictionary of texts; enough for the answers to `offer` and `answer`. */
function textAt(answer: string, key: string): string | undefined {
  const match = new RegExp(`${key.length}:${key}(\\d+):`).exec(answer);
  if (match === null) return undefined;
  const from = match.index + match[0].length;
  return answer.slice(from, from + Number(match[1]));
}

/** Speaks rtpengine's control protocol ("ng": a cookie, a space, a bencoded dictionary, over UDP). */
export class RtpengineClient {
  readonly #socket = createSocket('udp4');
  readonly #waiting = new Map<string, (answer: string) => void>();
  #cookie = 0;

  constructor(port: number, address: string) {
    this.#socket.connect(port, address);
    this.#socket.on('error', () => {});
    this.#socket.on('message', (bytes) => {
      const text = bytes.toString('latin1');
      const space = text.indexOf(' ');
      this.#waiting.get(text.slice(0, space))?.(text.slice(space + 1));
    });
  }

  connected(): Promise<void> {
    return new Promise((resolve) => this.#socket.once('connect', resolve));
  }

  close(): void {
    this.#socket.close();
  }

  /** Hands over a session description and gives back the one that the other side is to see. */
  async describe(command: 'offer' | 'answer', call: string, sdp: string): Promise<string> {
    const tags = { 'from-tag': `${call}a`, ...(command === 'answer' ? { 'to-tag': `${call}b` } : {}) };
    const answer = await this.#ask({ command, 'call-id': call, ...tags, ICE: 'remove', sdp });
    const described = textAt(answer, 'sdp');
    if (described === undefined) throw new Error(`rtpengine refused: ${answer.slice(0, 300)}`);
    return described;
  }

  async end(call: string): Promise<void> {
    await this.#ask({ command: 'delete', 'call-id': call, 'from-tag': `${call}a` });
  }

  #ask(request: Dictionary): Promise<string> {
    const cookie = `${process.pid}-${this.#cookie++}`;
    return new Promise<string>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`rtpengine did not answer: ${request['command']}`)),
        2_000,
      );
      this.#waiting.set(cookie, (text) => {
        clearTimeout(timer);
        this.#waiting.delete(cookie);
        resolve(text);
      });
      this.#socket.send(Buffer.from(`${cookie} ${encode(request)}`, 'latin1'));
    });
  }
}
