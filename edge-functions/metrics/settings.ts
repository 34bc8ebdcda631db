// Settings of the function metrics, beside those that all functions share.
import { z } from "zod";
import { readSettings, type Variables } from "../_shared/platform/settings.ts";

const schema = z.object({
  /** Whoever sends it as a bearer token reads the metrics of all orgs and of the installation, and nothing else. */
  SLUICE_METRICS_TOKEN: z.string().min(32).optional(),
});

export interface MetricsSettings {
  token: string | null;
}

export const readMetricsSettings = (given?: Variables): MetricsSettings => ({
  token: readSettings(schema, given).SLUICE_METRICS_TOKEN ?? null,
});
