// n8n's own database, owned by a separate role that cannot read Sluice's data.
import { connect } from "../dev/database.ts";
import type { Server } from "../dev/database.ts";

const role = "n8n";
const quote = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** Creates role and database if missing; returns the URL. */
export async function ensureN8nDatabase(
  server: Server,
  name: string,
  password: string,
): Promise<string> {
  if (!/^[0-9a-f]+$/.test(password)) {
    throw new Error("The password of n8n's role must be hexadecimal.");
  }
  const sql = connect(server.urls(server.maintenance).adminUrl);
  try {
    await sql.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock(hashtext('sluice_n8n'))`;
      const [found] = await tx`select from pg_roles where rolname = ${role}`;
      const change = found ? "alter" : "create";
      await tx.unsafe(
        `${change} role ${role} login nocreatedb nocreaterole password '${password}'`,
      );
    });
    const [exists] = await sql`select from pg_database where datname = ${name}`;
    if (!exists) {
      await sql.unsafe(`create database ${quote(name)} template template0 owner ${role}`);
      await sql.unsafe(`revoke all on database ${quote(name)} from public`);
    }
  } finally {
    await sql.end();
  }
  const url = new URL(server.urls(name).url);
  url.username = role;
  url.password = password;
  return url.href;
}
