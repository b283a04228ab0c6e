import type { ExitClass } from './exit-codes.ts';
import { CODE_ERRORS } from './code-errors.ts';
import { CONFIGURATION_ERRORS } from './configuration-errors.ts';
import { INBOUND_ERRORS } from './inbound-errors.ts';
import { HOURS_ERRORS } from './hours-errors.ts';
import { RING_GROUP_ERRORS } from './ring-group-errors.ts';
import { LIMIT_ERRORS } from './limit-errors.ts';
import { OUTSIDE_ERRORS } from './outside-errors.ts';
import { RECORD_ERRORS } from './record-errors.ts';

/** One error that an administrator may meet. `{name}` in a sentence is filled in where the error happens. */
export interface ErrorDeclaration {
  /** What is wrong. */
  readonly says: string;
  /** What to do about it. */
  readonly advice: string;
  readonly exit: ExitClass;
}

/**
 * Every error code that an administrator, or a script of theirs, may see. Codes are stable: one may be added, none
 * may come to mean something else. A part of the program that knows more of what happened may word it more closely.
 * What a peer on the network does wrong is not here: it is counted, not told.
 */
export const ERRORS = {
  // The command line
  USAGE: {
    says: '{problem}.',
    advice: 'Add --help to see how the command is used.',
    exit: 'usage',
  },
  INTERNAL: {
    says: 'The program made a mistake: {detail}.',
    advice: 'Please report it, with what you did just before.',
    exit: 'mistake',
  },
  RUNTIME_TOO_OLD: {
    says: 'This is Node {version}, and Ringwall needs 24 or newer.',
    advice: 'Run npm install in the checkout, which brings one along on Linux, or install Node 24.',
    exit: 'failed',
  },

  ...OUTSIDE_ERRORS,

  ...LIMIT_ERRORS,

  ...CODE_ERRORS,

  ...INBOUND_ERRORS,

  ...RING_GROUP_ERRORS,

  ...RECORD_ERRORS,

  ...HOURS_ERRORS,

  ...CONFIGURATION_ERRORS,

  // Settings
  SETTING_UNKNOWN: {
    says: '{name}{where} is not a setting.',
    advice: '{suggestion}',
    exit: 'settings',
  },
  SETTING_VALUE: {
    says: '{name}{where} {problem}.',
    advice: '{meaning}',
    exit: 'settings',
  },
  SETTING_CONFLICT: {
    says: '{problem}.',
    advice: '{remedy}.',
    exit: 'settings',
  },
  SETTING_OVERRIDDEN: {
    says: '{name} is set by {where}, which goes before the database.',
    advice: 'Change it there, or take it out there first.',
    exit: 'settings',
  },
  SETTING_NOT_STORED: {
    says: '{name} is needed before the database is open, and cannot be kept in it.',
    advice: 'Set it in the settings file, or as {variable} in the environment.',
    exit: 'settings',
  },
  SETTINGS_FILE_MISSING: {
    says: 'There is no settings file {file}.',
    advice: 'Write one, or leave out --config and RINGWALL_CONFIG.',
    exit: 'settings',
  },
  SETTINGS_FILE_UNREADABLE: {
    says: 'The settings file {file} cannot be read: {reason}.',
    advice: 'Make it a plain file that the user of the program may read.',
    exit: 'settings',
  },
  SETTINGS_FILE_SYNTAX: {
    says: 'The settings file {file} is not valid YAML{place}: {problem}.',
    advice: 'Correct that line; sections and settings are written as in the reference of settings.',
    exit: 'settings',
  },
  SETTINGS_FILE_TOO_LARGE: {
    says: 'The settings file {file} is larger than {limitKib} KiB.',
    advice: 'Settings are a page of text: check that this is the right file.',
    exit: 'settings',
  },

  // The data directory
  STORE_MISSING: {
    says: 'There is no data in {directory}.',
    advice: 'Start the program once, add an extension, or name the right directory with --data.',
    exit: 'failed',
  },
  STORE_BUSY: {
    says: 'Another process holds the database in {directory}.',
    advice: 'Only one program may use a data directory: stop the other one, or try again in a moment.',
    exit: 'busy',
  },
  STORE_BROKEN: {
    says: 'The database in {directory} is damaged or is no database of Ringwall: {detail}.',
    advice: 'Put back a copy of the whole data directory, and keep this one for a look at what happened.',
    exit: 'failed',
  },
  STORE_FULL: {
    says: 'The database in {directory} cannot be written: {detail}.',
    advice: 'Make space on the disk, and let the user of the program write there.',
    exit: 'failed',
  },
  STORE_TOO_NEW: {
    says: 'The database in {directory} was written by a newer version.',
    advice: 'Run that version, or put back a copy of the data directory from before the upgrade.',
    exit: 'failed',
  },
  DIRECTORY_NOT_PRIVATE: {
    says: 'The data directory {directory} may be entered by other users.',
    advice: 'Take their rights away: chmod 700 {directory}.',
    exit: 'failed',
  },
  SEALING_KEY_MISSING: {
    says: 'The key {file} that the secrets in the database are sealed with is missing.',
    advice: 'Put it back from your copy; without it every extension needs a new password.',
    exit: 'failed',
  },
  SEALING_KEY_NOT_PRIVATE: {
    says: 'The key {file} that the secrets in the database are sealed with is open to other users.',
    advice: 'Take their rights away: chmod 600 {file}. If somebody may have read it, make new passwords.',
    exit: 'failed',
  },
  SEALING_KEY_UNREADABLE: {
    says: 'The key {file} that the secrets in the database are sealed with cannot be used: {reason}.',
    advice: 'Put it back from your copy, and let the user of the program read it.',
    exit: 'failed',
  },
  SEALING_KEY_WRONG: {
    says: 'The key {file} does not open the secrets in the database.',
    advice:
      'Put back the key that belongs to this database; without it every extension needs a new password.',
    exit: 'failed',
  },

  // Extensions
  EXTENSION_NUMBER: {
    says: '{number} cannot be an extension number.',
    advice: 'Use 2 to 8 digits.',
    exit: 'failed',
  },
  EXTENSION_EXISTS: {
    says: 'There is an extension {number} already.',
    advice: 'Take another number, or change that one with: ringwall extension set {number}.',
    exit: 'failed',
  },
  EXTENSION_UNKNOWN: {
    says: 'There is no extension {number}.',
    advice: 'See which there are with: ringwall extension list.',
    exit: 'failed',
  },
  AUTH_ID_EXISTS: {
    says: 'The auth ID that was drawn for {number} is in use.',
    advice: 'Try again: another one will be drawn.',
    exit: 'failed',
  },
  REALM_CHANGED: {
    says: 'The passwords of {count} extensions were made for the realm "{made}", and sip.realm is now "{now}".',
    advice: 'Set sip.realm back, or make new passwords with: ringwall extension new-secret.',
    exit: 'settings',
  },

  // The guard
  CANARY_IS_EXTENSION: {
    says: '{numbers} in guard.canaries is an extension too, and is no canary while it is.',
    advice: 'Take it out of guard.canaries, or remove the extension.',
    exit: 'settings',
  },
  GUARD_ADDRESS: {
    says: '{address} is not an IP address.',
    advice: 'Write one such as 192.0.2.7 or 2001:db8::7.',
    exit: 'failed',
  },
  GUARD_NETWORK: {
    says: '{problem}.',
    advice: 'A network is an address, or an address and a prefix length such as 203.0.113.0/24.',
    exit: 'failed',
  },
  GUARD_ALLOW_EXPIRES: {
    says: 'What is allowed never expires.',
    advice: 'Leave the time out, and remove the entry when it is no longer needed.',
    exit: 'failed',
  },
  GUARD_SHUTS_OUT: {
    says: 'This would shut out {places}.',
    advice: 'Nothing was changed. If you mean it, say so with --yes.',
    exit: 'failed',
  },
  PROBATION_NOTHING: {
    says: 'Nothing waits to be confirmed.',
    advice: 'What was not confirmed in time has been taken back.',
    exit: 'failed',
  },
  PROBATION_FULL: {
    says: 'More than {count} changes wait to be confirmed.',
    advice: 'Confirm them with ringwall guard confirm, or wait until they are taken back.',
    exit: 'failed',
  },
  GUARD_ENTRY_UNKNOWN: {
    says: '{network} is not on the {list}.',
    advice: 'See what is with: ringwall guard {list} list.',
    exit: 'failed',
  },
  GUARD_LISTS_FULL: {
    says: '{problem}.',
    advice: 'Remove some, or write neighbours as one network.',
    exit: 'failed',
  },
  GUARD_FILE: {
    says: '{problem}. Nothing was taken from the file.',
    advice: 'Correct it there; what a file looks like shows: ringwall guard blacklist export.',
    exit: 'failed',
  },
  FILE_UNREADABLE: {
    says: 'The file {file} cannot be read: {reason}.',
    advice: 'Name a plain text file that you may read.',
    exit: 'failed',
  },

  // The running program
  NOT_RUNNING: {
    says: 'The program is not running on {directory}.',
    advice: 'Start it with: ringwall start. If its data is elsewhere, name the directory with --data.',
    exit: 'not-running',
  },
  CONTROL_IN_USE: {
    says: 'The program is running on {directory} already.',
    advice: 'Two cannot share a data directory: stop that one first.',
    exit: 'busy',
  },
  CONTROL_NOT_ALLOWED: {
    says: 'You may not talk to the program that runs on {directory}.',
    advice: 'Its control socket opens to its owner and to root alone: be one of them.',
    exit: 'failed',
  },
  CONTROL_BUSY: {
    says: 'Too many commands are connected to the program at this moment.',
    advice: 'Try again.',
    exit: 'failed',
  },
  CONTROL_TIMEOUT: {
    says: 'The program is connected but does not answer.',
    advice: 'Look in its log; if it hangs, end it and start it again.',
    exit: 'failed',
  },
  CONTROL_CLOSED: {
    says: 'The program went away before it answered.',
    advice: 'Its log says why it stopped; ringwall status shows whether it is back.',
    exit: 'failed',
  },
  CONTROL_ANSWER: {
    says: 'The running program gave an answer that this command does not understand: {problem}.',
    advice: 'It is probably another version than this one: restart it after an upgrade.',
    exit: 'failed',
  },
  CONTROL_SYNTAX: {
    says: 'What answers at the control socket speaks another language.',
    advice: 'It is probably another program, or another version: restart it.',
    exit: 'failed',
  },
  CONTROL_TOO_LONG: {
    says: 'A request or an answer on the control socket is longer than any can be.',
    advice: 'It is probably another program that answers there, or another version: restart it.',
    exit: 'failed',
  },
  CONTROL_PATH_TOO_LONG: {
    says: 'The path of the control socket in {directory} is longer than the system allows.',
    advice: 'Keep the data in a directory with a shorter path.',
    exit: 'settings',
  },
  CONTROL_DIRECTORY_OPEN: {
    says: 'Other users may write in {directory}, and could put a socket of their own in the place of ours.',
    advice: 'Take their rights away: chmod 700 {directory}.',
    exit: 'failed',
  },
  CONTROL_NOT_A_SOCKET: {
    says: 'Something that is no socket lies in {directory} where the control socket goes.',
    advice: 'Move it away.',
    exit: 'failed',
  },
  CONTROL_FAILED: {
    says: 'The control socket in {directory} cannot be used: {reason}.',
    advice: 'Let the user of the program write there.',
    exit: 'failed',
  },
  REQUEST_UNKNOWN: {
    says: 'The running program knows no request "{name}".',
    advice: 'It is probably an older version than the command: restart it after an upgrade.',
    exit: 'failed',
  },
  REQUEST_MALFORMED: {
    says: 'The request was not understood: {problem}.',
    advice: 'Correct the value that it names.',
    exit: 'failed',
  },
  CALL_UNKNOWN: {
    says: 'There is no call {call} in progress.',
    advice: 'See which there are with: ringwall calls.',
    exit: 'failed',
  },
  TRY_IN_PROGRESS: {
    says: 'Another trial call is being made.',
    advice: 'Try again in a minute.',
    exit: 'busy',
  },
  TRY_NEEDS_DOMAIN: {
    says: 'The test phones have no name to call the phone system by: sip.domains is empty, and an address will do only on the LAN and in sip.addressNetworks, which {address} is not part of here.',
    advice:
      'Set sip.domains, or let security.lanNetworks or sip.addressNetworks hold {address} and sip.answerToAddresses be true.',
    exit: 'settings',
  },
  TRY_UNKNOWN: {
    says: 'That trial call is over.',
    advice: 'Its test extensions live for a minute; start again with: ringwall try.',
    exit: 'failed',
  },

  // The network
  PORT_IN_USE: {
    says: 'Another program listens on {listener}.',
    advice: 'Stop it, or choose another port in {setting}.',
    exit: 'busy',
  },
  PORT_NOT_ALLOWED: {
    says: 'The system does not let this user listen on {listener}.',
    advice: 'Choose a port from 1024 up in {setting}, or give the program the right to low ports.',
    exit: 'settings',
  },
  ADDRESS_NOT_OURS: {
    says: 'This machine has no address {address}, which {listener} would need.',
    advice: 'Correct {setting}, or take 0.0.0.0 or [::] for every address.',
    exit: 'settings',
  },
  LISTEN_FAILED: {
    says: 'Listening on {listener} failed: {reason}.',
    advice: 'Correct {setting}, or the network of this machine.',
    exit: 'failed',
  },
  NO_MEDIA_PORTS: {
    says: 'None of the ports {ports} for sound could be opened: {reason}.',
    advice: 'Choose other ports in media.ports.',
    exit: 'busy',
  },
  ADDRESS_INVALID: {
    says: '{address} is not an IP address, and cannot be listened on.',
    advice: 'Correct {setting}.',
    exit: 'settings',
  },
  CERTIFICATE_MISSING: {
    says: 'The certificate file {file} cannot be read: {reason}.',
    advice: 'Put the certificate chain and the key where sip.tlsCertificateFile and sip.tlsKeyFile say.',
    exit: 'settings',
  },
  CERTIFICATE_UNUSABLE: {
    says: 'The certificate {file} and its key cannot be used: {reason}.',
    advice: 'Both must be PEM, the key without a passphrase and the one that the certificate was made for.',
    exit: 'settings',
  },
  CERTIFICATE_EXPIRED: {
    says: 'The certificate {file} ended on {date}.',
    advice: 'Put a new one in its place, and start the program again or reload the certificate.',
    exit: 'settings',
  },
} as const satisfies Readonly<Record<string, ErrorDeclaration>>;

export type ErrorCode = keyof typeof ERRORS;
