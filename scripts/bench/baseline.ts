// The baseline of an upload: COPY of the resulting rows into tables with the same columns,
// checks and indexes, and nothing else. psql does it, so nothing but the database is measured.
import { spawn } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { localPath, postgresClient } from "../dev/paths.ts";
import { DatabaseCpu } from "./processes.ts";
import type { World } from "./world.ts";

const TABLES = ["leads", "contact_points", "lead_changes"] as const;

export interface Baseline {
  seconds: number;
  cpu: number | null;
}

export async function copyResultOf(world: World, uploadId: string): Promise<Baseline> {
  const { sql } = world;
  const folder = localPath("bench", `copy-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const file = (table: string) => join(folder, `${table}.copy`);
  try {
    await sql.unsafe("create schema if not exists bench");
    for (const table of TABLES) {
      await sql.unsafe(`create table if not exists bench.${table} (like public.${table}
        including defaults including constraints including indexes including storage)`);
    }
    await copy(
      world,
      TABLES.map((table) => {
        const column = table === "lead_changes" ? "upload_id" : "created_upload_id";
        const rows = `select * from public.${table} where ${column} = '${uploadId}'`;
        return `\\copy (${rows}) to '${file(table)}'`;
      }),
    );
    // Pages that the upload left dirty must not be charged to the COPY.
    await sql.unsafe("checkpoint");
    const cpu = new DatabaseCpu(world.server, world.database);
    const seconds = await copy(
      world,
      TABLES.map((table) => `\\copy bench.${table} from '${file(table)}'`),
    );
    return { seconds, cpu: cpu.stop() };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs psql commands and returns the seconds that they took, without the start of psql. */
function copy({ stack }: World, commands: string[]): Promise<number> {
  const child = spawn(postgresClient("psql"), [
    ...["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", stack.adminUrl, "-c", "\\timing on"],
    ...commands.flatMap((command) => ["-c", command]),
  ], { stdio: ["ignore", "pipe", "pipe"] });
  return new Promise((done, failed) => {
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => output += text);
    }
    child.on("error", failed);
    child.on("close", (code) => {
      const times = [...output.matchAll(/Time: ([\d.]+) ms/g)].map(([, ms]) => Number(ms));
      if (code === 0 && times.length === commands.length) {
        done(times.reduce((sum, ms) => sum + ms, 0) / 1000);
      } else failed(new Error(`psql ended with code ${code}: ${output}`));
    });
  });
}
