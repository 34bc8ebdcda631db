// Questions about reassigned numbers as a task of the worker.
import type { Work } from "../../jobs/job.ts";
import { gatewayOf } from "../../providers/gateway/process.ts";
import { askAboutReassigned } from "../reassigned.ts";

export async function askReassigned({ sql, now, log, shouldStop }: Work): Promise<void> {
  await askAboutReassigned({ sql, now, log, shouldStop, gateway: gatewayOf(sql) });
}
