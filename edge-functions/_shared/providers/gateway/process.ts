// One gateway per process: it knows how many calls are being made at once.
import type { Sql } from "../../platform/db/client.ts";
import { type Gateway, openGateway } from "./gateway.ts";

const gateways = new WeakMap<Sql, Gateway>();

export function gatewayOf(sql: Sql): Gateway {
  let gateway = gateways.get(sql);
  if (!gateway) gateways.set(sql, gateway = openGateway({ sql }));
  return gateway;
}
