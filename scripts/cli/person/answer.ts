// The answer to a person's request: a letter and the same as JSON, written where only the operator can read them.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../errors.ts";
import { plural } from "../size.ts";
import type { Found, Request } from "./request.ts";

export interface Kept {
  lead_id: string;
  erased: Record<string, number>;
  stays: { what: string; count: number | null; until: string; why: string }[];
}

/** The event of the request in the audit chain. */
export interface Proof {
  event_id: string;
  at: string;
  seq: string;
  hash: string;
}

export interface Answer {
  kind: "export" | "erase";
  org: string;
  request: Request;
  answered_on: string;
  leads: Found[];
  proof: Proof | null;
  /** Of an export. */
  record?: { file: string; sha256: string };
  /** Of an erasure. */
  erased?: Erased;
  /** Of an export: how much packs have, beside the leads. */
  packs?: string[];
}

export interface Erased {
  leads: Kept[];
  suppressed: number;
  packs: Packs;
}

/** By pack and part: of an erasure counts by name, of an export lists. */
export type Packs = Record<string, Record<string, Record<string, number> | unknown[]>>;

/** `1 contacts (prospects)`, for each part of which a pack had something. */
export const packsText = (packs: Packs): string[] =>
  Object.entries(packs).flatMap(([pack, parts]) =>
    Object.entries(parts).flatMap(([name, part]) =>
      Array.isArray(part)
        ? part.length > 0 ? [`${part.length} ${name} (${pack})`] : []
        : Object.entries(part).filter(([, count]) => count > 0)
          .map(([what, count]) => `${count} ${what} (${pack})`)
    )
  );

export const erasedText = ({ erased }: Kept): string =>
  Object.entries(erased).filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name.replaceAll("_", " ")}`).join(", ") ||
  "nothing was left";

export const staysText = ({ stays }: Kept): string[] =>
  stays.map(({ what, count, until, why }) =>
    `- ${count === null ? "" : `${count} `}${what}; until ${until}: ${why}`
  );

export function letter(answer: Answer): string {
  const { kind, org, request, answered_on, leads, proof, record, erased } = answer;
  const others = answer.packs ?? packsText(erased?.packs ?? {});
  const what = kind === "export"
    ? "to see the data about you"
    : "to erase the data about you and not to be contacted";
  const lines = [
    answered_on,
    "",
    `To: ${request.requester}`,
    `Your request of ${request.received_on} ${what}`,
    "",
    `We received your request on ${request.received_on} and answer it on ${answered_on}; the answer was due on ` +
    `${request.due_on}.`,
    "",
  ];
  if (leads.length === 0 && others.length === 0) {
    lines.push("We have no record of you with what you told us.");
  } else if (leads.length > 0) lines.push(`We found ${plural(leads.length, "record")} of you.`);
  if (others.length > 0) {
    lines.push(
      `${kind === "export" ? "We also found" : `Erased on ${answered_on}`}: ${others.join(", ")}.`,
    );
  }
  if (record) {
    lines.push(
      `The attached file ${record.file} has everything that they contain, in JSON, which programs can read.`,
      `Its SHA-256 is ${record.sha256}.`,
    );
  }
  for (const kept of erased?.leads ?? []) {
    lines.push(
      "",
      `Erased on ${answered_on}: names, mailing address, ${erasedText(kept)}.`,
      "What we have to keep:",
      ...staysText(kept),
    );
  }
  if (erased) {
    lines.push(
      "",
      "We keep a keyed hash of your phone and e-mail address, for the purpose of not contacting you again, also when",
      "somebody else gives them to us.",
    );
  }
  if (proof) {
    lines.push("", `Entry ${proof.seq} of our audit log has this answer (${proof.hash}).`);
  }
  return [...lines, "", org, ""].join("\n");
}

/** Makes the folder, and refuses one that has an answer: two people must not share one. */
export async function prepare(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writePrivately(folder, "answer.txt", "");
}

export async function writeAnswer(folder: string, answer: Answer): Promise<void> {
  await writeFile(join(folder, "answer.txt"), letter(answer), { mode: 0o600 });
  await writePrivately(folder, "answer.json", `${JSON.stringify(answer, null, 2)}\n`);
}

export async function writePrivately(folder: string, name: string, body: string): Promise<void> {
  try {
    await writeFile(join(folder, name), body, { mode: 0o600, flag: "wx" });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new UsageError(
      code === "EEXIST"
        ? `${join(folder, name)} exists: choose another --out`
        : `cannot write ${join(folder, name)}: ${code}`,
    );
  }
}
