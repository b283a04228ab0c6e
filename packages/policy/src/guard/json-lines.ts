/** In which line each element of a JSON list starts, the first line being 1. The text must be valid JSON. */
export function elementLines(text: string): readonly number[] {
  const lines: number[] = [];
  let line = 1;
  let depth = 0;
  let isInText = false;
  let isExpected = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string;
    if (character === '\n') line++;
    if (isInText) {
      if (character === '\\') i++;
      else if (character === '"') isInText = false;
      continue;
    }
    if (isExpected && depth === 1 && !/[\s\],]/.test(character)) {
      lines.push(line);
      isExpected = false;
    }
    if (character === '"') isInText = true;
    else if (character === '[' || character === '{') {
      depth++;
      if (depth === 1) isExpected = true;
    } else if (character === ']' || character === '}') depth--;
    else if (character === ',' && depth === 1) isExpected = true;
  }
  return lines;
}

/** The line of what `JSON.parse` complained about: as it says itself, where it does; else the last. */
export function syntaxErrorLine(text: string, error: unknown): number {
  const position = /at position (\d+)/.exec(String(error))?.[1];
  return text.slice(0, position === undefined ? text.length : Number(position)).split('\n').length;
}
