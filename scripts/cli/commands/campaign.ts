// Campaigns and their feeds.
import type { Command } from "commander";
import { type CommandLine, defineCommand, text } from "../command.ts";
import { addYesOption, confirm, saysYes } from "../confirm.ts";
import type { Sql } from "../database.ts";
import { ClientError, UsageError } from "../errors.ts";
import { addOrgOptions, answer, readOrg } from "../org_command.ts";
import { plural } from "../size.ts";

interface Campaign {
  id: string;
  name: string;
  state: string;
  daily_limit: number;
  leads: number;
  last_feed: string | null;
  last_fed: number | null;
}

interface Feed {
  local_date: string;
  state: string;
  planned: number;
  fed_count: number;
  unassigned_count: number;
}

const STATES = {
  start: "running",
  pause: "paused",
  resume: "running",
  finish: "finished",
} as const;

async function findCampaign(
  sql: Sql,
  org: string,
  wanted: string,
): Promise<{ id: string; name: string }> {
  const found = await sql<{ id: string; name: string }[]>`
    select id, name from public.campaigns
    where org_id = ${org} and (id::text = lower(${wanted}) or name = ${wanted})`;
  if (found.length === 0) throw new ClientError(`campaign ${wanted} not found`);
  if (found.length > 1) {
    throw new ClientError(
      `${plural(found.length, "campaign")} have the name ${wanted}; use the id`,
    );
  }
  return found[0]!;
}

/** A campaign and a local date of its feed. */
const addFeedOptions = (command: Command): Command =>
  addOrgOptions(
    command.argument("<CAMPAIGN>", "id or name")
      .option("--date <DATE>", "local date (default: today)"),
  );

function readFeed(line: CommandLine) {
  const date = text(line.options.date);
  if (date !== null && !/^\d{4}-\d\d-\d\d$/.test(date)) {
    throw new UsageError("--date must be a date such as 2026-11-30");
  }
  return { ...readOrg(line), campaign: line.operands[0]!, date };
}

/** Today in the time zone of the org. */
async function today(sql: Sql, org: string, now: Date): Promise<string> {
  const [row] = await sql<{ today: string }[]>`
    select (${now}::timestamptz at time zone o.time_zone)::date::text as today from public.orgs o
    where o.id = ${org}`;
  return row!.today;
}

const change = (verb: keyof typeof STATES, description: string) =>
  defineCommand({
    name: `campaign ${verb}`,
    description,
    configure: (command) => {
      addOrgOptions(command.argument("<CAMPAIGN>", "id or name"));
      if (verb === "finish" || verb === "start") addYesOption(command);
    },
    read: (line) => ({ ...readOrg(line), campaign: line.operands[0]!, yes: saysYes(line) }),
    run: ({ campaign, yes, ...input }, io) =>
      answer(`campaign ${verb}`, input, io, async (sql, org) => {
        const { id, name } = await findCampaign(sql, org, campaign);
        if (verb === "finish") {
          await confirm(
            `This ends ${name} for good and releases the phones of its leads.`,
            yes,
            io,
          );
        } else if (verb === "start") {
          await confirm(
            `From its next feed on, ${name} contacts people; \`sluice feed preview\` says how many.`,
            yes,
            io,
          );
        }
        await sql`
          update public.campaigns set state = ${STATES[verb]}::public.campaign_state
          where org_id = ${org} and id = ${id}`;
        return {
          text: `${name} is ${STATES[verb]}`,
          object: { campaign_id: id, state: STATES[verb] },
        };
      }),
  });

export default [
  defineCommand({
    name: "campaign list",
    description: "Lists the campaigns of an org with their leads and last feed.",
    configure: (command) => void addOrgOptions(command),
    read: readOrg,
    run: (input, io) =>
      answer("campaign list", input, io, async (sql, org) => {
        const campaigns = await sql<Campaign[]>`
          select c.id, c.name, c.state, c.daily_limit,
            (select count(*)::float8 from public.leads l where l.org_id = c.org_id and l.campaign_id = c.id) as leads,
            f.local_date::text as last_feed, f.fed_count as last_fed
          from public.campaigns c
          left join lateral (
            select x.local_date, x.fed_count from public.campaign_feeds x
            where x.org_id = c.org_id and x.campaign_id = c.id order by x.local_date desc limit 1) f on true
          where c.org_id = ${org} order by c.created_at, c.id`;
        return {
          text: campaigns.map((one) =>
            `${one.id}  ${one.state.padEnd(8)}  ${one.name}: ${plural(one.leads, "lead")}, ` +
            `at most ${one.daily_limit} a day` +
            (one.last_feed ? `, fed ${one.last_fed} on ${one.last_feed}` : ", never fed")
          ).join("\n") || "No campaigns.",
          object: { campaigns },
        };
      }),
  }),
  defineCommand({
    name: "campaign create",
    description: "Creates a campaign as a draft, which feeds nothing.",
    configure: (command) =>
      void addOrgOptions(
        command.argument("<NAME>")
          .option("--sequence <NAME>", "its sequence, in the newest version; none: nothing is sent")
          .option("--daily-limit <N>", "most leads of a feed, 1 to 10000 (default 250)")
          .option("--states <STATES>", "USPS codes with commas (default: all)"),
      ),
    read: (line) => {
      const limit = text(line.options.dailyLimit) ?? "250";
      if (!/^[1-9]\d{0,4}$/.test(limit)) throw new UsageError("--daily-limit must be 1 to 10000");
      return {
        ...readOrg(line),
        name: line.operands[0]!,
        sequence: text(line.options.sequence),
        limit: Number(limit),
        states: (text(line.options.states) ?? "").toUpperCase().split(/[\s,]+/).filter(Boolean),
      };
    },
    run: ({ name, sequence, limit, states, ...input }, io) =>
      answer("campaign create", input, io, async (sql, org) => {
        const found = sequence === null ? [] : await sql<{ id: string }[]>`
          select id from public.sequences where org_id = ${org} and name = ${sequence}
          order by version desc limit 1`;
        if (sequence !== null && found.length === 0) {
          throw new ClientError(`sequence ${sequence} not found`);
        }
        const [row] = await sql<{ id: string }[]>`
          insert into public.campaigns (org_id, name, sequence_id, daily_limit, states)
          values (${org}, ${name}, ${found[0]?.id ?? null}, ${limit}, ${states}) returning id`;
        return { text: row!.id, object: { campaign_id: row!.id } };
      }),
  }),
  change("start", "Starts a draft: it is fed from the next feed on."),
  change("pause", "Pauses a campaign: nothing is fed or sent. It keeps the phones of its leads."),
  change("resume", "Lets a paused campaign go on."),
  change("finish", "Ends a campaign and releases the phones of its leads."),
];

