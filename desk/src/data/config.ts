// The project that this desk works on, from two meta elements that are written at deployment.
const read = (name: string) =>
  document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content.trim() ?? "";

export const projectUrl = read("sluice-url").replace(/\/+$/, "");
export const publishableKey = read("sluice-key");
