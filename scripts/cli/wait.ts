// Polls the status until the upload has ended.
import type { Api } from "./api.ts";
import { ApiError } from "./errors.ts";
import type { Io } from "./io.ts";
import type { Progress } from "./progress.ts";
import type { UploadStatus } from "./types.ts";

const FIRST_MS = 200;
const LAST_MS = 5_000;

export function fetchStatus(api: Api, id: string): Promise<UploadStatus> {
  return api.json<UploadStatus>({ method: "GET", path: `/${id}` });
}

/** The status, or null when the server does not have the upload. */
export async function findStatus(api: Api, id: string): Promise<UploadStatus | null> {
  try {
    return await fetchStatus(api, id);
  } catch (error) {
    if (error instanceof ApiError && error.problem.status === 404) return null;
    throw error;
  }
}

export function isOver(status: UploadStatus): boolean {
  return status.state !== "receiving" && status.state !== "processing";
}

/**
 * Polls, ever more slowly, until the end or the deadline; the last status shows which. While
 * the upload progresses, polls stay frequent enough for the bar to move.
 */
export async function waitForEnd(
  api: Api,
  id: string,
  timeoutSeconds: number,
  io: Io,
  progress: Progress,
): Promise<UploadStatus> {
  const deadline = io.now().getTime() + timeoutSeconds * 1000;
  let pause = FIRST_MS;
  let last = -1;
  for (;;) {
    const status = await fetchStatus(api, id);
    if (isOver(status)) {
      progress.clear();
      return status;
    }
    progress.processing(status);
    const left = deadline - io.now().getTime();
    if (left <= 0) {
      progress.end();
      return status;
    }
    const moved = (status.progress ?? 0) > last;
    last = status.progress ?? 0;
    pause = moved ? Math.min(pause * 1.3, 1_000) : Math.min(pause * 1.5, LAST_MS);
    await io.sleep(Math.min(pause, left));
  }
}
