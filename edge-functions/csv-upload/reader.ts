// Readers of an upload: the source that sent it (signed), a member (access token), or a machine (API key).
import { z } from "zod";
import { asMember, asWriter, type Tx } from "../_shared/platform/db/client.ts";
import type { AppContext } from "../_shared/platform/http/app.ts";
import { bearerOf } from "../_shared/platform/http/caller.ts";
import { check } from "../_shared/platform/http/input.ts";
import { notFound, Problem } from "../_shared/platform/http/problem.ts";
import {
  ownUpload,
  readBearer,
  readSigned,
  sourceField,
  type UploadDeps,
  uploadIdOf,
} from "./signed.ts";

/** A member needs no source. */
export const ReaderQuery = z.strictObject({ source: z.string().optional() });
const SignedQuery = z.strictObject(sourceField);

export interface Reader {
  /** What the reader calls the upload, and its id in the database. */
  givenId: string;
  uploadId: string;
  /** The member; null for the source that sent the upload. */
  memberId: string | null;
  /** A machine with an API key. */
  isKey: boolean;
  /** Runs as the reader: as the service for a source, under the policies for a member. */
  read<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
}

export async function openReader(
  deps: UploadDeps,
  c: AppContext,
  query: z.output<typeof ReaderQuery>,
): Promise<Reader> {
  const { headers } = c.req.raw;
  if (headers.has("authorization") && !headers.has("webhook-signature")) {
    return await memberReader(deps, c);
  }
  const signed = await readSigned(deps, c, check(SignedQuery, query, "query").source);
  const givenId = uploadIdOf(c);
  const uploadId = await ownUpload(deps, givenId, signed.source);
  return {
    givenId,
    uploadId,
    memberId: null,
    isKey: false,
    read: (work) => asWriter(deps.sql, work),
  };
}

async function memberReader(deps: UploadDeps, c: AppContext): Promise<Reader> {
  const token = bearerOf(c.req.raw.headers);
  if (!token) {
    throw new Problem(
      401,
      "unauthorized",
      "The authorization header must be a bearer token.",
    );
  }
  const { claims, userId, keyId } = await readBearer(deps, token);
  const uploadId = uploadIdOf(c);
  c.var.log("debug", "member", { user_id: userId, api_key_id: keyId });
  return {
    givenId: uploadId,
    uploadId,
    memberId: userId,
    isKey: keyId !== null,
    read: (work) => asMember(deps.sql, claims, work),
  };
}

export interface Status extends Record<string, unknown> {
  upload_id: string;
}

/** The status as the reader may see it; 404 for an upload that the reader may not see. */
export async function readStatus(reader: Reader): Promise<Status> {
  const [row] = await reader.read((tx) =>
    tx<{ status: Status | null }[]>`select public.upload_status(${reader.uploadId}) as status`
  );
  if (!row?.status) throw notFound();
  return { ...row.status, upload_id: reader.givenId };
}
