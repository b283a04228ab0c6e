import { InvalidArgumentError } from 'commander';

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** For `--for`: gives seconds. */
export function timeArgument(text: string): number {
  const match = /^(\d{1,9})([smhd])$/.exec(text);
  const seconds = Number(match?.[1] ?? 0) * (UNIT_SECONDS[match?.[2] ?? ''] ?? 0);
  if (seconds < 1 || seconds > 1_000_000_000)
    throw new InvalidArgumentError('Write a time like 90s, 30m, 12h or 7d.');
  return seconds;
}
