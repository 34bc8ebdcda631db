// Checks of the deployed functions by the platform's API: versions, settings and sizes.
// Not tested against the platform itself.
import { functionConfigs } from "../../dev/config.ts";
import { formatSize } from "../size.ts";
import {
  type Check,
  combine,
  type Context,
  failed,
  type Finding,
  ok,
  request,
  warning,
} from "./check.ts";

const MANAGEMENT = "https://api.supabase.com/v1/projects";
/** The largest bundle that the platform accepts where functions are bundled without Docker. */
const MOST_BYTES = 5_000_000;

interface Deployed {
  slug: string;
  version: number;
  status: string;
  verify_jwt: boolean;
  updated_at: number;
}

export const deployed: Check = {
  name: "deployed versions",
  needs: ["accessToken"],
  async run(context) {
    const response = await ask(context, "");
    if (!response.ok) {
      await response.body?.cancel();
      return failed(
        `the management API answers ${response.status}`,
        "Check SUPABASE_ACCESS_TOKEN, and that its owner may see the project.",
      );
    }
    const found = new Map((await response.json() as Deployed[]).map((one) => [one.slug, one]));
    const findings: Finding[] = [];
    for (const { name, verifyJwt } of functionConfigs()) {
      const one = found.get(name);
      if (!one) {
        findings.push(failed(`${name} is not deployed`, "Run `npx supabase functions deploy`."));
      } else if (one.verify_jwt !== verifyJwt) {
        findings.push(failed(
          `${name} has verify_jwt ${one.verify_jwt}`,
          "Deploy with supabase/config.toml: `npx supabase functions deploy`.",
        ));
      } else findings.push(await describe(context, one));
    }
    return combine(findings);
  },
};

async function describe(
  context: Context,
  { slug, version, updated_at }: Deployed,
): Promise<Finding> {
  const date = new Date(updated_at).toISOString().slice(0, 10);
  const body = await ask(context, `/${slug}/body`);
  const bytes = body.ok ? (await body.arrayBuffer()).byteLength : null;
  const text = `${slug} version ${version} of ${date}${
    bytes === null ? "" : `, ${formatSize(bytes)}`
  }`;
  return bytes !== null && bytes > MOST_BYTES
    ? warning(
      `${text} is large`,
      "A large bundle starts slowly; deploy it with Docker, or split it.",
    )
    : ok(text);
}

const ask = (context: Context, path: string) =>
  request(context, `${MANAGEMENT}/${context.projectRef}/functions${path}`, {
    headers: { authorization: `Bearer ${context.accessToken}` },
  });
