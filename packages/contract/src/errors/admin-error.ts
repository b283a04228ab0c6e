import { ERRORS, type ErrorCode, type ErrorDeclaration } from './registry.ts';
import { EXIT_CODES } from './exit-codes.ts';

/** An administrator's error: a stable code, and what is wrong and what to do in one or two sentences. */
export interface AdminError {
  readonly code: ErrorCode;
  readonly text: string;
}

type Blanks<Template extends string> = Template extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Blanks<Rest>
  : never;

type BlanksOf<Code extends ErrorCode> =
  | Blanks<(typeof ERRORS)[Code]['says']>
  | Blanks<(typeof ERRORS)[Code]['advice']>;

type Arguments<Code extends ErrorCode> = [BlanksOf<Code>] extends [never]
  ? []
  : [values: Readonly<Record<BlanksOf<Code>, string | number>>];

/**
 * Makes the error of `code`; `values` fill the blanks of its sentences, and the compiler knows which there are.
 * Never pass a secret.
 */
export function adminError<Code extends ErrorCode>(code: Code, ...[values]: Arguments<Code>): AdminError {
  const declared: ErrorDeclaration = ERRORS[code];
  const blanks = new Map<string, string | number>(Object.entries(values ?? {}));
  const fill = (template: string): string =>
    template.replace(/\{(\w+)\}/g, (_, name: string) => String(blanks.get(name) ?? ''));
  return { code, text: `${fill(declared.says)} ${fill(declared.advice)}`.trim() };
}

export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERRORS, text);
}

/** What the command ends with when it met the error. */
export function exitCodeOf(error: AdminError): number {
  return EXIT_CODES[ERRORS[error.code].exit].code;
}
