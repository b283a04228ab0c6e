import type { Generated } from 'kysely';

/** 0 or 1: SQLite has no booleans. */
export type Flag = 0 | 1;

/** One row: what was changed since the first start, counted. */
export interface ConfigurationTable {
  id: 1;
  version: number;
}

/** What was in its place before, one row for each change of many parts at once. */
export interface KeptConfigurationTable {
  version: number;
  replaced_at: number;
  replaced_by: string;
  /** Without secrets. */
  text: string;
}

export interface ExtensionTable {
  number: string;
  name: string;
  auth_id: string;
  sealed_ha1: Uint8Array;
  enabled: Flag;
  lan_only: Flag;
  secure_transport_only: Flag;
  rtp_mode: string | null;
  calling: string;
  created_at: number;
  sealed_pin: Uint8Array | null;
}

export interface SettingTable {
  key: string;
  /** JSON text. */
  json: string;
}

export interface BindingTable {
  /** Order of saving within an extension. */
  sequence: Generated<number>;
  extension: string;
  key: string;
  contact: string;
  instance_id: string | null;
  reg_id: number | null;
  transport: string;
  local_address: string;
  local_port: number;
  remote_address: string;
  remote_port: number;
  connection: number;
  /** JSON array of Route values. */
  path: string;
  call_id: string;
  cseq: number;
  user_agent: string;
  registered_at: number;
  expires_at: number;
  behind_nat: Flag;
}

export interface CallRecordTable {
  sequence: Generated<number>;
  id: string;
  caller: string | null;
  caller_address: string;
  dialled: string;
  answered_by: string | null;
  started_at: number;
  answered_at: number | null;
  ended_at: number;
  outcome: string;
  ended_by: string;
  reason: string;
  status: number;
  /** JSON array: a leg is only ever read with its call. */
  legs: string;
  /** JSON array. */
  redirections: string;
  because: string;
  /** JSON array; null: not kept by the version that wrote it. */
  asked: string | null;
  transfers: string;
}

/** What a record is found by, with its place among all. */
export interface CallRecordTagTable {
  tag: string;
  started_at: number;
  sequence: number;
}

export interface GuardEntryTable {
  /** `192.0.2.7` or `192.0.2.0/24`. */
  network: string;
  action: string;
  description: string;
  origin: string;
  added_by: string;
  added_at: number;
  expires_at: number | null;
  times: number;
  /** JSON array. */
  evidence: string;
}

/** A part of the configuration that is a document. */
export interface ItemTable {
  kind: string;
  name: string;
  json: string;
  sealed: Uint8Array | null;
}

export interface LimitRecordTable {
  of: string;
  json: string;
}

export interface PinAttemptsTable {
  of: string;
  wrong: number;
  last_at: number;
}

export interface GuardHitsTable {
  network: string;
  action: string;
  hits: number;
  last_hit_at: number;
}

export interface ItemHitsTable {
  kind: string;
  name: string;
  hits: number;
  last_hit_at: number;
}

export interface SecurityEventTable {
  id: Generated<number>;
  at: number;
  kind: string;
  source: string;
  rule: string;
  text: string;
  is_forgeable: Flag;
}

/** The database as the newest migration leaves it. Instants are milliseconds since 1970. */
export interface Tables {
  configuration: ConfigurationTable;
  kept_configuration: KeptConfigurationTable;
  extension: ExtensionTable;
  setting: SettingTable;
  binding: BindingTable;
  call_record: CallRecordTable;
  call_record_tag: CallRecordTagTable;
  guard_entry: GuardEntryTable;
  security_event: SecurityEventTable;
  item: ItemTable;
  guard_hits: GuardHitsTable;
  item_hits: ItemHitsTable;
  limit_record: LimitRecordTable;
  pin_attempts: PinAttemptsTable;
}
