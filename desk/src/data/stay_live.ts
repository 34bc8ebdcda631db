// The desk's own line: for the org in view, while somebody is signed in.
import { useEffect } from "preact/hooks";
import { keepLine } from "./live.ts";
import { orgId } from "./me.ts";
import { refresh } from "./query.ts";

const line = keepLine({
  dial: async (topic, ears) => (await import("./realtime.ts")).dial(topic, ears),
  refresh,
  hidden: () => document.hidden,
});

export function useLine(): void {
  const org = orgId.value;
  useEffect(() => {
    line.to(org === "" ? null : `desk:${org}`);
    return () => line.to(null);
  }, [org]);
}
