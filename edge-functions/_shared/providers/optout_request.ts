// Requests to providers about their opt-out lists. Each may safely be repeated.

/** The provider answered with an error or an unexpected body. The body may contain addresses, so it is not kept. */
export class OptOutRequestError extends Error {
  override name = "OptOutRequestError";
  readonly status: number;

  constructor(provider: string, path: string, status: number) {
    super(`${provider} answered ${status} to ${path}`);
    this.status = status;
  }
}

export const isRefusal = (error: unknown): error is OptOutRequestError =>
  error instanceof OptOutRequestError && (error.status === 400 || error.status === 422);

export async function requestJson(
  provider: string,
  base: string,
  path: string,
  init: RequestInit,
  timeoutMs: number,
): Promise<unknown> {
  const response = await fetch(`${base.replace(/\/+$/, "")}${path}`, {
    ...init,
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new OptOutRequestError(provider, path.split("?")[0]!, response.status);
  }
  return await response.json();
}
