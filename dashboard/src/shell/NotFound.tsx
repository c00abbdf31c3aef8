import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { EmptyState } from "@/components/page/EmptyState";
import { Framed } from "./Frame";

/** An address that leads nowhere. */
export function NotFound() {
  useEffect(() => {
    // A portal is under the vendor's name.
    document.title = location.pathname.startsWith("/portal/") ? "No such page" : "No such page · Nuncio";
  }, []);
  return (
    <Framed>
      <h1 className="n-sr">No such page</h1>
      <EmptyState
        icon="search"
        title="There is no such page"
        action={
          <Button component={Link} to="/">
            Go to the overview
          </Button>
        }
      >
        The address <code className="n-mono n-wrap">{location.pathname}</code> leads nowhere. It may be cut off where it
        was copied, or be of a screen that this key does not see.
      </EmptyState>
    </Framed>
  );
}
