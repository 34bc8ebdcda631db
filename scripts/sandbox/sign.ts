import { createHmac } from "node:crypto";

export const hmacHex = (secret: string, text: string) =>
  createHmac("sha256", secret).update(text).digest("hex");
