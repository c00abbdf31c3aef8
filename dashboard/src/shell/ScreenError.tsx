import { useEffect } from "react";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { Framed } from "./Frame";

/** A screen that broke. The rest of the page goes on. */
export function ScreenError({ error, reset }: { error: unknown; reset: () => void }) {
  useEffect(() => {
    document.title = "Something went wrong · Nuncio";
  }, []);
  return (
    <Framed>
      <h1 className="n-sr">Something went wrong</h1>
      <ProblemAlert error={error} title="This page could not be displayed" retry={reset} />
    </Framed>
  );
}
