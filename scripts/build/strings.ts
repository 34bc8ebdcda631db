// Lists every text that a person reads, as `file:line: text`: `npm run strings -- --help`.
import { parseArgs } from "node:util";
import { collect, textFiles } from "./strings/collect.ts";
import { suspicionsOf } from "./strings/suspicious.ts";
import type { Kind } from "./strings/types.ts";

const HELP = `npm run strings -- [OPTION…] [PATH…]

Lists the texts that users see: errors, hints, comments on tables, help, output, pages, workflows.
A PATH (a file or a folder such as sql/40_gate) limits the list.

  --comments     list comments of the code, too
  --tests        list names of tests, too
  --docs         list paragraphs of the documents, too
  --all          all of these
  --grep REGEX   only texts that match, ignoring case
  --suspicious   only texts with a suspicious phrase; exits with 1 if there are any
`;

export function main(args: string[], write: (text: string) => void): number {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      comments: { type: "boolean" },
      tests: { type: "boolean" },
      docs: { type: "boolean" },
      all: { type: "boolean" },
      grep: { type: "string" },
      suspicious: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    write(HELP);
    return 0;
  }
  const wanted = new Set<Kind>(["string"]);
  if (values.comments || values.all) wanted.add("comment");
  if (values.tests || values.all) wanted.add("test");
  if (values.docs || values.all) wanted.add("doc");
  const grep = values.grep === undefined ? null : new RegExp(values.grep, "i");
  const paths = positionals.map((path) => path.replace(/^\.\//, "").replace(/\/+$/, ""));
  const files = textFiles().filter((file) =>
    paths.length === 0 || paths.some((path) => file === path || file.startsWith(`${path}/`))
  );
  let listed = 0;
  for (const { file, line, kind, text } of collect(files)) {
    if (!wanted.has(kind) || (grep && !grep.test(text))) continue;
    const suspicions = values.suspicious ? suspicionsOf(text) : [];
    if (values.suspicious && suspicions.length === 0) continue;
    listed++;
    write(`${file}:${line}: ${text}\n`);
    for (const suspicion of suspicions) write(`    ${suspicion}\n`);
  }
  return values.suspicious && listed > 0 ? 1 : 0;
}

if (import.meta.main) {
  // `| head` closes the pipe early.
  process.stdout.on("error", () => process.exit());
  process.exitCode = main(process.argv.slice(2), (text) => process.stdout.write(text));
}