export const feed = [
  defineCommand({
    name: "feed status",
    description: "Shows the feeds of the last 14 days, and what is overdue.",
    configure: (command) => void addOrgOptions(command),
    read: readOrg,
    run: (input, io) =>
      answer("feed status", input, io, async (sql, org) => {
        const feeds = await sql<(Feed & { name: string })[]>`
          select f.local_date::text as local_date, c.name, f.state, f.planned, f.fed_count, f.unassigned_count
          from public.campaign_feeds f
          join public.campaigns c on c.org_id = f.org_id and c.id = f.campaign_id
          where f.org_id = ${org} and f.local_date > ${await today(sql, org, io.now())}::date - 14
          order by f.local_date desc, c.name`;
        const overdue = await sql<{ name: string; due_at: Date; state: string }[]>`
          select c.name, o.due_at, o.state from private.overdue_tasks(${io.now()}) o
          join public.campaigns c on c.org_id = o.org_id and c.id = o.campaign_id
          where o.org_id = ${org} order by o.due_at`;
        return {
          text: [
            ...overdue.map((one) =>
              `overdue: ${one.name}, due ${one.due_at.toISOString()}, ${one.state}`
            ),
            ...feeds.map((one) =>
              `${one.local_date}  ${
                one.state.padEnd(7)
              }  ${one.name}: ${one.fed_count} of ${one.planned}` +
              (one.unassigned_count ? `, ${one.unassigned_count} without a broker` : "")
            ),
          ].join("\n") || "No feeds.",
          object: { feeds, overdue },
          ok: overdue.length === 0,
        };
      }),
  }),
  defineCommand({
    name: "feed preview",
    description:
      "Says what the gate would answer for the leads that a campaign could feed, by channel and rule, from a sample. " +
      "Nothing is stored and nobody is contacted.",
    configure: (command) => void addFeedOptions(command),
    read: readFeed,
    run: ({ campaign, date, ...input }, io) =>
      answer("feed preview", input, io, async (sql, org) => {
        const { id, name } = await findCampaign(sql, org, campaign);
        const day = date ?? await today(sql, org, io.now());
        const outlook = await sql<
          { channel: string; outlook: string; rule: string | null; leads: string; share: string }[]
        >`select channel, outlook, rule, leads, share from public.gate_forecast(${id}, ${day}::date)`;
        return {
          text: [
            `${name} on ${day}`,
            ...outlook.map((one) =>
              `  ${one.channel.padEnd(12)}  ${one.leads} (${
                Math.round(Number(one.share) * 100)
              } %)  ${one.outlook}` +
              (one.rule ? `: ${one.rule}` : "")
            ),
          ].join("\n"),
          object: { campaign_id: id, date: day, outlook },
        };
      }),
  }),
  defineCommand({
    name: "feed now",
    description:
      "Feeds a running campaign for a local date, as the schedule does: once per campaign and date, so that a date " +
      "that was fed stays as it is. Its leads are contacted from then on.",
    configure: (command) => void addYesOption(addFeedOptions(command)),
    read: (line) => ({ ...readFeed(line), yes: saysYes(line) }),
    run: ({ campaign, date, yes, ...input }, io) =>
      answer("feed now", input, io, async (sql, org) => {
        const { id, name } = await findCampaign(sql, org, campaign);
        const day = date ?? await today(sql, org, io.now());
        await confirm(
          `This feeds ${name} for ${day}; its sequence contacts these people.`,
          yes,
          io,
        );
        const [fed] = await sql<Feed[]>`
          select local_date::text as local_date, state, planned, fed_count, unassigned_count
          from public.feed_campaign(${org}, ${id}, ${day}::date, ${io.now()})`;
        return {
          text: fed
            ? `${name}: ${fed.fed_count} of ${fed.planned} fed for ${day}`
            : `${name} was fed for ${day} before, or is being fed now`,
          object: { campaign_id: id, feed: fed ?? null },
          ok: fed !== undefined,
        };
      }),
  }),
  defineCommand({
    name: "feed pause",
    description:
      "Pauses every running campaign of an org, and so its feeds and messages; prints which.",
    configure: (command) => void addYesOption(addOrgOptions(command)),
    read: (line) => ({ ...readOrg(line), yes: saysYes(line) }),
    run: ({ yes, ...input }, io) =>
      answer("feed pause", input, io, async (sql, org) => {
        await confirm("This pauses every running campaign of the org.", yes, io);
        const paused = await sql<{ id: string; name: string }[]>`
          update public.campaigns set state = 'paused' where org_id = ${org} and state = 'running'
          returning id, name`;
        return {
          text: paused.map(({ id, name }) => `${id}  ${name} is paused`).join("\n") ||
            "None was running.",
          object: { paused },
        };
      }),
  }),
];
