// Markdown for generated pages: lists with lines of at most 118 characters.

const WIDTH = 118;

/** Wraps text at blanks; lines after the first start with `indent`. */
export function wrap(text: string, indent = ""): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line && `${line} ${word}`.length > WIDTH) {
      lines.push(line);
      line = indent + word;
    } else line = line ? `${line} ${word}` : word;
  }
  return [...lines, line].join("\n");
}

export const listItem = (text: string): string => wrap(`- ${text}`, "  ");
