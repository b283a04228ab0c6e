/** Colours, or nothing where they would be litter: in a file, or with NO_COLOR. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  /** Dark on light whatever the terminal's colours are: for QR codes. */
  paper(text: string): string;
}

const PLAIN: Style = {
  bold: (text) => text,
  dim: (text) => text,
  good: (text) => text,
  bad: (text) => text,
  paper: (text) => text,
};

const COLOURED: Style = {
  bold: (text) => `\u001b[1m${text}\u001b[22m`,
  dim: (text) => `\u001b[2m${text}\u001b[22m`,
  good: (text) => `\u001b[32m${text}\u001b[39m`,
  bad: (text) => `\u001b[31m${text}\u001b[39m`,
  paper: (text) => `\u001b[97;40m${text}\u001b[0m`,
};

/** https://no-color.org: any value but an empty one turns colours off. */
export function styleFor(isTty: boolean, env: Readonly<Record<string, string | undefined>>): Style {
  return isTty && !env['NO_COLOR'] && env['TERM'] !== 'dumb' ? COLOURED : PLAIN;
}
