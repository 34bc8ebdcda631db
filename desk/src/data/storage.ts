// Documents and photos in the project's private bucket: signed addresses, asked for as the person who is signed in.
import { assurance, authorisedFetch, projectUrl } from "./client.ts";
import { DeskError } from "./errors.ts";
import { manages } from "./me.ts";
import { stepUp } from "./step_up.ts";

const BUCKET = "deal-files";
const STORAGE = `${projectUrl}/storage/v1`;
export const LARGEST_FILE = 50 * 1024 * 1024;

async function ask<Answer>(
  method: string,
  path: string,
  body: unknown,
  byItself = false,
): Promise<Answer> {
  for (let attempt = 0;; attempt++) {
    const answer = await authorisedFetch(`${STORAGE}${path}`, {
      method,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }).catch(() => null);
    if (!answer) throw new DeskError("No connection to the project's storage.");
    if (answer.ok) return await answer.json() as Answer;
    // Storage does not pass on why the database refused: with one factor, that may be the reason.
    const oneFactor = manages.value && assurance.value === "aal1";
    if (attempt === 0 && oneFactor && await stepUp({ byItself })) continue;
    const { message } = await answer.json().catch(() => ({})) as { message?: string };
    throw new DeskError(message ?? "The storage did not answer.", String(answer.status));
  }
}

const inBucket = (path: string) => `${BUCKET}/${path}`;

export async function upload(path: string, file: File): Promise<void> {
  const { url } = await ask<{ url: string }>("POST", `/object/upload/sign/${inBucket(path)}`, {});
  const answer = await fetch(`${STORAGE}${url}`, {
    method: "PUT",
    headers: { "content-type": file.type || "application/octet-stream" },
    body: file,
  }).catch(() => null);
  if (!answer?.ok) throw new DeskError("The file could not be stored. Try again.");
}

/** An address that shows the file to whoever has it, for ten minutes. */
export async function addressOf(path: string, byItself = false): Promise<string> {
  const { signedURL } = await ask<{ signedURL: string }>(
    ...["POST", `/object/sign/${inBucket(path)}`, { expiresIn: 600 }, byItself] as const,
  );
  return `${STORAGE}${signedURL}`;
}

export const removeStored = (path: string): Promise<unknown> =>
  ask("DELETE", `/object/${BUCKET}`, { prefixes: [path] });
