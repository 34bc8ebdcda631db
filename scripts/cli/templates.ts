// sluice template put|list|show: texts that go out, as files, with the rights of DATABASE_URL. The
// database checks what a template must say; here it is compiled and filled in once, so that mistakes
// show when it is saved and not when it is due.
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import postgres from "postgres";
import { ClientError, EXIT, UsageError } from "./errors.ts";
import { helpText } from "./help.ts";
import type { Io } from "./io.ts";
import { plural } from "./size.ts";
import { parseTemplate, printTemplate, type TemplateFile } from "./template_file.ts";

const OPTIONS = {
  help: { type: "boolean", short: "h" },
  json: { type: "boolean" },
  org: { type: "string" },
  version: { type: "string" },
  "database-env": { type: "string" },
} as const;

interface Values {
  help?: boolean;
  json?: boolean;
  org?: string;
  version?: string;
  "database-env"?: string;
}

type Sql = postgres.Sql;

export async function runTemplates(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = read(args);
  if (values.help) {
    io.stdout.write(helpText("template"));
    return EXIT.ok;
  }
  const [verb, name, ...more] = positionals;
  const takes = { put: 1, show: 1, list: 0 }[verb ?? ""];
  if (takes === undefined || more.length > 0 || (name !== undefined) !== (takes === 1)) {
    throw new UsageError("the command is: template put FILE, template list, or template show NAME");
  }
  if (!values.org) throw new UsageError("--org is missing: the id or the name of the org");
  const variable = values["database-env"] ?? "DATABASE_URL";
  const url = io.env[variable];
  if (!url) {
    throw new UsageError(`the environment variable ${variable} must hold the database's URL`);
  }
  const template = verb === "put" ? await readTemplate(name!) : null;
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    const org = await orgOf(sql, values.org);
    const { text, object } = template
      ? await put(sql, org, template)
      : verb === "list"
      ? await list(sql, org)
      : await show(sql, org, name!, values.version);
    io.stdout.write(
      values.json
        ? `${JSON.stringify({ ok: true, command: `template ${verb}`, ...object })}\n`
        : text,
    );
    return EXIT.ok;
  } catch (error) {
    if (error instanceof postgres.PostgresError) {
      const detail = error.detail ? `: ${error.detail}` : "";
      throw new ClientError(`${error.message}${detail} (${error.code})`);
    }
    const code = String((error as NodeJS.ErrnoException).code ?? "");
    if (/^(ECONN|ENOTFOUND|CONNECT_TIMEOUT|CONNECTION)/.test(code)) {
      throw new ClientError(`the database cannot be reached (${code})`);
    }
    throw error;
  } finally {
    await sql.end();
  }
}

function read(args: readonly string[]): { values: Values; positionals: string[] } {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message.split(". ")[0]!);
  }
}

async function orgOf(sql: Sql, wanted: string): Promise<string> {
  const orgs = await sql<{ id: string }[]>`
    select id from public.orgs where id::text = lower(${wanted}) or name = ${wanted}`;
  if (orgs.length !== 1) {
    throw new ClientError(`${plural(orgs.length, "org")} called ${wanted}; give the id`);
  }
  return orgs[0]!.id;
}

type Compiled = TemplateFile & { html: string | null };

async function readTemplate(path: string): Promise<Compiled> {
  const source = await readFile(path, "utf8").catch((error: Error) => {
    throw new UsageError(`cannot read ${path}: ${error.message.split(",")[0]}`);
  });
  const template = parseTemplate(source);
  const html = template.mjml === null ? template.html : await compile(template.mjml);
  const { Liquid } = await import("liquidjs");
  const liquid = new Liquid({ strictFilters: true, templates: {} });
  const parts = { subject: template.subject, text: template.text, html };
  for (const [part, text] of Object.entries(parts)) {
    try {
      liquid.parse(text ?? "");
    } catch (error) {
      throw new ClientError(`the ${part} is no liquid: ${(error as Error).message.split("\n")[0]}`);
    }
  }
  return { ...template, html };
}

async function compile(source: string): Promise<string> {
  const { default: mjml } = await import("mjml");
  try {
    // No fonts from elsewhere: opening a mail is nobody's business. No files but this one.
    const { html } = await mjml(source, {
      validationLevel: "strict",
      ignoreIncludes: true,
      keepComments: false,
      fonts: {},
    });
    return html.replace(/[ \t]+$/gm, "").replace(/\n{2,}/g, "\n").trim();
  } catch (error) {
    const told = (error as { errors?: { formattedMessage: string }[] }).errors
      ?.map((one) => one.formattedMessage.replace(/ of \S+/, "")).join("; ");
    throw new ClientError(`the MJML does not compile: ${told ?? (error as Error).message}`);
  }
}

async function put(sql: Sql, org: string, template: Compiled) {
  const [same] = await sql<{ version: number }[]>`
    select version from (
      select t.* from public.templates t where t.org_id = ${org} and t.name = ${template.name}
      order by t.version desc limit 1) t
    where t.channel = ${template.channel} and t.purpose = ${template.purpose}
      and t.matter is not distinct from ${template.matter}
      and t.subject is not distinct from ${template.subject} and t.text_body = ${template.text}
      and t.html_body is not distinct from ${template.html}
      and t.mjml is not distinct from ${template.mjml}`;
  if (same) {
    return {
      text: `${template.name} is the same as version ${same.version}\n`,
      object: { name: template.name, version: same.version, changed: false },
    };
  }
  const [row] = await sql<{ id: string; version: number }[]>`
    insert into public.templates
      (org_id, name, channel, purpose, matter, subject, text_body, html_body, mjml)
    values (${org}, ${template.name}, ${template.channel}, ${template.purpose}, ${template.matter},
      ${template.subject}, ${template.text}, ${template.html}, ${template.mjml})
    returning id, version`;
  return {
    text: `${template.name} version ${row!.version} (${row!.id})\n`,
    object: { name: template.name, version: row!.version, id: row!.id, changed: true },
  };
}

async function list(sql: Sql, org: string) {
  const templates = await sql<
    { name: string; version: number; channel: string; purpose: string; created_at: Date }[]
  >`
    select distinct on (name) name, version, channel, purpose, created_at, id
    from public.templates where org_id = ${org} order by name, version desc`;
  const lines = templates.map((t) =>
    `${t.name}  version ${t.version}  ${t.channel}  ${t.purpose}  ${t.created_at.toISOString()}`
  );
  return {
    text: lines.length === 0 ? "no templates\n" : `${lines.join("\n")}\n`,
    object: { templates: [...templates] },
  };
}

async function show(sql: Sql, org: string, name: string, version: string | undefined) {
  if (version !== undefined && !/^[1-9][0-9]{0,8}$/.test(version)) {
    throw new UsageError("--version is a number from 1");
  }
  const [row] = await sql<(TemplateFile & { version: number })[]>`
    select name, version, channel, purpose, matter, subject, text_body as text, html_body as html, mjml
    from public.templates
    where org_id = ${org} and name = ${name}
      and (${version ?? null}::integer is null or version = ${version ?? null}::integer)
    order by version desc limit 1`;
  if (!row) throw new ClientError(`there is no template ${name}${version ? ` ${version}` : ""}`);
  return { text: printTemplate(row), object: { template: row } };
}
