// `npm run test:studio`: what Supabase Studio would show and let edit, asked through @supabase/postgres-meta, which Studio
// asks. Installed apart from its own lock file (210 MB), not part of Sluice.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { connect, createTestDatabase, ensureTemplate } from "../dev/database.ts";
import { root } from "../dev/paths.ts";
import { openServer } from "../dev/server.ts";

interface Answer<T> {
  data: T | null;
  error: { message: string; code?: string } | null;
}
interface Column {
  name: string;
  comment: string | null;
}
interface Relation {
  name: string;
  comment: string | null;
  rls_enabled?: boolean;
  columns?: Column[];
}
interface Meta {
  query(sql: string): Promise<Answer<Record<string, unknown>[]>>;
  tables: { list(options: object): Promise<Answer<Relation[]>> };
  views: { list(options: object): Promise<Answer<Relation[]>> };
  functions: { list(options: object): Promise<Answer<Relation[]>> };
  end(): Promise<void>;
}

const folder = join(root, ".local", "studio");
const installed = join(
  folder,
  "node_modules",
  "@supabase",
  "postgres-meta",
  "dist",
  "lib",
  "index.js",
);
if (!existsSync(installed)) {
  console.log(
    "Installing @supabase/postgres-meta in .local/studio (npm ci: 210 MB) …",
  );
  mkdirSync(folder, { recursive: true });
  for (const name of ["package.json", "package-lock.json"]) {
    copyFileSync(join(root, "scripts", "studio", name), join(folder, name));
  }
  const { status } = spawnSync("npm", [
    "ci",
    "--ignore-scripts",
    "--loglevel=error",
  ], {
    cwd: folder,
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) throw new Error("npm ci in .local/studio failed.");
}
const { PostgresMeta } = await import(installed) as {
  PostgresMeta: new (config: { connectionString: string; max: number }) => Meta;
};

let passed = 0;
let failed = 0;
function check(claim: string, problems: string[]): void {
  problems.length === 0 ? passed++ : failed++;
  console.log(`${problems.length === 0 ? "✓" : "✗"} ${claim}`);
  for (const problem of problems.slice(0, 20)) console.log(`    ${problem}`);
}
function data<T>(answer: Answer<T>): T {
  if (answer.error) throw new Error(answer.error.message);
  return answer.data as T;
}

const server = await openServer();
process.env.SLUICE_TEMPLATE ??= await ensureTemplate(server);
const database = await createTestDatabase(server);
const sql = connect(database.adminUrl, 1);
await sql.unsafe(`alter database "${database.name}" reset sluice.repair`);
// A hosted Studio is the role postgres: it owns the tables and is not a superuser.
const meta = new PostgresMeta({ connectionString: database.url, max: 1 });
try {
  await sql.begin(async (tx) => {
    await tx`select set_config('sluice.actor', 'upload', true)`;
    const [org] = await tx`insert into public.orgs (name) values ('Acme Realty') returning id`;
    await tx`insert into auth.users (id, email) values
      ('a0000000-0000-4000-8000-000000000001', 'owner@example.com'),
      ('a0000000-0000-4000-8000-000000000003', 'broker@example.com')`;
    await tx`insert into public.members (org_id, user_id, role) values
      (${org!.id}, 'a0000000-0000-4000-8000-000000000001', 'owner'),
      (${org!.id}, 'a0000000-0000-4000-8000-000000000003', 'broker')`;
    const [broker] = await tx`insert into public.brokers (org_id, user_id, name)
      values (${org!.id}, 'a0000000-0000-4000-8000-000000000003', 'Jo Ames') returning id`;
    await tx`insert into public.leads (org_id, mak, owner_1_last, situs_state, assigned_broker_id)
      values (${org!.id}, '1000000001', 'Ames', 'CA', ${broker!.id}), (${
      org!.id
    }, '1000000002', 'Bell', 'CA', null)`;
  });

  const ours = { includedSchemas: ["public"] };
  const tables = data(
    await meta.tables.list({ ...ours, includeColumns: true }),
  );
  check(
    "Studio lists tables",
    tables.length > 30 ? [] : [`${tables.length} tables`],
  );
  check(
    "every table has row-level security on",
    tables.filter((table) => !table.rls_enabled).map(({ name }) => name),
  );
  check(
    "every table has a comment",
    tables.filter((table) => !table.comment).map(({ name }) => name),
  );
  const views = data(await meta.views.list({ ...ours, includeColumns: true }));
  check(
    "every view has a comment",
    views.filter((view) => !view.comment).map(({ name }) => name),
  );
  check(
    "columns of views are words",
    views.flatMap((view) =>
      (view.columns ?? []).filter((column) => !/^[a-z][a-z0-9_]*$/.test(column.name)).map((
        column,
      ) => `${view.name}.${column.name}`)
    ),
  );
  const functions = data(await meta.functions.list({ ...ours }));
  const names = functions.map(({ name }) => name);
  check(
    "the functions of snippets are listed",
    ["act_as", "desk_day", "record_call", "check_call"].filter((name) => !names.includes(name)),
  );

  const snippets = join(root, "supabase", "snippets");
  for (
    const name of readdirSync(snippets).filter((file) => file.endsWith(".sql"))
  ) {
    const { error } = await meta.query(
      readFileSync(join(snippets, name), "utf8"),
    );
    check(`the snippet ${name} runs`, error ? [error.message] : []);
  }
  const day = data(
    await meta.query(readFileSync(join(snippets, "my_leads.sql"), "utf8")),
  );
  check(
    "my leads are the member's",
    day.map((row) => String(row.owner_1_last)).filter((last) => last !== "Ames"),
  );

  // What the grid sends when somebody edits a cell.
  for (
    const [column, value] of [
      ["mak", "'1000000009'"],
      ["consent", "true"],
      ["phone_verified", "true"],
      ["lead_score", "99"],
      ["campaign_status", "'opted_out'"],
    ]
  ) {
    const { error } = await meta.query(
      `update public.leads set ${column} = ${value} where mak = '1000000001' returning *`,
    );
    check(
      `a hand edit of ${column} is refused with its reason`,
      error?.message.includes("is not written by hand") ? [] : [
        error?.message ?? "it was written",
      ],
    );
  }
  const { error } = await meta.query(
    `update public.leads set owner_1_first = 'Jo' where mak = '1000000001' returning *`,
  );
  check("a name can be corrected", error ? [error.message] : []);
} finally {
  await meta.end();
  await sql.end();
  await database.drop();
  await server.release();
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
