import type { WallMs } from '@ringwall/base';
import type { LimitEffect } from './limit-effects.ts';
import {
  advance,
  type DeviceIdentity,
  type KnownDevice,
  LIMIT_SIZES,
  type LimitsState,
} from './limits-state.ts';

const HALF_A_DAY_MS = 43_200_000;
/** Accepted in place of every phone that the extension is ever used with. */
const ANY_DEVICE: DeviceIdentity = { key: '*', says: 'every device' };

/**
 * A phone has registered. The first of an extension is known at once: who adds an extension and its phone wants to call
 * with it; who steals a password has a second one.
 *
 * @param isKnown it was there before anybody took notes.
 */
export function deviceSeen(
  state: LimitsState,
  extension: string,
  device: DeviceIdentity,
  now: WallMs,
  isKnown = false,
): readonly LimitEffect[] {
  const at = advance(state, now);
  const devices = state.devices.get(extension) ?? [];
  const known = devices.find(({ key }) => key === device.key);
  if (known !== undefined) {
    if (at - known.lastAt < HALF_A_DAY_MS) return [];
    known.lastAt = at;
    return [{ do: 'save', of: extension }];
  }
  return add(state, extension, device, isKnown || !state.devices.has(extension));
}

/**
 * @param key what the phone is known by; undefined: it never registered.
 * @param newDeviceMs for so long after it was first seen it is new.
 */
export function isNewDevice(
  { devices, at: last, aheadMs }: LimitsState,
  extension: string,
  key: string | undefined,
  newDeviceMs: number,
  now: WallMs,
): boolean {
  const at = Math.max(last, now + aheadMs);
  const all = devices.get(extension) ?? [];
  if (all.some((each) => each.key === ANY_DEVICE.key)) return false;
  const device = all.find((each) => each.key === key);
  return device === undefined || (!device.isAccepted && at - device.firstAt < newDeviceMs);
}

/** @param id undefined: every device, also those that are to come. @returns nothing if there is none of this number. */
export function acceptDevice(
  state: LimitsState,
  extension: string,
  id: number | undefined,
  now: WallMs,
): readonly LimitEffect[] {
  advance(state, now);
  const devices = state.devices.get(extension) ?? [];
  if (id === undefined) {
    const isThere = devices.some(({ key }) => key === ANY_DEVICE.key);
    return isThere ? [{ do: 'save', of: extension }] : add(state, extension, ANY_DEVICE, true);
  }
  const device = devices.find((each) => each.id === id);
  if (device === undefined) return [];
  device.isAccepted = true;
  return [{ do: 'save', of: extension }];
}

/** An administrator does not trust it any more: it is new again when it comes back. */
export function forgetDevice(state: LimitsState, extension: string, id: number): readonly LimitEffect[] {
  const devices = state.devices.get(extension) ?? [];
  const left = devices.filter((each) => each.id !== id);
  if (left.length === devices.length) return [];
  // An empty list stays one: only where there never was a list is the next device the first.
  state.devices.set(extension, left);
  return [{ do: 'save', of: extension }];
}

function add(
  { devices: all, at }: LimitsState,
  extension: string,
  { key, says }: DeviceIdentity,
  isAccepted: boolean,
): readonly LimitEffect[] {
  const devices = [...(all.get(extension) ?? [])];
  if (!all.has(extension) && all.size >= LIMIT_SIZES.extensions) return [];
  if (devices.length >= LIMIT_SIZES.devices) devices.splice(devices.indexOf(givesWay(devices, at)), 1);
  const id = 1 + Math.max(0, ...devices.map((each) => each.id));
  devices.push({ id, key, says, firstAt: at, lastAt: at, isAccepted });
  all.set(extension, devices);
  return [{ do: 'save', of: extension }];
}

/**
 * The youngest that nobody accepted, so that who registers many pushes out no phone of long standing; else the one that
 * was not seen for longest.
 */
function givesWay(devices: readonly KnownDevice[], at: number): KnownDevice {
  const [first] = devices as readonly [KnownDevice];
  const young = devices.filter(({ isAccepted, firstAt }) => !isAccepted && at - firstAt < 2 * HALF_A_DAY_MS);
  if (young.length > 0) return young.reduce((a, b) => (b.firstAt >= a.firstAt ? b : a));
  const usual = devices.filter(({ key }) => key !== ANY_DEVICE.key);
  return usual.reduce((a, b) => (b.lastAt < a.lastAt ? b : a), usual[0] ?? first);
}
