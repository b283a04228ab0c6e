import { type Cidr, err, formatCidr, ok, parseCidr, parseIp, type Result } from '@ringwall/base';
import type { ListenEndpoint, Listener, PortRange, Setting } from '../setting.ts';
import { quoted } from '../setting.ts';
import { isTextList, plain, splitList } from './texts.ts';

export interface NetworksOptions {
  readonly type: 'networks';
  /** As text; must be valid. */
  readonly default: readonly string[];
  readonly maxItems: number;
  readonly says: string;
  readonly inDatabase?: boolean;
}

/** Networks such as `192.0.2.0/24` and `2001:db8::/32`; a bare address means itself alone. */
export function networksSetting(options: NetworksOptions): Setting<readonly Cidr[]> {
  const limits = `a list of networks, ${options.maxItems} at most`;
  const read = (raw: unknown): Result<readonly Cidr[], string> => {
    if (!isTextList(raw, options.maxItems)) return err(`is ${quoted(raw)}, and must be ${limits}`);
    const networks: Cidr[] = [];
    for (const text of raw) {
      const network = parseCidr(text.slice(0, 100));
      if (!network.ok) return err(`holds a mistake: ${network.error.text}`);
      networks.push(network.value);
    }
    return ok(networks);
  };
  return {
    ...plain('networks', { ...options, default: valid(read(options.default)) }),
    limits,
    max: options.maxItems,
    fromText: splitList,
    toJson: (value) => value.map(formatCidr),
    read,
  };
}

export interface ListenersOptions {
  readonly type: 'listeners';
  readonly default: readonly string[];
  readonly maxItems: number;
  readonly says: string;
  readonly inDatabase?: boolean;
}

/** Where we listen, each written `transport:address:port`, IPv6 in brackets: `tls:[::]:5061`. */
export function listenersSetting(options: ListenersOptions): Setting<readonly Listener[]> {
  const limits = `a list of transport:address:port, 1 to ${options.maxItems}; transport is udp, tcp or tls`;
  const read = (raw: unknown): Result<readonly Listener[], string> => {
    if (!isTextList(raw, options.maxItems) || raw.length === 0) {
      return err(`is ${quoted(raw)}, and must be ${limits}`);
    }
    const listeners = new Map<string, Listener>();
    for (const text of raw) {
      const listener = parseListener(text);
      if (listener === undefined) {
        return err(`holds ${quoted(text)}, which is no transport:address:port such as udp:0.0.0.0:5060`);
      }
      const written = formatListener(listener);
      if (listeners.has(written) && listener.port !== 0) return err(`names ${written} twice`);
      listeners.set(listener.port === 0 ? `${written} ${listeners.size}` : written, listener);
    }
    return ok([...listeners.values()]);
  };
  return {
    ...plain('listeners', { ...options, default: valid(read(options.default)) }),
    limits,
    max: options.maxItems,
    fromText: splitList,
    toJson: (value) => value.map(formatListener),
    read,
  };
}

export interface EndpointOptions {
  readonly type: 'endpoint';
  readonly default: string;
  readonly says: string;
  readonly inDatabase?: boolean;
}

/** One `address:port`, or `off`; the number 0 is taken as `off` too. */
export function endpointSetting(options: EndpointOptions): Setting<ListenEndpoint | undefined> {
  const limits = 'address:port, or off';
  const read = (raw: unknown): Result<ListenEndpoint | undefined, string> => {
    if (raw === 'off' || raw === 0 || raw === '0') return ok(undefined);
    const endpoint = typeof raw === 'string' ? parseEndpoint(raw) : undefined;
    return endpoint === undefined ? err(`is ${quoted(raw)}, and must be ${limits}`) : ok(endpoint);
  };
  return {
    ...plain('endpoint', { ...options, default: valid(read(options.default)) }),
    limits,
    toJson: (value) => (value === undefined ? 'off' : formatEndpoint(value)),
    read,
  };
}

export interface PortsOptions {
  readonly type: 'ports';
  readonly default: string;
  readonly says: string;
  readonly inDatabase?: boolean;
}

/** A range of ports, `first-last`, both included: whole pairs, so `first` is even and `last` odd. */
export function portsSetting(options: PortsOptions): Setting<PortRange> {
  const limits = 'first-last, from 1024 to 65535, the first even and the last odd';
  const read = (raw: unknown): Result<PortRange, string> => {
    const match = typeof raw === 'string' ? /^(\d{1,5})-(\d{1,5})$/.exec(raw) : null;
    const [first, last] = [Number(match?.[1]), Number(match?.[2])];
    if (match === null || first < 1_024 || last > 65_535 || first >= last) {
      return err(`is ${quoted(raw)}, and must be ${limits}`);
    }
    if (first % 2 !== 0)
      return err(`starts at ${first}, and must start at an even port: RTP takes the even one`);
    if (last % 2 !== 1) return err(`ends at ${last}, and must end at an odd port: RTCP takes the odd one`);
    return ok({ first, last });
  };
  return {
    ...plain('ports', { ...options, default: valid(read(options.default)) }),
    limits,
    toJson: (value) => `${value.first}-${value.last}`,
    read,
  };
}

/** `address:port`, IPv6 in brackets. */
export function parseEndpoint(text: string): ListenEndpoint | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]{2,45})\]|([0-9.]{7,15})):(\d{1,5})$/.exec(text);
  const address = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (address === undefined || port > 65_535) return undefined;
  const bracketed = match?.[1] !== undefined;
  return parseIp(address) !== undefined && bracketed === address.includes(':')
    ? { address, port }
    : undefined;
}

export function formatEndpoint(endpoint: ListenEndpoint): string {
  return endpoint.address.includes(':')
    ? `[${endpoint.address}]:${endpoint.port}`
    : `${endpoint.address}:${endpoint.port}`;
}

export function parseListener(text: string): Listener | undefined {
  const match = /^(udp|tcp|tls):(.{3,60})$/.exec(text);
  const endpoint = parseEndpoint(match?.[2] ?? '');
  if (match === null || endpoint === undefined) return undefined;
  return { transport: match[1] as Listener['transport'], ...endpoint };
}

export function formatListener(listener: Listener): string {
  return `${listener.transport}:${formatEndpoint(listener)}`;
}

/** For defaults: ours, so a mistake in one is a mistake of ours. */
function valid<Value>(read: Result<Value, string>): Value {
  if (!read.ok) throw new Error(`Ringwall is wrong: a default ${read.error}`);
  return read.value;
}
