/** Says at the top of a page that it is not to be edited. */
export const GENERATED =
  '<!-- Generated from the declarations by scripts/generate-docs.ts. Change those, then: npm run docs -->\n';

/** Begins and ends a block of code. */
export const FENCE = '```';

/** `text` as code, whatever it holds. */
export function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}

/** A table cell: one line, and no bar that would begin another cell. */
export function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s+/g, ' ');
}

export function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |\n`;
  return line(titles) + line(titles.map(() => '---')) + rows.map(line).join('');
}

/** Angle brackets would be read as HTML outside of code. */
export function prose(text: string): string {
  return text.replaceAll('<', '&lt;');
}
