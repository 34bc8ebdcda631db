// An empty database with the roles, schemas and rights of a hosted project.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { applyShim, connect } from "../dev/database.ts";
import { root } from "../dev/paths.ts";
import type { HostedServer } from "./server.ts";

export async function createModel(server: HostedServer, name: string): Promise<void> {
  const maintenance = connect(server.urls("postgres").adminUrl);
  await maintenance.unsafe(`create database "${name}" owner postgres`);
  await maintenance.end();
  const { adminUrl } = server.urls(name);
  await applyShim(adminUrl);
  const sql = connect(adminUrl);
  await sql.unsafe(readFileSync(join(root, "scripts", "hosted", "rights.sql"), "utf8")).simple();
  await sql.end();
}
