import {
  guardPolicy,
  type Listener,
  SETTING_ENTRIES,
  type Settings,
  type SettingsValues,
  type SettingKey,
} from '@ringwall/contract';
import type { StreamLimits } from '@ringwall/net';
import type { PbxSettings } from '@ringwall/pbx';

/** The settings as the call path reads them. */
export function pbxSettings(values: SettingsValues): PbxSettings {
  const { sip, registrar, calls, media, security, guard } = values;
  return {
    realm: sip.realm,
    domains: sip.domains,
    answerToAddresses: sip.answerToAddresses,
    addressNetworks: sip.addressNetworks,
    lanNetworks: security.lanNetworks,
    publicAddress: sip.publicAddress === '' ? undefined : sip.publicAddress,
    mediaNetworks: media.networks,
    bindingsPerExtension: registrar.bindingsPerExtension,
    minExpiresSeconds: registrar.minExpiresSeconds,
    maxExpiresSeconds: registrar.maxExpiresSeconds,
    trustedEdges: security.trustedEdges,
    keepAliveSeconds: registrar.keepAliveSeconds,
    ringTimeoutSeconds: calls.ringTimeoutSeconds,
    maxCallSeconds: calls.maxCallSeconds,
    sessionExpiresSeconds: calls.sessionExpiresSeconds,
    minSessionExpiresSeconds: calls.minSessionExpiresSeconds,
    callsAtOnce: calls.atOnce,
    callsPerExtension: calls.perExtension,
    allowShortSrtpTag: media.allowShortSrtpTag,
    guard: guardPolicy(guard, security.lanNetworks),
    canaries: guard.canaries,
  };
}

const LIVE_SECTIONS: ReadonlySet<string> = new Set([
  'guard',
  'notify',
  'numbering',
  'outside',
  'emergency',
  'limits',
  'hours',
  'codes',
]);

/**
 * Those that the call path reads anew with each call or registration, and all of whole sections: the guard and the
 * calls outside get their policy with the snapshot, and notices are sent by the settings of the moment. Not among them: the realm, which passwords are
 * made with; names and addresses, which are in the certificate and in what phones were told; what is read when a
 * timer is set; and what must fit something that the program has started with, such as the idle time of connections.
 */
const LIVE: ReadonlySet<SettingKey> = new Set<SettingKey>([
  'sip.answerToAddresses',
  'sip.addressNetworks',
  'registrar.bindingsPerExtension',
  'calls.ringTimeoutSeconds',
  'calls.maxCallSeconds',
  'calls.sessionExpiresSeconds',
  'calls.minSessionExpiresSeconds',
  'calls.atOnce',
  'calls.perExtension',
  'media.networks',
  'media.allowShortSrtpTag',
  'security.lanNetworks',
  'security.trustedEdges',
  'storage.callRecordDays',
  'storage.callRecordsMost',
  'storage.callRecordNumbers',
  ...SETTING_ENTRIES.filter(({ section }) => LIVE_SECTIONS.has(section)).map(({ key }) => key),
]);

/** Does a change take effect at once, for what begins from then on? Otherwise at the next start. */
export function isLive(key: SettingKey): boolean {
  return LIVE.has(key);
}

/**
 * The listeners to open. Of the default those on IPv6 are left out on a machine without it; what somebody wrote is
 * opened or fails.
 */
export function listenersToOpen(settings: Settings, hasIpv6: boolean): readonly Listener[] {
  const { listeners } = settings.values.sip;
  const chosen = settings.sources.get('sip.listeners') !== 'default';
  return chosen || hasIpv6 ? listeners : listeners.filter((listener) => !listener.address.includes(':'));
}

/** How many threads carry sound: as set, or one fewer than there are processors, and at least one. */
export function mediaWorkers(values: SettingsValues, processors: number): number {
  return values.media.workers === 0 ? Math.max(1, processors - 1) : values.media.workers;
}

/** What connections may cost; the limits that are no settings keep their default. */
export function streamLimits(values: SettingsValues): Partial<StreamLimits> {
  const { security } = values;
  return {
    connections: security.connectionsAtOnce,
    strangers: security.strangerConnections,
    strangersPerAddress: security.strangerConnectionsPerAddress,
    firstMessageMs: security.firstMessageSeconds * 1_000,
    strangerIdleMs: security.strangerIdleSeconds * 1_000,
    promotedIdleMs: security.idleSeconds * 1_000,
  };
}
