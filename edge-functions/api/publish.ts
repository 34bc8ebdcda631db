// POST /sequences/publish: a workflow that was drawn in n8n becomes the next version of a sequence, or is only checked.
import { z } from "zod";
import {
  NewerVersion,
  type Published,
  publishSequence,
  Refused,
} from "../_shared/campaigns/canvas/publish.ts";
import type { Tx } from "../_shared/platform/db/client.ts";
import { parseJson } from "../_shared/platform/http/input.ts";
import { Problem } from "../_shared/platform/http/problem.ts";
import { type ApiContext, type ApiDeps, asKey, idempotent, MAX_BODY } from "./caller.ts";

export const PublishBody = z.strictObject({
  workflow: z.looseObject({
    nodes: z.array(z.unknown()).max(200),
    connections: z.record(z.string(), z.unknown()),
  }).meta({ description: "As n8n exports it; nodes and connections are read." }),
  version: z.int().positive().nullable().meta({
    description: "The version that was read; null for a new name.",
  }),
  origin: z.string().trim().min(1).max(200).nullable().default(null).meta({
    description: "Names the workflow: the version that it published last counts as read, too.",
  }),
  dry_run: z.boolean().default(false).meta({ description: "Only checks." }),
});
type Body = z.output<typeof PublishBody>;

const publish = async (tx: Tx, c: ApiContext, body: Body): Promise<Published> => {
  const { workflow, version, origin, dry_run: dryRun } = body;
  const done = await publishSequence(tx, c.var.key.orgId, {
    ...{ workflow, version, origin, dryRun },
  });
  // Rolls back what was remembered of the request, so that it can be repeated after a correction.
  if (done.problems.length > 0 && !dryRun) throw new Refused(done);
  return done;
};

export async function handlePublish(deps: ApiDeps, c: ApiContext): Promise<Response> {
  const scope = "sequences.publish" as const;
  const bytes = await c.var.readBody(MAX_BODY);
  const body = parseJson(bytes, PublishBody);
  c.set("readBody", () => Promise.resolve(bytes));
  try {
    if (body.dry_run) {
      // Nothing is kept of it, whatever the database did to find out.
      return Response.json(await asKey(deps, c, scope, (tx) => publish(tx, c, body), "read write"));
    }
    const write = { scope, action: "publish_sequence", subject: null, body: PublishBody };
    return await idempotent(
      deps,
      c,
      write,
      async (tx, read) => ({ ...await publish(tx, c, read) }),
    );
  } catch (error) {
    throw publishProblem(error);
  }
}

function publishProblem(error: unknown): unknown {
  if (error instanceof NewerVersion) {
    const { version } = error;
    return new Problem(409, "conflict", "Sluice has a newer version of the sequence.", {
      extensions: { version },
    });
  }
  if (error instanceof Refused) {
    const { problems } = error.answer;
    return new Problem(422, "invalid", "The workflow cannot run as a sequence.", {
      extensions: { problems },
    });
  }
  return error;
}
