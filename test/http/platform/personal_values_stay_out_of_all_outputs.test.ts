// Marked values of a person go through upload, send, replies, bookings, errors and dead letters. Everything that Sluice
// puts out beside the rows made for them is searched: logs of functions and worker, answers, metrics, dead letters, errors.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { signRequest } from "../../../edge-functions/_shared/platform/crypto/signature.ts";
import { refusedTo } from "../../../scripts/sandbox/twilio/numbers.ts";
import { mailOf, type Person, type ReplyWorld, startReplyWorld } from "../inbound/support.ts";
import { type Answer, call, eventually } from "../intake/harness.ts";

const NAME = "Quillmarker";
const STREET = "Wombatmarker";
const MAIL = "zephyrmarker@example.com";
const PHONE = "2135550177";
const WORDS = "Pangolinmarker";
/** What may be nowhere, in any case; phones also as their last digits with or without dashes. */
const MARKED = [NAME, STREET, "zephyrmarker", WORDS, PHONE, "213-555-0177", "555-0177"];

let world: ReplyWorld;
let secret: string;
const lines: string[] = [];
const answers: Answer[] = [];
const kept = (answer: Answer) => {
  answers.push(answer);
  return answer;
};

beforeAll(async () => {
  world = await startReplyWorld({
    functions: ["csv-upload", "metrics", "api"],
    log: (line) => lines.push(line),
  });
  const { sql, org } = world.send;
  await sql`insert into public.sources (org_id, key, name) values (${org.id}, 'marked', 'Marked')`;
  const [rotated] = await sql<{ secret: string }[]>`
    select public.rotate_source_secret(id) as secret from public.sources where key = 'marked'`;
  secret = rotated!.secret;
  // What fails, fails for good at once.
  await sql`update pgboss.queue set retry_limit = 0`;
});
afterAll(() => world?.stop());

const upload = (text: string, by = secret) => {
  const body = new TextEncoder().encode(text);
  const signed = signRequest({
    ...{ secrets: [by], id: randomUUID(), timestamp: Math.floor(Date.now() / 1000) },
    body,
  });
  return call(
    `${world.send.stack.functionsUrl}/csv-upload?source=marked&filename=${NAME}.csv`,
    { method: "POST", body, headers: { ...signed, "content-type": "text/csv" } },
  ).then(kept);
};
const HEAD = "Owner First Name,Owner Last Name,Property Address,City,State,Zip,Phone,Email\n";
const row = (n: number) => `Ann,${NAME},${n} ${STREET} Ln,Los Angeles,CA,90001,${PHONE},${MAIL}\n`;
const ended = (id: string) =>
  eventually("the upload to end", async () => {
    const [found] = await world.send.sql`select state::text from public.uploads where id = ${id}`;
    return ["completed", "failed"].includes(found!.state as string) ? found!.state as string : null;
  });

/** What is searched, by where it is. */
async function outputs(): Promise<Record<string, string>> {
  const { sql, stack } = world.send;
  const metrics = await call(`${stack.functionsUrl}/metrics`, {
    headers: { apikey: stack.serviceRoleKey },
  });
  expect(metrics.status).toBe(200);
  const rows = async (name: string, query: Promise<unknown>) => [name, JSON.stringify(await query)];
  return Object.fromEntries([
    ["logs", lines.join("\n")],
    ["answers", answers.map(({ text, headers }) => text + JSON.stringify([...headers])).join("\n")],
    ["metrics", metrics.text],
    await rows("dead letters", sql`select * from public.pipeline_dlq`),
    await rows(
      "uploads",
      sql`select error, warnings::text from public.upload_parts
      union all select error, mapping::text from public.uploads`,
    ),
    await rows("messages", sql`select error_code, error_detail, refused from public.messages`),
    await rows("inbox", sql`select error, params from public.webhook_inbox`),
    await rows(
      "events",
      sql`select detail from public.webhook_events
      union all select detail from public.pipeline_events`,
    ),
    await rows("jobs", sql`select data, output from pgboss.job`),
    await rows("notifications", sql`select last_error from public.notifications`),
    await rows(
      "sluice follow",
      sql`select f.* from public.leads l cross join lateral private.follow_lead(l.org_id, l.id) f
      union all
      select f.* from public.uploads u cross join lateral private.follow_upload(u.org_id, u.id) f`,
    ),
    await rows("sessions", sql`select application_name from pg_stat_activity`),
  ] as [string, string][]);
}
const found = async () =>
  Object.entries(await outputs()).flatMap(([where, text]) =>
    MARKED.filter((value) => text.toLowerCase().includes(value.toLowerCase()))
      .map((value) => `${value} in ${where}`)
  );

