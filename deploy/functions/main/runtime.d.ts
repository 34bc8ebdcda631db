// What Supabase's edge runtime adds for a main service.
declare namespace EdgeRuntime {
  const userWorkers: {
    create(options: {
      servicePath: string;
      memoryLimitMb: number;
      workerTimeoutMs: number;
      noModuleCache: boolean;
      envVars: [string, string][];
      context: { importMapPath: string };
    }): Promise<{ fetch(request: Request): Promise<Response> }>;
  };
}
declare namespace Deno {
  const env: { toObject(): Record<string, string> };
}
