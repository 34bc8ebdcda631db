// Calls of the project's functions, for what the database does not do itself: filling in and sending texts.
import { authorisedFetch, projectUrl } from "./client.ts";
import { DeskError, toDeskError } from "./errors.ts";
import { stepUp } from "./step_up.ts";

interface Problem {
  code?: string;
  detail?: string;
}

export async function callFunction<Answer>(
  path: string,
  body: unknown,
  { byItself = false } = {},
): Promise<Answer> {
  for (let attempt = 0;; attempt++) {
    let response: Response;
    try {
      response = await authorisedFetch(`${projectUrl}/functions/v1/${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    } catch {
      throw toDeskError({});
    }
    if (response.ok) return await response.json() as Answer;
    const { code = "", detail } = await response.json().catch(() => ({})) as Problem;
    if (attempt === 0 && code === "second_factor_required" && await stepUp({ byItself })) continue;
    throw new DeskError(detail ?? "Something went wrong.", code);
  }
}
