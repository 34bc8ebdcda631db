// The client of Supabase Realtime: a private channel with the member's token. A chunk of its own, after the first rows.
import { RealtimeClient } from "@supabase/realtime-js";
import { auth } from "./client.ts";
import { projectUrl, publishableKey } from "./config.ts";
import type { Dial } from "./live.ts";

export const dial: Dial = async (topic, { joined, heard, lost }) => {
  const client = new RealtimeClient(`${projectUrl.replace(/^http/, "ws")}/realtime/v1`, {
    params: { apikey: publishableKey },
    accessToken: async () => (await auth.getSession()).data.session?.access_token ?? null,
  });
  // The channel is joined with a token, not with the key first and the token later.
  await client.setAuth();
  client.channel(topic, { config: { private: true } })
    .on("broadcast", { event: "*" }, ({ event }) => heard(event))
    // A line that broke is given up, and another one is called later: live.ts has one rule for all failures.
    .subscribe((status) => status === "SUBSCRIBED" ? joined() : lost());
  return () => void client.removeAllChannels();
};
