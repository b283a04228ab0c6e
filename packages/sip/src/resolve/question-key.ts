import type { DnsQuestion } from '@ringwall/base';

/** One string for one question, however its name is written. */
export function questionKey({ type, name }: DnsQuestion): string {
  return `${type} ${name.toLowerCase()}`;
}
