// Answers of GET /v4.2/single/check without address_info and credits_info.
import { z } from "zod";

export const Check = z.strictObject({
  status: z.literal("success"),
  result: z.string().min(1),
  flags: z.array(z.string()).nullish(),
  suggested_correction: z.string().nullish(),
  execution_time: z.number().nullish(),
});
