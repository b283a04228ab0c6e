import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { ok, type Result, type WallMs } from '@ringwall/base';
import type { AdminError, ControlHandlers, PhoneSettings } from '@ringwall/contract';
import type { Binding, CallId, CallRecord, ExtensionNumber } from '@ringwall/pbx';
import { CallerHitCounts, DEFAULT_LIMITS } from '@ringwall/policy';
import { SystemClock } from '../loop/clock.ts';
import { SystemRandom } from '../loop/random.ts';
import { type OpenData, openData } from '../program/open-data.ts';
import { aGuardSide } from './guard-test-support.ts';
import { handlers, type RunningSide } from './handlers.ts';

export const ADDRESSES: PhoneSettings['addresses'] = [{ transport: 'tls', host: 'pbx.example', port: 5061 }];
export const NOW = 1_900_000_000_000 as WallMs;

/** A data directory of its own, open as the program has it. */
export async function anOpenDirectory(
  t: TestContext,
  env: Readonly<Record<string, string>> = {},
): Promise<OpenData> {
  const directory = mkdtempSync(join(tmpdir(), 'ringwall-'));
  const opened = await openData({
    place: { config: undefined, cwd: directory, env: { RINGWALL_STORAGE_DIRECTORY: directory, ...env } },
    clock: new SystemClock(),
    random: new SystemRandom(),
    make: true,
    onChanged: () => {},
  });
  assert.ok(opened.ok, opened.ok ? '' : opened.error[0]?.text);
  t.after(async () => {
    await opened.value.store.close();
    rmSync(directory, { recursive: true, force: true });
  });
  return opened.value;
}

function binding(extension: string, contact: string): Binding {
  const local = { address: '192.0.2.254', port: 5061 };
  return {
    extension: extension as ExtensionNumber,
    contact,
    key: contact,
    instanceId: undefined,
    regId: undefined,
    flow: { transport: 'tls', local, remote: { address: '192.0.2.7', port: 40_000 }, connection: 1 },
    path: [],
    callId: 'c',
    cseq: 1,
    userAgent: 'Test',
    registeredAt: NOW,
    expiresAt: NOW,
    behindNat: false,
  };
}

/** What a program that runs is to these handlers, with two phones on 101 and one on 20. */
export function running(done: string[] = []): RunningSide {
  const bindings = [binding('101', 'sip:a@x'), binding('101', 'sip:b@x'), binding('20', 'sip:c@x')];
  return {
    configured: async () => void done.push('configured'),
    snapshot: () => {
      throw new Error('nobody asked');
    },
    bindings: () => bindings,
    bindingsOf: (extension) => bindings.filter((each) => each.extension === extension),
    calls: () => [],
    callerHits: () => new CallerHitCounts(),
    trunks: () => [],
    forecast: () => undefined,
    forecastInbound: () => undefined,
    explainLimits: () => undefined,
    rates: () => DEFAULT_LIMITS,
    limitsOn: () => true,
    frozen: () => [],
    releaseFrozen: async () => false,
    devicesOf: () => [],
    acceptDevice: async () => true,
    forgetDevice: async () => true,
    retry: () => undefined,
    askTrunks: () => void done.push('asked'),
    emergencyTest: {
      unanswered: [],
      rehearse: () => undefined,
      isForHelp: (number) => number === '112',
      arm: () => NOW,
    },
    notifier: { test: async () => [] },
    status: async () => ({
      pid: 1,
      startedAt: NOW,
      listeners: ['tls:0.0.0.0:5061'],
      metrics: null,
      mediaPorts: null,
      certificate: null,
      lastStop: null,
      warnings: [],
    }),
    phoneAddresses: () => ADDRESSES,
    certificateSelfSigned: () => false,
    guard: aGuardSide().side,
    trial: { 'try.begin': async () => no('begin'), 'try.end': async () => ok({}) },
    reloadCertificate: async () => no('reload'),
    stop: () => void done.push('stop'),
  };
}

function no(text: string): Result<never, AdminError> {
  return { ok: false, error: { code: 'INTERNAL', text } };
}

export function value<Value>(result: Result<Value, AdminError>): Value {
  assert.ok(result.ok, result.ok ? '' : result.error.text);
  return result.value;
}

export function code(result: Result<unknown, AdminError>): string {
  return result.ok ? 'ok' : result.error.code;
}

/** What a stopped program answers, or one that runs. */
export async function table(t: TestContext, side?: RunningSide): Promise<ControlHandlers> {
  return handlers({
    clock: new SystemClock(),
    data: await anOpenDirectory(t),
    version: '1.2.3',
    running: side,
  });
}

/** A call that nobody answered, but for what a test says of it. */
export function aRecord(id: string, changes: Partial<CallRecord> = {}): CallRecord {
  return {
    id: id as CallId,
    caller: '101' as ExtensionNumber,
    callerAddress: '192.0.2.7',
    dialled: '102',
    redirections: [],
    asked: [],
    transfers: [],
    because: [],
    answeredBy: undefined,
    startedAt: NOW,
    answeredAt: undefined,
    endedAt: NOW,
    outcome: 'no-answer',
    endedBy: 'caller',
    reason: 'Nobody answered',
    status: 487,
    legs: [],
    ...changes,
  };
}
