/** `string`: users read it. `comment`, `test`, `doc`: people who work on Sluice read it. */
export type Kind = "string" | "comment" | "test" | "doc";

export interface Found {
  kind: Kind;
  line: number;
  text: string;
}

export interface Located extends Found {
  file: string;
}

/** At least two words; identifiers, paths and formats have fewer. */
export function isProse(text: string): boolean {
  return /[A-Za-z]{2,}[,;:.]?\s+['"(]?[A-Za-z$%{]|\b[A-Za-z]\s+[A-Za-z]{2,}/.test(text) &&
    !isStatement(text);
}

/** SQL that is run as text. */
function isStatement(text: string): boolean {
  return /^\s*(select|insert into|update [\w.%]+ set|delete from|with \w+ as|copy)\b/.test(text) ||
    /^\s*(alter|create|drop|grant|revoke|set|comment on|lock table|declare|listen)\b/.test(text);
}

export const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();

/** Joins comments on consecutive lines, because a phrase may be wrapped. */
export function joinComments(comments: Found[]): Found[] {
  const joined: (Found & { last: number })[] = [];
  for (const comment of comments) {
    const previous = joined.at(-1);
    if (previous && comment.line === previous.last + 1) {
      previous.text += ` ${comment.text}`;
      previous.last = comment.line;
    } else joined.push({ ...comment, last: comment.line });
  }
  return joined.map(({ last: _, ...comment }) => comment);
}
