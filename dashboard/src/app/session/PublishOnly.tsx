import { Button } from "@mantine/core";
import { useEffect } from "react";
import { EmptyState } from "@/components/page/EmptyState";
import { Framed } from "@/shell/Frame";
import { useSignOut } from "./session";

/** For keys that see nothing: every screen would only say that it may not be shown. */
export function PublishOnly() {
  const signOut = useSignOut();
  useEffect(() => {
    document.title = "Publish-only key · Nuncio";
  }, []);
  return (
    <Framed>
      <h1 className="n-sr">Publish-only key</h1>
      <EmptyState icon="keys" title="This key can only publish events" action={<Button onClick={() => void signOut()}>Sign out</Button>}>
        Its scope is “publish”. To use the dashboard, sign in with a key that has the scope “read” or “full”.
      </EmptyState>
    </Framed>
  );
}
