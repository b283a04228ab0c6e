import { type AdminError, adminError } from '../errors/admin-error.ts';
import type { SettingsValues } from './all.ts';
import { codeConflicts } from './codes.ts';
import { guardConflicts } from './guard.ts';

/** Settings that are right one by one and wrong together. */
export function settingConflicts(values: SettingsValues): AdminError[] {
  const { sip, registrar, calls, security } = values;
  const conflicts: AdminError[] = [];
  const conflict = (wrong: boolean, problem: string, remedy: string): void => {
    if (wrong) conflicts.push(adminError('SETTING_CONFLICT', { problem, remedy }));
  };

  conflict(
    registrar.minExpiresSeconds > registrar.maxExpiresSeconds,
    `registrar.minExpiresSeconds is ${registrar.minExpiresSeconds} and registrar.maxExpiresSeconds is ${registrar.maxExpiresSeconds}`,
    'Make the shortest registration no longer than the longest',
  );
  conflict(
    calls.minSessionExpiresSeconds > calls.sessionExpiresSeconds,
    `calls.minSessionExpiresSeconds is ${calls.minSessionExpiresSeconds} and calls.sessionExpiresSeconds is ${calls.sessionExpiresSeconds}`,
    'Make the shortest session timer no longer than the usual one',
  );
  conflict(
    (sip.tlsCertificateFile === '') !== (sip.tlsKeyFile === ''),
    'Of sip.tlsCertificateFile and sip.tlsKeyFile only one is given',
    'Give both, or neither for a certificate that the program makes itself',
  );
  conflict(
    security.idleSeconds <= registrar.maxExpiresSeconds,
    `security.idleSeconds is ${security.idleSeconds} and registrar.maxExpiresSeconds is ${registrar.maxExpiresSeconds}: phones on TCP and TLS would lose their connection between two registrations`,
    'Make security.idleSeconds the longer one',
  );
  conflict(
    security.strangerConnections > security.connectionsAtOnce,
    `security.strangerConnections is ${security.strangerConnections} and security.connectionsAtOnce is ${security.connectionsAtOnce}`,
    'Let strangers have fewer connections than there are',
  );
  conflict(
    security.strangerConnectionsPerAddress > security.strangerConnections,
    `security.strangerConnectionsPerAddress is ${security.strangerConnectionsPerAddress} and security.strangerConnections is ${security.strangerConnections}`,
    'Let one address have fewer connections than all strangers together',
  );
  conflicts.push(...guardConflicts(values.guard), ...codeConflicts(values));
  return conflicts;
}
