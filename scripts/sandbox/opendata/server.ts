// A county's open data on loopback: one table of parcels as Socrata, as an ArcGIS layer and as a file, with the oddities
// of their documentation: Socrata cuts off at 1,000 rows unless asked for more and answers 429; ArcGIS answers 200 with
// an error object, and cuts pages off at maxRecordCount with exceededTransferLimit.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";

export interface Parcel {
  OBJECTID: number;
  APN: string;
  SITE_ADDR: string;
  SITE_CITY: string;
  SITE_STATE: string;
  SITE_ZIP: string;
  COUNTY: string;
  OWNER_NAME: string;
}

export const parcel = (n: number): Parcel => ({
  OBJECTID: n,
  APN: `${String(100 + n % 800).padStart(3, "0")}-${String(n % 97 + 1).padStart(2, "0")}-${
    String(n).padStart(4, "0")
  }`,
  SITE_ADDR: `${n} Sandbox St`,
  SITE_CITY: "Phoenix",
  SITE_STATE: "AZ",
  SITE_ZIP: "85001",
  COUNTY: "Maricopa",
  OWNER_NAME: `Owner ${n}`,
});

export interface OpenData {
  url: string;
  rows: Parcel[];
  /** More files, by path. */
  files: Map<string, Uint8Array>;
  robots: string | null;
  maxRecordCount: number;
  /** Answered once each, in order, before any other: a status, or an ArcGIS error code with 200. */
  faults: { status?: number; arcgis?: number; retryAfter?: string }[];
  /** Asked before each page of data; a promise that waits holds the answer back. */
  gate: () => Promise<void>;
  requests: { path: string; agent: string; token: string }[];
  stop(): Promise<void>;
}

const COLUMNS = Object.keys(parcel(1)) as (keyof Parcel)[];
const csvOf = (rows: Parcel[]) =>
  [COLUMNS, ...rows.map((row) => COLUMNS.map((name) => row[name]))]
    .map((cells) => cells.map((one) => `"${one}"`).join(",") + "\n").join("");

export async function startOpenData(): Promise<OpenData> {
  const server = createServer((request, response) => {
    answer(data, request, response).catch((error) => response.destroy(error));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const data: OpenData = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    rows: [],
    files: new Map(),
    robots: null,
    maxRecordCount: 1000,
    faults: [],
    gate: () => Promise.resolve(),
    requests: [],
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return data;
}

async function answer(data: OpenData, request: IncomingMessage, response: ServerResponse) {
  const url = new URL(request.url ?? "/", data.url);
  const send = (status: number, type: string, body: string | Uint8Array, headers = {}) => {
    response.writeHead(status, { "content-type": type, ...headers });
    response.end(body);
  };
  const json = (value: unknown) => send(200, "application/json", JSON.stringify(value));
  if (url.pathname === "/robots.txt") {
    return data.robots === null
      ? send(404, "text/plain", "")
      : send(200, "text/plain", data.robots);
  }
  data.requests.push({
    path: url.pathname + url.search,
    agent: request.headers["user-agent"] ?? "",
    token: String(request.headers["x-app-token"] ?? request.headers.authorization ?? ""),
  });
  const fault = data.faults.shift();
  if (fault?.status) {
    return send(fault.status, "text/plain", "", {
      ...(fault.retryAfter ? { "retry-after": fault.retryAfter } : {}),
    });
  }
  if (fault?.arcgis) return json({ error: { code: fault.arcgis, message: "Unable to complete" } });
  const number = (name: string, otherwise: number) =>
    Number(url.searchParams.get(name) ?? otherwise);
  switch (url.pathname) {
    case "/resource/parc-els1.csv": {
      await data.gate();
      const from = number("$offset", 0);
      return send(200, "text/csv", csvOf(data.rows.slice(from, from + number("$limit", 1000))));
    }
    case "/arcgis/rest/services/Parcels/FeatureServer/0":
      return json({
        maxRecordCount: data.maxRecordCount,
        objectIdField: "OBJECTID",
        fields: COLUMNS.map((name) => ({
          name,
          type: name === "OBJECTID" ? "esriFieldTypeOID" : "esriFieldTypeString",
        })),
      });
    case "/arcgis/rest/services/Parcels/FeatureServer/0/query": {
      await data.gate();
      const after = Number(/OBJECTID > (-?\d+)/.exec(url.searchParams.get("where") ?? "")?.[1]);
      const found = data.rows.filter(({ OBJECTID }) => OBJECTID > after);
      const page = found.slice(0, Math.min(number("resultRecordCount", 1e9), data.maxRecordCount));
      return json({
        features: page.map((attributes) => ({ attributes })),
        ...(page.length < found.length ? { exceededTransferLimit: true } : {}),
      });
    }
    case "/files/parcels.csv.gz":
      await data.gate();
      return send(200, "application/gzip", gzipSync(csvOf(data.rows)));
    case "/moved":
      return send(302, "text/plain", "", { location: "/files/parcels.csv.gz" });
    default: {
      const file = data.files.get(url.pathname);
      if (file) return send(200, "application/octet-stream", file);
      return send(404, "text/plain", "");
    }
  }
}
