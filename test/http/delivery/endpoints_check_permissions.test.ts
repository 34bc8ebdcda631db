import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { after, type Org, type SendWorld, startSendWorld } from "./harness.ts";

let world: SendWorld;
let rival: Org;
const people: Record<string, string> = {};

beforeAll(async () => {
  world = await startSendWorld();
  rival = await world.addOrg();
  const { sql, org } = world;
  for (
    const [who, orgId, role] of [
      ["owner", org.id, "owner"],
      ["broker", org.id, "broker"],
      ["colleague", org.id, "broker"],
      ["viewer", org.id, "viewer"],
      ["rival", rival.id, "owner"],
    ] as const
  ) {
    const id = randomUUID();
    await sql`insert into auth.users (id, email) values (${id}, ${`${who}@example.com`})`;
    await sql`insert into public.members (org_id, user_id, role) values (${orgId}, ${id}, ${role})`;
    people[who] = id;
  }
});
afterAll(() => world?.stop());

const token = (who: string) => world.stack.signJwt({ sub: people[who] });
const at = (minutes: number) => ({ as_of: after(minutes).toISOString() });
const status = async (method: string, path: string, body: unknown, as: string) => {
  const { status } = await world.ask(method, path, body, as);
  return status;
};

describe("sending", () => {
  test.each(["/dispatch", "/claim", "/send"])("by %s requires the service role", async (path) => {
    const body = path === "/send"
      ? { org_id: world.org.id, message_ids: [randomUUID()], lease_token: randomUUID() }
      : {};
    expect(await status("POST", path, body, "")).toBe(401);
    expect(await status("POST", path, body, world.stack.anonKey)).toBe(401);
    expect(await status("POST", path, body, await token("owner"))).toBe(403);
    expect(await status("POST", path, body, world.stack.serviceRoleKey)).toBe(200);
    expect(await status("GET", path, undefined, world.stack.serviceRoleKey)).toBe(405);
  });

  test("refuses invalid input", async () => {
    for (
      const body of [
        { channel: "voice" },
        { channel: "fax" },
        { limit: 0 },
        { limit: 100_000 },
        { org_id: "all" },
        { as_of: "noon" },
        { everything: true },
        [],
      ]
    ) {
      const { status, json } = await world.ask("POST", "/dispatch", body);
      expect([status, json.code]).toEqual([400, "malformed_request"]);
    }
    expect((await world.ask("POST", "/dispatch", undefined)).status).toBe(200);
    expect((await world.ask("POST", "/nowhere", {})).status).toBe(404);
  });

  test("answers with ids and never with a name, phone or address", async () => {
    await world.addLeads("sms", 2);
    await world.addLeads("email", 2);
    const due = await world.ask("GET", `/due?as_of=${after(1).toISOString()}`);
    expect(due.json.due).toEqual({ email: 2, sms: 2, voice_ai: 0 });
    const answer = await world.ask("POST", "/dispatch", { org_id: world.org.id, ...at(1) });
    expect(answer.json).toMatchObject({ claimed: 4, sent: 4, unconfirmed: 0 });
    expect(Object.keys(answer.json.messages[0]).sort()).toEqual(
      ["campaign_id", "channel", "id", "lead_id", "org_id", "state", "step"],
    );
    expect(due.text + answer.text).not.toMatch(/@|\+1|\bann\b|main st|ames\b/i);
  });
});

describe("the clock", () => {
  test("may be set by the service in tests, and by no one else", async () => {
    const [lead] = await world.addLeads("sms", 1);
    const body = { reason: "on holiday", ...at(1) };
    expect(await status("POST", `/leads/${lead}/pause`, body, await token("owner"))).toBe(403);
    expect(await status("POST", `/leads/${lead}/pause`, body, world.stack.serviceRoleKey)).toBe(
      200,
    );
    expect(
      await status("GET", `/due?as_of=${after(1).toISOString()}`, undefined, await token("owner")),
    )
      .toBe(403);
  });
});

