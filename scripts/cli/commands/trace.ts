// The waterfall of skip traces: which providers an org asks, at which price, and what a lead may cost.
import { TRACERS } from "../../../edge-functions/_shared/providers/registry/tracers.ts";
import { type CommandLine, defineCommand, integer, print, text } from "../command.ts";
import {
  addDatabaseOptions,
  findOrg,
  readDatabase,
  requireOrg,
  type Sql,
  withDatabase,
} from "../database.ts";
import { ClientError, EXIT, UsageError } from "../errors.ts";

interface Step {
  provider: string;
  position: number;
  price_usd: string | null;
  expected_hit_rate: string;
  active: boolean;
}

/** Columns to set; what was not given stays as it is. */
interface Change {
  price_usd?: string | null;
  expected_hit_rate?: string;
  position?: number;
  active?: boolean;
}

const ORDERS = ["cost_per_hit", "position"];
const KNOWN = TRACERS.map(({ provider }) => provider.name);
const NEED_A_STEP = TRACERS.filter(({ needsStep }) => needsStep).map(({ provider }) =>
  provider.name
);

function readChange({ options }: CommandLine): Change {
  const price = text(options.price);
  if (price !== null && price !== "none" && !/^\d{1,4}(\.\d{1,4})?$/.test(price)) {
    throw new UsageError("--price must be dollars a lead such as 0.12, or none");
  }
  const rate = text(options.hitRate);
  if (
    rate !== null && !(/^[01](\.\d{1,3})?$/.test(rate) && Number(rate) > 0 && Number(rate) <= 1)
  ) {
    throw new UsageError("--hit-rate must be a share above 0 and at most 1, such as 0.6");
  }
  if (options.on === true && options.off === true) {
    throw new UsageError("--on and --off exclude each other");
  }
  return {
    ...(price === null ? {} : { price_usd: price === "none" ? null : price }),
    ...(rate === null ? {} : { expected_hit_rate: rate }),
    ...(options.position === undefined
      ? {}
      : { position: integer("--position", options.position, 1, 1, 100) }),
    ...(options.on === true || options.off === true ? { active: options.on === true } : {}),
  };
}

function readOrgSettings({ options }: CommandLine): Record<string, string> {
  const cap = text(options.cap);
  if (cap !== null && !/^\d{1,4}(\.\d{1,6})?$/.test(cap)) {
    throw new UsageError("--cap must be dollars a lead such as 0.75");
  }
  const order = text(options.order);
  if (order !== null && !ORDERS.includes(order)) {
    throw new UsageError(`--order must be one of ${ORDERS.join(", ")}`);
  }
  return {
    ...(cap === null ? {} : { trace_cap_usd: cap }),
    ...(order === null ? {} : { trace_order: order }),
  };
}

async function removeStep(sql: Sql, org: string, provider: string): Promise<void> {
  const gone = await sql`
    delete from public.trace_steps where org_id = ${org} and provider = ${provider} returning provider`;
  if (gone.length === 0) throw new ClientError(`the org has no step ${provider}`);
}

async function setStep(sql: Sql, org: string, provider: string, change: Change): Promise<void> {
  const row = { org_id: org, provider, ...change };
  await sql`
    insert into public.trace_steps ${sql(row)}
    on conflict (org_id, provider) do update set ${
    sql(Object.keys(change).length > 0 ? { ...change } : { provider })
  }`;
}

async function readSteps(sql: Sql, org: string) {
  const steps = await sql<Step[]>`
    select provider, position, trim_scale(price_usd)::text as price_usd,
      trim_scale(expected_hit_rate)::text as expected_hit_rate, active
    from public.trace_steps where org_id = ${org} order by position, provider`;
  const [settings] = await sql<{ cap_usd: string; order: string }[]>`
    select trim_scale(private.trace_cap(o.id))::text as cap_usd,
      coalesce(o.settings ->> 'trace_order', 'cost_per_hit') as order
    from public.orgs o where o.id = ${org}`;
  return { steps, ...settings! };
}

const line = (step: Step): string =>
  `${step.provider}: ${
    step.price_usd === null ? "the account's price" : `$${step.price_usd}`
  } a lead, ${Number(step.expected_hit_rate) * 100} % expected, position ${step.position}${
    step.active ? "" : ", off"
  }`;

export default [
  defineCommand({
    name: "trace steps",
    description:
      "Shows the steps of the org's skip traces; with PROVIDER, sets or removes one. Without steps, every provider of " +
      `skip traces with keys is one, except ${NEED_A_STEP.join(", ")}. Known: ${KNOWN.join(", ")}.`,
    configure: (command) =>
      void addDatabaseOptions(
        command.argument("[PROVIDER]")
          .option("--org <ORG>", "id or name of the org (required)")
          .option("--price <USD>", "what a lead costs by your contract; none: as the account says")
          .option("--hit-rate <SHARE>", "expected share of leads that get a contact (0.5)")
          .option("--position <N>", "place of the step, where --order is position (1)")
          .option("--on", "ask this provider")
          .option("--off", "keep the step, and do not ask this provider")
          .option("--remove", "remove the step")
          .option("--cap <USD>", "what skip traces of a lead may cost in half a year (1)")
          .option("--order <ORDER>", `${ORDERS.join(" or ")}: which step comes first`),
      ),
    read: (given) => {
      const [provider = null] = given.operands;
      const change = readChange(given);
      const remove = given.options.remove === true;
      if (provider === null && (remove || Object.keys(change).length > 0)) {
        throw new UsageError("PROVIDER is required to set or remove a step");
      }
      if (remove && Object.keys(change).length > 0) {
        throw new UsageError("--remove takes no other option of a step");
      }
      if (provider !== null && !remove && !KNOWN.includes(provider)) {
        throw new UsageError(`${provider} makes no skip traces; known: ${KNOWN.join(", ")}`);
      }
      return {
        ...{ provider, change, remove, settings: readOrgSettings(given), org: requireOrg(given) },
        database: readDatabase(given),
      };
    },
    async run({ provider, change, remove, settings, org, database }, io) {
      const found = await withDatabase(database, async (sql) => {
        const id = await findOrg(sql, org);
        await sql.begin(async (tx) => {
          const one = tx as unknown as Sql;
          if (provider !== null && remove) await removeStep(one, id, provider);
          else if (provider !== null) await setStep(one, id, provider, change);
          if (Object.keys(settings).length > 0) {
            await tx`update public.orgs set settings = settings || ${
              tx.json(settings)
            } where id = ${id}`;
          }
        });
        return await readSteps(sql, id);
      });
      const steps = found.steps.length > 0 ? found.steps.map(line) : [
        `no steps: every provider of skip traces with keys is asked, except ${
          NEED_A_STEP.join(", ")
        }`,
      ];
      print(
        io,
        database.json,
        [...steps, `order: ${found.order}, at most $${found.cap_usd} a lead`].join("\n"),
        { ok: true, command: "trace steps", ...found },
      );
      return EXIT.ok;
    },
  }),
];
