// Who may read about an upload: the source that sent it (signed) or a member (access token).
import { z } from "zod";
import { asMember, asWriter, type Tx } from "../_shared/platform/db/client.ts";
import type { Member } from "../_shared/platform/http/member.ts";
import { notFound, Problem } from "../_shared/platform/http/problem.ts";
import {
  assertOwnUpload,
  type Context,
  type Door,
  readQuery,
  readSigned,
  sourceField,
  uploadIdOf,
} from "./door.ts";

const SignedQuery = z.strictObject(sourceField);
const MemberQuery = z.strictObject({ source: z.string().optional() });

export interface Reader {
  uploadId: string;
  /** Runs as the one who asks: as the service for a source, under the policies for a member. */
  read<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
}

export async function openReader(
  door: Door,
  context: Context,
): Promise<Reader> {
  const authorization = context.request.headers.get("authorization");
  const signed = context.request.headers.has("webhook-signature");
  if (authorization && !signed) {
    return await memberReader(door, context, authorization);
  }
  const { source } = readQuery(context.url, SignedQuery);
  const { source: known } = await readSigned(door, context, source);
  const uploadId = uploadIdOf(context);
  await assertOwnUpload(door, uploadId, known);
  return { uploadId, read: (work) => asWriter(door.sql, work) };
}

async function memberReader(
  door: Door,
  context: Context,
  authorization: string,
): Promise<Reader> {
  const token = /^Bearer\s+(\S+)$/i.exec(authorization)?.[1];
  if (!token) {
    throw new Problem(
      401,
      "unauthorized",
      "The authorization header is no bearer token.",
    );
  }
  readQuery(context.url, MemberQuery);
  const member: Member = await door.verifyMember(token, door.now());
  const uploadId = uploadIdOf(context);
  context.log("debug", "member", { user_id: member.sub });
  return { uploadId, read: (work) => asMember(door.sql, member, work) };
}

export interface Status extends Record<string, unknown> {
  upload_id: string;
}

/** The status as the reader may see it; 404 for what it may not. */
export async function readStatus(reader: Reader): Promise<Status> {
  const [row] = await reader.read((tx) =>
    tx<
      { status: Status | null }[]
    >`select public.upload_status(${reader.uploadId}) as status`
  );
  if (!row?.status) throw notFound();
  return row.status;
}
