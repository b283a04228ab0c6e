import { parseCidr } from '@ringwall/base';
import {
  DEFAULT_CALLING_RIGHTS,
  type Dialling,
  type Extension,
  type ExtensionNumber,
  NO_CODES,
  NO_DIALLING,
  type PbxSettings,
  type RingGroup,
  type ServiceCodes,
  type Snapshot,
  type Trunk,
  type TrunkName,
} from '@ringwall/pbx';
import { CallerBlacklist, DEFAULT_GUARD_POLICY, type InboundRule, indexInbound } from '@ringwall/policy';
import { type DigestAlgorithm, makeHa1 } from '@ringwall/sip';

const LAN = ['10.0.0.0/8'].flatMap((text) => {
  const parsed = parseCidr(text);
  return parsed.ok ? [parsed.value] : [];
});

export const TEST_SETTINGS: PbxSettings = {
  realm: 'pbx',
  domains: ['pbx.example.com'],
  answerToAddresses: true,
  addressNetworks: [],
  lanNetworks: LAN,
  publicAddress: undefined,
  mediaNetworks: [],
  bindingsPerExtension: 5,
  minExpiresSeconds: 60,
  maxExpiresSeconds: 3_600,
  trustedEdges: [],
  keepAliveSeconds: 25,
  ringTimeoutSeconds: 60,
  maxCallSeconds: 14_400,
  sessionExpiresSeconds: 1_800,
  minSessionExpiresSeconds: 90,
  callsAtOnce: 100,
  callsPerExtension: 10,
  allowShortSrtpTag: false,
  guard: { ...DEFAULT_GUARD_POLICY, lanNetworks: LAN },
  canaries: [],
};

export interface TestExtension extends Partial<Omit<Extension, 'number' | 'authId' | 'ha1'>> {
  readonly number: string;
  readonly authId: string;
  readonly password: string;
}

/** A provider at an address of the outside, with an account that it asks for. */
export function testTrunk(name: string, changes: Partial<Trunk> = {}): Trunk {
  return {
    name: name as TrunkName,
    enabled: true,
    kind: 'register',
    host: '198.51.100.200',
    port: undefined,
    transport: 'udp',
    ca: undefined,
    outboundProxy: undefined,
    account: { user: '442079460000', password: 'Secret-of-the-trunk-4711', realm: 'provider.example' },
    networks: [],
    registerSeconds: 600,
    callsAtOnce: 10,
    callsPerSecond: 5,
    rtpMode: 'off',
    codecs: [],
    dtmf: 'auto',
    calledNumber: 'request-uri',
    caller: { number: '', format: 'e164', domain: undefined, asserted: 'p-asserted-identity' },
    forwardedBy: 'none',
    originalCaller: false,
    dialFormat: 'e164',
    nextAfter: undefined,
    silenceSeconds: 8,
    whenDown: 'last',
    optionsSeconds: 60,
    transfersAllowed: false,
    ...changes,
  };
}

/** The configuration of a test: extensions with known passwords, and settings that differ from the usual. */
export function testSnapshot(
  extensions: readonly TestExtension[],
  changes: Partial<PbxSettings> = {},
  version = 1,
  trunks: readonly Trunk[] = [],
  dialling: Dialling = NO_DIALLING,
  inbound: readonly InboundRule[] = [],
  ringGroups: readonly RingGroup[] = [],
  codes: ServiceCodes = NO_CODES,
): Snapshot {
  const settings = { ...TEST_SETTINGS, ...changes };
  const made = extensions.map(({ password, ...given }): Extension => {
    const ha1 = (algorithm: DigestAlgorithm): string =>
      makeHa1(algorithm, given.authId, settings.realm, password);
    return {
      name: `Phone ${given.number}`,
      enabled: true,
      lanOnly: false,
      secureTransportOnly: false,
      rtpMode: undefined,
      calling: DEFAULT_CALLING_RIGHTS,
      ...given,
      number: given.number as ExtensionNumber,
      ha1: { md5: ha1('md5'), sha256: ha1('sha256') },
    };
  });
  return {
    version,
    settings,
    extensions: new Map(made.map((extension) => [extension.number, extension])),
    callerBlacklist: new CallerBlacklist([]),
    dialling,
    codes,
    inbound: indexInbound(inbound),
    ringGroups: new Map(ringGroups.map((group) => [group.number, group])),
    trunks: new Map(trunks.map((trunk) => [trunk.name, trunk])),
    byAuthId: new Map(made.map((extension) => [extension.authId, extension])),
  };
}
