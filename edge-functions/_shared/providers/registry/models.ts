// The model that reads replies. One provider is supported.
export { openModel as openTriageModel } from "../openai/triage.ts";
