// Extensions and the schemas in which the SQL expects them.
import { type Check, combine, failed, type Finding, ok } from "./check.ts";

const ADVICE: Record<string, string> = {
  "pg_cron":
    "Enable pg_cron under Database > Extensions, then run `npx supabase db push --remote` again.",
  "pg_net": "Enable pg_net under Database > Extensions.",
  "supabase_vault": "Enable Vault (supabase_vault) under Database > Extensions.",
};

export const extensions: Check = {
  name: "extensions",
  needs: ["database"],
  async run({ sql }) {
    const installed = new Map(
      (await sql<{ name: string; version: string; schema: string }[]>`
        select e.extname as name, e.extversion as version, n.nspname as schema
        from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace`)
        .map((row) => [row.name, row]),
    );
    const [has] = await sql<{ cron: boolean; net: boolean; vault: boolean; usage: boolean }[]>`
      select to_regclass('cron.job') is not null as cron,
        to_regclass('net._http_response') is not null as net,
        to_regclass('vault.decrypted_secrets') is not null as vault,
        coalesce((select has_schema_privilege(r.oid, 'extensions', 'usage') from pg_catalog.pg_roles r
          where r.rolname = 'pipeline_writer' and to_regnamespace('extensions') is not null), false) as usage`;
    /** In schema `extensions`, because the SQL calls them there. */
    const inExtensions = (name: string): Finding => {
      const found = installed.get(name);
      if (found?.schema === "extensions") return ok(`${name} ${found.version} in extensions`);
      return failed(
        found
          ? `${name} is in schema ${found.schema} instead of extensions`
          : `${name} is not installed`,
        found
          ? `Move it: alter extension ${name} set schema extensions.`
          : `Install it: create extension ${name} with schema extensions.`,
      );
    };
    /** Wherever the platform puts it: what counts is the schema of its objects. */
    const withObjects = (name: string, schema: string, present: boolean): Finding => {
      const found = installed.get(name);
      if (!present) return failed(`${name} is missing (schema ${schema})`, ADVICE[name]!);
      return ok(found ? `${name} ${found.version} with ${schema}` : `a stand-in for ${name}`);
    };
    return combine([
      inExtensions("pgcrypto"),
      inExtensions("pg_trgm"),
      inExtensions("address_standardizer"),
      inExtensions("address_standardizer_data_us"),
      withObjects("pg_cron", "cron", has!.cron),
      withObjects("pg_net", "net", has!.net),
      withObjects("supabase_vault", "vault", has!.vault),
      has!.usage ? ok("pipeline_writer may use schema extensions") : failed(
        "the role pipeline_writer may not use schema extensions",
        "As the owner of the schema: grant usage on schema extensions to pipeline_writer.",
      ),
    ]);
  },
};
