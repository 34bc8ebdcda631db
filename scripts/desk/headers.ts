// The response headers that the desk is served with: for the file `_headers` of static hosts, and for the local server.

/** Everything that the desk's pages may do, for one project. */
export function deskHeaders(projectUrl: string): Record<string, string> {
  const project = new URL(projectUrl).origin;
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    // Pictures inside the preview of a mail are data: addresses; photos come from the project's storage.
    `img-src 'self' data: blob: ${project}`,
    "font-src 'self'",
    // Realtime has a WebSocket, which is another scheme to the policy.
    `connect-src 'self' ${project} ${project.replace(/^http/, "ws")}`,
    // The preview of a mail: a document without an origin, in a sandbox, under this policy.
    "frame-src data:",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ];
  return {
    "Content-Security-Policy": policy.join("; "),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Strict-Transport-Security": "max-age=31536000",
  };
}

/** The file `_headers` of Cloudflare Pages, Netlify and others: files with a hash in their name never change. */
export function headersFile(projectUrl: string): string {
  const lines = Object.entries(deskHeaders(projectUrl)).map(([name, value]) =>
    `  ${name}: ${value}`
  );
  return [
    "/*",
    ...lines,
    "  Cache-Control: no-cache",
    "",
    "/assets/*",
    "  ! Cache-Control",
    "  Cache-Control: public, max-age=31536000, immutable",
    "",
  ].join("\n");
}
