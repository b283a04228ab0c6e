import { escapeSipText } from './escape.ts';

const COLOURS: Readonly<Record<string, string>> = {
  fatal: '\u001b[1;31m',
  error: '\u001b[31m',
  warn: '\u001b[33m',
  info: '\u001b[32m',
};
const DIM = '\u001b[2m';
const PLAIN = '\u001b[0m';

/** What stands at the head of a line, and is not repeated behind it. */
const HEAD = new Set(['level', 'time', 'part', 'msg', 'err', 'stack', 'event']);

/**
 * One line of the JSON log, for eyes: time of day, level, part, message, and the other fields as `name=value`.
 * An error's stack follows on lines of its own. A line that is no JSON is given as it is.
 */
export function terminalLine(json: string, colours: boolean): string {
  let entry: Readonly<Record<string, unknown>>;
  try {
    entry = JSON.parse(json) as typeof entry;
  } catch {
    return json;
  }
  const paint = (colour: string, text: string): string => (colours ? `${colour}${text}${PLAIN}` : text);
  const level = asText(entry['level']);
  const head = [
    paint(DIM, timeOfDay(entry['time'])),
    paint(COLOURS[level] ?? DIM, level.toUpperCase().padEnd(5)),
    paint(DIM, asText(entry['part']).padEnd(8)),
    asText(entry['msg']),
  ].join(' ');
  const fields = Object.entries(entry)
    .filter(([name]) => !HEAD.has(name))
    .map(([name, value]) => `${name}=${asText(value)}`);
  const tail = fields.length === 0 ? '' : ` ${paint(DIM, fields.join(' '))}`;
  return `${head}${tail}${stackOf(entry['err'] ?? entry)}\n`;
}

function timeOfDay(time: unknown): string {
  const at = new Date(typeof time === 'string' ? time : Number.NaN);
  if (Number.isNaN(at.getTime())) return '--:--:--.---';
  const digits = (value: number, width: number): string => String(value).padStart(width, '0');
  return `${digits(at.getHours(), 2)}:${digits(at.getMinutes(), 2)}:${digits(at.getSeconds(), 2)}.${digits(at.getMilliseconds(), 3)}`;
}

/** The log holds escaped text already; a terminal is worth a second lock. */
function asText(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value !== 'string') return escapeControls(JSON.stringify(value));
  return escapeControls(value);
}

function escapeControls(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => escapeSipText(character));
}

function stackOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { stack, message } = error as { readonly stack?: unknown; readonly message?: unknown };
  const text = typeof stack === 'string' ? stack : message;
  if (typeof text !== 'string') return '';
  return text
    .split('\n')
    .map((line) => `\n    ${escapeControls(line)}`)
    .join('');
}
