import { Button } from "@mantine/core";
import { useEffect } from "react";
import { EmptyState } from "@/components/page/EmptyState";
import { Framed } from "@/shell/Frame";
import { useSignOut } from "./session";

/** For keys that see nothing: every screen would only say that it may not be shown. */
export function PublishOnly() {
  const signOut = useSignOut();
  useEffect(() => {
    document.title = "A key that publishes · Nuncio";
  }, []);
  return (
    <Framed>
      <h1 className="n-sr">A key that publishes</h1>
      <EmptyState icon="keys" title="This key publishes, and nothing else" action={<Button onClick={() => void signOut()}>Sign out</Button>}>
        Its scope is “publish”. To look around, sign in with a key of scope “read”; to change things, with one of scope “full”.
      </EmptyState>
    </Framed>
  );
}
