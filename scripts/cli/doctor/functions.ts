// Whether each function of supabase/config.toml answers. The requests change nothing.
import { functionConfigs } from "../../dev/config.ts";
import {
  causeOf,
  type Check,
  combine,
  type Context,
  failed,
  type Finding,
  ok,
  request,
} from "./check.ts";

/** Every answer of a function of Sluice has it, whatever its status. */
const OURS = "sluice-correlation-id";
const DEPLOY = "Run `npx supabase functions deploy`.";

export const functions: Check = {
  name: "functions",
  needs: [],
  async run(context) {
    const names = functionConfigs().map(({ name }) => name);
    const findings: Finding[] = [];
    for (const name of names) findings.push(await probe(context, name));
    return combine(findings);
  },
};

async function probe(context: Context, name: string): Promise<Finding> {
  const url = `${context.functionsUrl}/${name}`;
  const started = performance.now();
  let response: Response;
  try {
    response = await request(context, url);
    await response.body?.cancel();
  } catch (error) {
    return failed(
      `${name} cannot be reached (${causeOf(error)})`,
      "Check --url: https://PROJECT.supabase.co/functions/v1.",
    );
  }
  const ms = Math.round(performance.now() - started);
  const { status, headers } = response;
  if (headers.has(OURS) && status < 500) return ok(`${name} ${ms} ms`);
  if (headers.has(OURS)) {
    return failed(
      `${name} answers ${status}`,
      "Read the function's log, and check its database URL.",
    );
  }
  if (status === 401) {
    return failed(
      `${name} is deployed with verify_jwt, so that the platform refuses API keys and signed requests`,
      "Deploy with supabase/config.toml, where verify_jwt is false: `npx supabase functions deploy`.",
    );
  }
  if (status === 404) return failed(`${name} is not deployed there`, `${DEPLOY} Check --url, too.`);
  return failed(
    `${name} does not start (${status})`,
    "Read the function's log; a secret may be missing.",
  );
}
