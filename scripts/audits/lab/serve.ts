// Serves the lab's sites on this machine, by their names, with and without TLS.
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createSecureContext } from "node:tls";
import { gzipSync } from "node:zlib";
import { root } from "../../dev/paths.ts";
import type { LabSite } from "./faults.ts";

const tls = join(root, "test", "fixtures", "tls");
const pem = (name: string) => readFileSync(join(tls, name), "utf8");

export interface Lab {
  /** For the processes of audits. */
  env: Record<string, string>;
  /** Requests by host and path. */
  asked: { host: string; path: string; agent: string }[];
  close(): void;
}

export async function openLab(sites: readonly LabSite[]): Promise<Lab> {
  const byHost = new Map(sites.map((site) => [site.domain, site]));
  const asked: Lab["asked"] = [];
  const answer = (https: boolean) =>
  (
    request: IncomingMessage,
    response: ServerResponse,
  ) => {
    const host = (request.headers.host ?? "").split(":")[0]!;
    const path = (request.url ?? "/").split("?")[0]!;
    asked.push({ host, path, agent: request.headers["user-agent"] ?? "" });
    const site = byHost.get(host);
    if (!site) response.writeHead(404).end();
    else serve(site, https, path, request, response);
  };
  const key = pem("key.pem");
  const good = createSecureContext({ key, cert: pem("lab_cert.pem") });
  const bad = createSecureContext({ key, cert: pem("self_signed.pem") });
  const plain = createServer(answer(false));
  const secure = createTlsServer({
    key,
    cert: pem("lab_cert.pem"),
    SNICallback(name, done) {
      const site = byHost.get(name);
      if (site && !site.https) done(new Error("no TLS"));
      else done(null, site?.invalidCertificate ? bad : good);
    },
  }, answer(true));
  secure.on("tlsClientError", () => {});
  const ports = await Promise.all([plain, secure].map(listen));
  return {
    env: {
      SLUICE_LOOPBACK_URLS: "allow",
      SLUICE_AUDIT_LAB: ports.join(","),
      SLUICE_AUDIT_LAB_CA: join(tls, "lab_ca.pem"),
    },
    asked,
    close() {
      for (const server of [plain, secure]) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

const listen = (server: Server) =>
  new Promise<number>((resolve) =>
    server.listen(
      0,
      "127.0.0.1",
      () => resolve((server.address() as AddressInfo).port),
    )
  );

function serve(
  site: LabSite,
  https: boolean,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (!https && site.https && !site.noUpgrade) {
    response.writeHead(301, { location: `https://${site.domain}${path}` })
      .end();
    return;
  }
  const send = (status: number, type: string, text: string) => {
    const gzip = site.compress &&
      /\bgzip\b/.test(String(request.headers["accept-encoding"]));
    response.writeHead(status, {
      ...site.headers,
      "content-type": type,
      ...(gzip ? { "content-encoding": "gzip" } : {}),
      ...(site.cookies.length > 0 && path === "/" ? { "set-cookie": site.cookies } : {}),
    });
    response.end(
      request.method === "HEAD" ? undefined : gzip ? gzipSync(text) : text,
    );
  };
  if (path === "/") {
    setTimeout(
      () => send(200, "text/html; charset=utf-8", pageOf(site)),
      site.delayMs,
    );
  } else if (path === "/robots.txt" && site.robots !== null) {
    send(200, "text/plain", site.robots);
  } else if (path === "/sitemap.xml" && site.sitemap) {
    send(
      200,
      "application/xml",
      `<urlset><url><loc>https://${site.domain}/</loc></url></urlset>`,
    );
  } else if (path === "/img/team.svg") {
    send(
      200,
      "image/svg+xml",
      '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"/>',
    );
  } else if (path.startsWith("/js/")) send(200, "text/javascript", "void 0;");
  else if (site.pages.includes(path)) {
    send(
      200,
      "text/html; charset=utf-8",
      "<!doctype html><title>Page</title><h1>Page</h1>",
    );
  } else {send(
      404,
      "text/html; charset=utf-8",
      "<!doctype html><title>Not found</title>",
    );}
}

function pageOf({ lang, title, head, body }: LabSite): string {
  return [
    `<!doctype html><html${lang === null ? "" : ` lang="${lang}"`}><head><meta charset="utf-8">`,
    ...(title === null ? [] : [`<title>${title}</title>`]),
    ...Object.values(head),
    `</head><body><main>`,
    ...Object.values(body),
    "</main></body></html>",
  ].join("\n");
}
