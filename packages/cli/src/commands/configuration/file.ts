import { randomUUID } from 'node:crypto';
import { err, ok, type Result } from '@ringwall/base';
import { adminError, MAX_PIECE_CHARACTERS, type RequestOf, type ResponseOf } from '@ringwall/contract';
import type { Shell } from '../../shell.ts';
import type { Refusal } from '../../surroundings.ts';

type Secrets = NonNullable<RequestOf<'configuration.plan'>['secrets']>;
type Wanted = ResponseOf<'configuration.plan'>['wanted'];

/** A configuration file, with the secrets that it takes from elsewhere once they were asked for. */
export interface ConfigurationFile {
  readonly text: string;
  readonly secrets: Secrets;
}

/** @param file `-`: standard input. */
export async function readConfiguration(
  shell: Shell,
  file: string,
): Promise<Result<ConfigurationFile, Refusal>> {
  const text = await shell.surroundings.readText(file === '-' ? '/dev/stdin' : file);
  return text.ok ? ok({ text: text.value, secrets: [] }) : err([text.error]);
}

/** Has the plan made; reads the secrets that are wanted for it. @returns the file with them, for what comes next. */
export async function planFor(shell: Shell, file: ConfigurationFile) {
  const first = await sendPlan(shell, file);
  if (!first.ok) return first;
  const secrets = await secretsFor(shell, file.text, first.value.wanted);
  if (!secrets.ok) return secrets;
  const whole = { ...file, secrets: secrets.value };
  const second = secrets.value.length === 0 ? first : await sendPlan(shell, whole);
  if (!second.ok) return second;
  const { plan } = second.value;
  return plan === null
    ? err([adminError('CONTROL_ANSWER', { problem: 'there is no plan' })])
    : ok({ plan, file: whole });
}

async function sendPlan(shell: Shell, file: ConfigurationFile) {
  for (const piece of piecesOf(file)) {
    const answer = await shell.ask('configuration.plan', piece); // eslint-disable-line no-await-in-loop -- in their order
    if (!answer.ok || piece.last) return answer;
  }
  throw new Error('no piece is the last');
}

export async function applyFor(shell: Shell, file: ConfigurationFile, expected: number, force: boolean) {
  for (const piece of piecesOf(file)) {
    const answer = await shell.ask('configuration.apply', {
      ...piece,
      expected,
      ...(force ? { force } : {}),
    }); // eslint-disable-line no-await-in-loop -- in their order
    if (!answer.ok) return answer;
    if (!piece.last) continue;
    const { applied } = answer.value;
    return applied === null
      ? err([adminError('CONTROL_ANSWER', { problem: 'nothing was applied' })])
      : ok({ applied });
  }
  throw new Error('no piece is the last');
}

function piecesOf({ text, secrets }: ConfigurationFile): readonly RequestOf<'configuration.plan'>[] {
  const upload = randomUUID();
  const count = Math.max(1, Math.ceil(text.length / MAX_PIECE_CHARACTERS));
  return Array.from({ length: count }, (_, at) => {
    const last = at === count - 1;
    const piece = text.slice(at * MAX_PIECE_CHARACTERS, (at + 1) * MAX_PIECE_CHARACTERS);
    return { upload, piece, last, ...(last && secrets.length > 0 ? { secrets: [...secrets] } : {}) };
  });
}

const MOST_CHARACTERS = { password: 256, CA: 65_536 } as const;

async function secretsFor(shell: Shell, text: string, wanted: Wanted): Promise<Result<Secrets, Refusal>> {
  const secrets = new Map<string, Secrets[number]>();
  for (const { owner, what, from, name } of wanted) {
    const where = from === 'env' ? `the environment variable ${name}` : `the file ${name}`;
    const wrong = (problem: string): Result<never, Refusal> =>
      err([adminError('CONFIGURATION_SECRET', { owner, what, where, problem })]);
    // The answer came from the program, and must not have us read what the file does not name.
    if (!text.includes(name)) return wrong('the file does not name that in plain letters');
    const read = await readSecret(shell, from, name); // eslint-disable-line no-await-in-loop -- one after the other
    if (!read.ok) return wrong(read.error);
    if (read.value.length === 0) return wrong('there is nothing in it');
    const most = MOST_CHARACTERS[what];
    if (read.value.length > most) return wrong(`it is longer than ${most} characters`);
    secrets.set(`${from} ${name}`, { from, name, secret: read.value });
  }
  return ok([...secrets.values()]);
}

async function readSecret(shell: Shell, from: 'env' | 'file', name: string): Promise<Result<string, string>> {
  if (from === 'env') {
    const value = shell.surroundings.env[name];
    return value === undefined ? err('it is not set') : ok(value);
  }
  const text = await shell.surroundings.readText(name);
  return text.ok ? ok(text.value.replace(/\r?\n$/, '')) : err('it cannot be read');
}