test("in uploads: accepted, rejected, unreadable, badly signed and failed ones", async () => {
  const { sql } = world.send;
  const good = await upload(HEAD + row(1) + `,,,,,,${PHONE}x,${MAIL}${NAME}\n`);
  expect(good.status).toBe(202);
  expect(await ended(good.json.upload_id)).toBe("completed");
  const [stored] =
    await sql`select count(*)::int as n from public.leads where owner_1_last ilike ${NAME}`;
  expect(stored!.n).toBe(1);
  expect((await upload(HEAD + row(2), `whsec_${"A".repeat(44)}`)).status).toBe(401);
  expect((await upload(`${NAME},${STREET}\n"${MAIL}`)).status).toBeLessThan(500);
  // The database quotes the value in its message, as it does where a value has another form than its column.
  await sql.unsafe(`create function private.refuse_marked() returns trigger language plpgsql as $$
    begin
      if new.situs_street ilike '%${STREET}%' then
        raise exception 'invalid input syntax: "%"', new.situs_street using detail = new.owner_1_last;
      end if;
      return new;
    end $$;
    create trigger _000_refuse_marked before insert on public.leads for each row
      execute function private.refuse_marked()`);
  const failing = await upload(HEAD + row(3));
  expect(failing.status).toBe(202);
  await eventually("the dead letter", async () => {
    const [letter] =
      await sql`select 1 as n from public.pipeline_dlq where source = 'resolve-upload'`;
    return letter ?? null;
  });
  await sql.unsafe(
    "drop trigger _000_refuse_marked on public.leads; drop function private.refuse_marked()",
  );
  expect(lines.join("\n")).toContain('"event":');
  expect(await found()).toEqual([]);
});

test("in messages that a provider refuses with number, name, street and text in its words", async () => {
  const person: Person = await world.person();
  refusedTo[person.phone] = (
    to,
  ) => [21211, `${NAME}: ${to} (${MAIL}) is invalid, not ${PHONE}; ${WORDS} for 12 ${STREET} Ln.`];
  const report = await world.dispatch(2);
  expect(report).toMatchObject({ failed: 1 });
  const tail = person.phone.slice(-10);
  const all = await outputs();
  expect(Object.entries(all).filter(([, text]) => text.includes(tail)).map(([where]) => where))
    .toEqual([]);
  expect(await found()).toEqual([]);
  // The rest of what the provider said is there.
  const [refused] = await world.send.sql`
    select error_code, error_detail from public.messages where error_code = '21211'`;
  expect(refused!.error_detail).toBe(
    "…: [number] ([e-mail]) is invalid, not [number]; … for 12 ….",
  );
});

test("in replies, mails, bookings and malformed deliveries", async () => {
  const { stack, org } = world.send;
  const person = await world.person();
  const from = { From: `+1${PHONE}`, Body: `${WORDS} STOP` };
  kept(await world.twilio("sms", from));
  kept(
    await world.twilio("sms", { From: person.phone, Body: `${WORDS}: call ${NAME} at ${PHONE}` }),
  );
  kept(await world.mail(mailOf({ from: MAIL, text: `${WORDS}, ${STREET}` })));
  kept(
    await world.booking({
      attendees: [{ name: `Ann ${NAME}`, email: MAIL, phoneNumber: `+1${PHONE}` }],
      responses: { notes: { value: WORDS } },
    }),
  );
  for (const body of [`{"${NAME}": ${WORDS}`, `[{"email": "${MAIL}", "event": "${WORDS}"}]`]) {
    kept(
      await call(`${stack.functionsUrl}/webhooks/${org.id}/sendgrid/events`, {
        method: "POST",
        body,
      }),
    );
    kept(
      await call(`${stack.functionsUrl}/webhooks/${org.id}/vapi?name=${NAME}&phone=${PHONE}`, {
        ...{ method: "POST", body },
        headers: { "x-vapi-secret": world.send.sandbox.env.VAPI_WEBHOOK_SECRET! },
      }),
    );
  }
  kept(await call(`${stack.functionsUrl}/api/leads/${NAME}?reason=${MAIL}`));
  await world.read();
  expect(await found()).toEqual([]);
});
