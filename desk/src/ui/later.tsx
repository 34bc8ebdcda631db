// A page, most of them chunks of their own.
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Load } from "../places.ts";
import { Head } from "./head.tsx";
import { Failed, Waiting } from "./states.tsx";

export function Later({ load }: { load: () => Promise<{ default: ComponentType }> }) {
  const [page, setPage] = useState<{ Page: ComponentType } | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    let here = true;
    setPage(null);
    load().then(
      (found) => here && setPage({ Page: found.default }),
      (reason: unknown) => here && setError(reason),
    );
    return () => {
      here = false;
    };
  }, [load]);
  if (error) {
    return (
      <>
        <Head title="Page not loaded" />
        <Failed
          error="This page could not be loaded: the network is down, or the desk was updated."
          retry={() => location.reload()}
        />
      </>
    );
  }
  return page ? <page.Page /> : <Waiting />;
}

export function Page({ load }: { load: Load }) {
  if ("later" in load) return <Later load={load.later} />;
  const Here = load;
  return <Here />;
}
