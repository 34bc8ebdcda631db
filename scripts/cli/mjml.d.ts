// The part of MJML in use; the package has no types.
declare module "mjml" {
  export default function mjml(
    source: string,
    options?: {
      validationLevel?: "strict" | "soft" | "skip";
      ignoreIncludes?: boolean;
      keepComments?: boolean;
      fonts?: Record<string, string>;
    },
  ): Promise<{ html: string }>;
}
