/** `2026-11-22 14:03:05` in the local time zone. */
export function localTime(at: number): string {
  const date = new Date(at);
  return `${localDay(date)} ${localClock(at)}`;
}

/** `14:03:05` in the local time zone. */
export function localClock(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
}

function localDay(date: Date): string {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** `in 45 min`, `3 h ago`, `now`: one unit, rounded down. */
export function relative(at: number, now: number): string {
  const seconds = Math.floor(Math.abs(at - now) / 1_000);
  if (seconds === 0) return 'now';
  const span = oneUnit(seconds);
  return at > now ? `in ${span}` : `${span} ago`;
}

function oneUnit(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} days`;
}

/** `0:07`, `12:05`, `1:02:03`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
