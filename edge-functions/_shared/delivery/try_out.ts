// Templates tried out: filled in with a lead, and sent to the member who asks. No message of the ledger comes of it.
import { asWriter, type Tx } from "../platform/db/client.ts";
import { forbidden, notFound, Problem } from "../platform/http/problem.ts";
import { networkOutcome } from "../providers/network.ts";
import {
  accountOf,
  type Content,
  type SendRequest,
  type UnsubscribeLinks,
} from "../providers/types.ts";
import { unsubscribeLinksOf } from "./links.ts";
import { render, Unsendable } from "./render.ts";
import type { Sending } from "./sending.ts";

export interface TryOut {
  org_id: string;
  lead_id: string;
  template_id?: string | undefined;
  draft?: Record<string, unknown> | undefined;
  sender_id?: string | undefined;
}

interface Preview {
  channel: SendRequest["channel"];
  purpose: string;
  template: SendRequest["template"];
  variables: Record<string, unknown>;
  errors: string[];
}

export interface Rendered {
  subject: string | null;
  text: string | null;
  html: string | null;
  /** Why it could not be saved or sent as it is. */
  problems: string[];
}

/** A link of the form of a real one, which unsubscribes nobody. */
const linksOf = (channel: string, env: Sending["env"]): UnsubscribeLinks | null =>
  unsubscribeLinksOf({ channel, unsubscribe_token: "test" } as SendRequest, env);

export function tryOutProblem(error: unknown): unknown {
  const { code, message } = (error ?? {}) as { code?: string; message?: string };
  switch (code) {
    case "SL111":
      return forbidden("You do not have permission to try out texts of this org.");
    case "SL524":
      return notFound();
    case "SL844":
      return new Problem(422, "not_possible", `${message}.`);
    case "SL845":
      return new Problem(429, "too_many_tests", `${message}.`, {
        headers: { "retry-after": "600" },
      });
    default:
      return error;
  }
}

export async function preview({ env }: Sending, tx: Tx, asked: TryOut): Promise<Rendered> {
  const [row] = await tx<{ preview: Preview }[]>`
    select public.template_preview(${asked.org_id}, ${asked.lead_id}, ${asked.template_id ?? null},
      ${asked.draft ? tx.json(asked.draft as never) : null}, ${
    asked.sender_id ?? null
  }) as preview`;
  const { channel, purpose, template, variables, errors } = row!.preview;
  const problems = errors ?? [];
  try {
    const request = { channel, purpose, template, variables, kind: "sequence" } as SendRequest;
    const content = await render(request, linksOf(channel, env)?.link ?? null);
    return { ...content, problems };
  } catch (error) {
    if (!(error instanceof Unsendable)) throw error;
    return { subject: null, text: null, html: null, problems: [...problems, error.message] };
  }
}

interface Begun {
  id: string;
  to_masked: string;
  request: SendRequest;
}

export const begin = async (tx: Tx, asked: TryOut): Promise<Begun> => {
  const [row] = await tx<{ begun: Begun }[]>`
    select public.begin_test_message(${asked.org_id}, ${asked.lead_id}, ${
    asked.template_id ?? null
  },
      ${asked.draft ? tx.json(asked.draft as never) : null}, ${asked.sender_id ?? null}) as begun`;
  return row!.begun;
};

/** The subject, or the beginning of a text, says what it is. */
const marked = (content: Content): Content =>
  content.subject
    ? { ...content, subject: `[Test] ${content.subject}` }
    : { ...content, text: `[Test] ${content.text}` };

const STATES = {
  accepted: "sent",
  refused: "failed",
  retry: "failed",
  unknown: "unknown",
} as const;

/** Sends what was begun and committed; returns how it ended. */
export async function sendTest(sending: Sending, orgId: string, { id, to_masked, request }: Begun) {
  const { accounts, env, sql, log } = sending;
  const settle = async (
    state: "sent" | "failed" | "unknown",
    code: string | null,
    providerId: string | null = null,
    cost: number | null = null,
  ) => {
    await asWriter(
      sql,
      (tx) =>
        tx`select private.settle_test_message(${orgId}, ${id}, ${state}, ${providerId}, ${code}, ${cost})`,
    );
    log("info", "tested", { test_id: id, state, ...(code ? { code } : {}) });
    return { id, state, to: to_masked, ...(code ? { code } : {}) };
  };
  const account = await accounts(request.provider, accountOf(request), orgId);
  if (!account || account.channel !== request.channel) return await settle("failed", "no_account");
  const unsubscribe = linksOf(request.channel, env);
  if (request.channel === "email" && !unsubscribe) return await settle("failed", "no_public_url");
  let content: Content;
  try {
    content = marked(await render(request, unsubscribe?.link ?? null));
  } catch (error) {
    if (!(error instanceof Unsendable)) throw error;
    return await settle("failed", error.code);
  }
  const message = { orgId, messageId: id, request, content, unsubscribe };
  const outcome = await account.send(message).catch(networkOutcome);
  return await settle(
    STATES[outcome.result],
    outcome.result === "accepted" ? null : outcome.code ?? outcome.result,
    outcome.provider_id ?? null,
    outcome.cost_usd ?? null,
  );
}