describe("controlling a lead", () => {
  const runOf = async (lead: string) => {
    const [run] = await world.sql`
      select state, paused_by, end_reason from public.sequence_runs where lead_id = ${lead}`;
    return run;
  };

  test("is allowed to owners and to the lead's broker", async () => {
    const [own, other, theirs] = [
      ...await world.addLeads("sms", 2),
      ...await world.addLeads("sms", 1, rival),
    ] as [string, string, string];
    const { sql, org } = world;
    const [broker] = await sql`
      insert into public.brokers (org_id, user_id, name) values (${org.id}, ${people.broker!}, 'Bo')
      returning id`;
    await sql`select set_config('sluice.actor', 'system', false)`;
    await sql`update public.leads set assigned_broker_id = ${broker!.id} where id = ${own}`;
    const seen = async (who: string) =>
      (await world.ask("GET", "/due", undefined, await token(who))).json.due.sms;
    // The service's org has two more; a member counts what a member sees.
    expect([await seen("owner"), await seen("broker"), await seen("rival")]).toEqual([2, 1, 1]);
    const pause = async (lead: string, who: string) =>
      await status("POST", `/leads/${lead}/pause`, {}, await token(who));
    expect(await pause(own, "broker")).toBe(200);
    expect((await runOf(own))!.state).toBe("paused");
    expect(await pause(other, "broker")).toBe(404);
    expect(await pause(own, "colleague")).toBe(404);
    expect(await pause(own, "viewer")).toBe(404);
    expect(await pause(theirs, "owner")).toBe(404);
    expect((await runOf(other))!.state).toBe("active");
    expect(await pause(other, "owner")).toBe(200);
    expect(await pause(theirs, "rival")).toBe(200);
  });

  test("pauses, resumes, skips and stops, and reports a lead that is in no sequence", async () => {
    const [lead] = await world.addLeads("sms", 1) as [string];
    const control = (action: string) =>
      world.ask("POST", `/leads/${lead}/${action}`, { reason: "x" });
    expect((await control("pause")).json).toMatchObject({
      lead_id: lead,
      result: { state: "paused" },
    });
    const round = await world.ask("POST", "/dispatch", { channel: "sms", ...at(5) });
    expect(round.json.messages.map((m: { lead_id: string }) => m.lead_id)).not.toContain(lead);
    expect((await control("resume")).json.result).toMatchObject({ state: "active" });
    const [other] = await world.addLeads("sms", 1) as [string];
    const skipped = await world.ask("POST", `/leads/${other}/skip`, { reason: "y" });
    // Its only step: nothing is left to be sent.
    expect(skipped.json.result).toMatchObject({ state: "stopped" });
    expect((await control("stop")).json.result).toMatchObject({ state: "stopped" });
    expect((await runOf(lead))!.end_reason).toBe("x");
    const again = await control("stop");
    expect([again.status, again.json.code]).toEqual([409, "not_in_sequence"]);
    expect((await control("delete")).status).toBe(404);
    expect((await world.ask("POST", `/leads/${randomUUID()}/stop`, {})).status).toBe(404);
    expect((await world.ask("POST", "/leads/x/stop", {})).status).toBe(404);
  });
});

describe("controlling a campaign", () => {
  test("is allowed to owners and admins, and applies to the whole campaign", async () => {
    const org = await world.addOrg();
    const admin = randomUUID();
    await world.sql`insert into auth.users (id, email) values (${admin}, 'admin@example.com')`;
    await world.sql`insert into public.members (org_id, user_id, role)
      values (${org.id}, ${admin}, 'admin')`;
    const leads = await world.addLeads("email", 2, org);
    const path = `/campaigns/${org.campaigns.email}`;
    expect(await status("POST", `${path}/pause`, {}, await token("owner"))).toBe(404);
    const as = await world.stack.signJwt({ sub: admin });
    expect(await status("POST", `${path}/pause`, {}, as)).toBe(200);
    const held = await world.ask("POST", "/dispatch", { org_id: org.id, ...at(1) });
    expect(held.json.claimed).toBe(0);
    expect(await status("POST", `${path}/resume`, {}, as)).toBe(200);
    // Waiting steps are spread over the rest of the day.
    const [last] = await world.sql<{ at: Date }[]>`
      select max(next_at) + interval '1 second' as at from public.sequence_runs
      where org_id = ${org.id}`;
    const sent = await world.ask("POST", "/dispatch", { org_id: org.id, as_of: last!.at });
    expect(sent.json.sent).toBe(2);
    expect(await status("POST", `${path}/stop`, {}, as)).toBe(200);
    expect(await status("POST", `${path}/resume`, {}, as)).toBe(409);
    expect((await world.messages(leads)).map(({ state }) => state)).toEqual(["sent", "sent"]);
  });
});
