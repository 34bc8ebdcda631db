// /api/sequences/ID: where the leads of a version are, its workflow for n8n, and moving leads to it.
import { z } from "zod";
import {
  exportVersion,
  findVersionById,
  showVersion,
  type Version,
} from "../_shared/campaigns/canvas/publish.ts";
import type { Tx } from "../_shared/platform/db/client.ts";
import { notFound } from "../_shared/platform/http/problem.ts";
import { type ApiContext, type ApiDeps, asKey, idempotent, idOf } from "./caller.ts";

async function versionOf(tx: Tx, c: ApiContext, id: string): Promise<Version> {
  const version = await findVersionById(tx, c.var.key.orgId, id);
  if (!version) throw notFound();
  return version;
}

export async function handleShowSequence(deps: ApiDeps, c: ApiContext): Promise<Response> {
  const id = idOf(c);
  return Response.json(
    await asKey(deps, c, "sequences.read", async (tx) => {
      const version = await versionOf(tx, c, id);
      return { ...version, steps: await showVersion(tx, c.var.key.orgId, id) };
    }),
  );
}

export async function handleExportSequence(deps: ApiDeps, c: ApiContext): Promise<Response> {
  const id = idOf(c);
  return Response.json(
    await asKey(deps, c, "sequences.read", async (tx) => {
      const version = await versionOf(tx, c, id);
      return { ...version, workflow: await exportVersion(tx, c.var.key.orgId, version) };
    }),
  );
}

export function handleMoveSequence(deps: ApiDeps, c: ApiContext): Promise<Response> {
  const id = idOf(c);
  const write = { scope: "sequences.publish", action: "move_sequence", subject: id } as const;
  return idempotent(deps, c, { ...write, body: z.strictObject({}) }, async (tx) => {
    const version = await versionOf(tx, c, id);
    const [row] = await tx<{ done: { moved: number; stayed: number } }[]>`
      select public.move_runs(${c.var.key.orgId}, ${id}) as done`;
    return { ...version, ...row!.done };
  });
}
